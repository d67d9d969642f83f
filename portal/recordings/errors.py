"""What can go wrong with a recording, in words."""

from __future__ import annotations

from portal.core.errors import DomainError, Invalid, Stale


class EmptyFile(Invalid):
    code = "empty_file"

    def __init__(self) -> None:
        super().__init__("The file is empty. Export it again, try to play it, and send that one.")


class RecordingGone(Stale):
    code = "recording_gone"

    def __init__(self) -> None:
        super().__init__("This recording was removed in the meantime. Reload the page to see what is there.")


class NoRules(DomainError):
    """A slot without published rules: nothing can be judged, and nothing may pass unjudged."""

    code = "no_rules"

    def __init__(self) -> None:
        super().__init__(
            "The programme has not published technical rules for this slot yet. Please write to its staff."
        )
