"""Why a decision cannot be made, in words that say what to do."""

from __future__ import annotations

from collections.abc import Sequence

from portal.core.errors import Invalid, Stale


class GatesForbid(Invalid):
    """The requirements do not allow this outcome. `details` names each of them."""

    code = "gates_forbid"


class ReasonMissing(Invalid):
    code = "reason_missing"


class AlreadyDecided(Stale):
    code = "already_decided"

    def __init__(self, number: str) -> None:
        super().__init__(
            f"Somebody has drafted a decision for {number} in the meantime. Reload the page; discard theirs first if "
            "yours should stand."
        )


class ListChanged(Stale):
    """What is to be released is no longer what was shown."""

    code = "list_changed"

    def __init__(self) -> None:
        super().__init__(
            "The list of decisions or one of the letters changed after this page was made. Nothing was released. "
            "Look through the list again."
        )


class CountMismatch(Invalid):
    code = "count_mismatch"

    def __init__(self, expected: int) -> None:
        super().__init__(
            f"Nothing was released. Type the number of letters, {expected}, to confirm.",
            fields={"count": f"Type {expected}."},
        )


class NothingToRelease(Stale):
    code = "nothing_to_release"

    def __init__(self) -> None:
        super().__init__("There is no confirmed decision to release. Somebody may have released them already.")


class BadLetter(Invalid):
    """A letter with placeholders that nobody fills in, or without the one that its outcome needs."""

    code = "bad_letter"

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("This letter cannot be sent like that.", fields={"body": " ".join(problems)}, details=problems)
