"""What can go wrong with assignments and scores, in words."""

from __future__ import annotations

from collections.abc import Sequence

from portal.core.errors import DomainError, Invalid, Stale


class SavedElsewhere(Stale):
    code = "saved_elsewhere"

    def __init__(self) -> None:
        super().__init__(
            "These scores were saved from another tab or device in the meantime, so yours were not written over them."
        )


class RubricChanged(Stale):
    code = "rubric_changed"

    def __init__(self) -> None:
        super().__init__("The programme published a new score sheet in the meantime. Reload the page and score on it.")


class FilesChanged(Stale):
    code = "files_changed"

    def __init__(self) -> None:
        super().__init__("A recording was replaced after you opened this page. Hear the new one, then save again.")


class NoRubric(DomainError):
    code = "no_rubric"

    def __init__(self) -> None:
        super().__init__("This programme has not published a score sheet yet. Please write to its chair.")


class NotAllScored(Invalid):
    """`fields` maps the ids of the open criteria to what is missing."""

    code = "not_all_scored"

    def __init__(self, titles: dict[str, str]) -> None:
        count = len(titles)
        super().__init__(
            f"{'One criterion is' if count == 1 else f'{count} criteria are'} still open. "
            "Score each one, or say that you could not judge it.",
            fields=dict.fromkeys(titles, "Choose a score, or “Could not judge”."),
            details=list(titles.values()),
        )


class OffTheScale(Invalid):
    code = "off_the_scale"

    def __init__(self, title: str, low: int, high: int) -> None:
        super().__init__(f"“{title}” takes whole points from {low} to {high}.")


class TooLong(Invalid):
    code = "too_long"

    def __init__(self, what: str, limit: int) -> None:
        super().__init__(f"{what} may have up to {limit:,} characters. Please shorten it.")


class BadMoment(Invalid):
    code = "bad_moment"


class TooManyMoments(Invalid):
    code = "too_many_moments"

    def __init__(self, limit: int) -> None:
        super().__init__(f"There are {limit} comments on this application already. Remove one to add another.")


class CannotAssign(Invalid):
    """Some of the pairs asked for are impossible; `details` says which and why."""

    code = "cannot_assign"

    def __init__(self, reasons: Sequence[str]) -> None:
        super().__init__("Nothing was assigned: not everything that you asked for is possible.", details=reasons)
