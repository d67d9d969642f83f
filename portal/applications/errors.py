"""The rules of an application, and what to do when one is broken."""

from __future__ import annotations

from collections.abc import Sequence

from portal.core.errors import Invalid, NotAllowed, Unavailable


class NotComplete(Invalid):
    """Submitting is refused; `details` holds every reason, never only the first."""

    code = "not_complete"

    def __init__(self, reasons: Sequence[str]) -> None:
        count = "One thing is" if len(reasons) == 1 else f"{len(reasons)} things are"
        super().__init__(f"Your application was not sent yet. {count} still missing.", details=reasons)


class AlreadyWithdrawn(NotAllowed):
    code = "already_withdrawn"


class SlotIsFull(Invalid):
    code = "slot_is_full"


class CodeRefused(Invalid):
    """An access code that does not open this intake."""

    code = "code_refused"

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence, fields={"code": sentence})


class NotAPdf(Invalid):
    code = "not_a_pdf"


class TooManyFiles(Invalid):
    code = "too_many_files"


class NoNumberFree(Unavailable):
    code = "no_number_free"
