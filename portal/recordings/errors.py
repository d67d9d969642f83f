"""What can go wrong with a recording, in words."""

from __future__ import annotations

from portal.core.errors import DomainError, Invalid, Stale


class EmptyFile(Invalid):
    code = "empty_file"

    def __init__(self) -> None:
        super().__init__("The file is empty. Export it again, try to play it, and send that one.")


class WrongKind(Invalid):
    """The first bytes show that the file cannot be what the slot asks for."""

    code = "wrong_kind"


class NotAsSent(Invalid):
    """What arrived has another SHA-256 than the sender said."""

    code = "not_as_sent"

    def __init__(self) -> None:
        super().__init__(
            "What arrived is not the file that was sent: its SHA-256 differs. Nothing of it was kept. "
            "Please send the file again."
        )


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
