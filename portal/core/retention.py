"""How long files are kept, in days and in words. Pure. Who frees them, and what counts as what, is decided above."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

ALL_STAYS = "All your files are kept. Nothing is deleted by itself."
STAYS = "What was measured, the name and the fingerprint of each file are kept in every case."


class Rule(StrEnum):
    """Why a file may go."""

    REPLACED = "replaced"
    UNSENT = "unsent"
    DECIDED = "decided"


@dataclass(frozen=True)
class Retention:
    """Days, or None for ever. `replaced` counts from the submission, `unsent` from the deadline, `decided` from the
    day on which the decision was released; it has to cover the time in which a decision may be appealed."""

    replaced_days: int | None = None
    unsent_days: int | None = None
    decided_days: int | None = None

    def days(self, rule: Rule) -> int | None:
        return {
            Rule.REPLACED: self.replaced_days,
            Rule.UNSENT: self.unsent_days,
            Rule.DECIDED: self.decided_days,
        }[rule]

    @property
    def sentences(self) -> list[str]:
        """For applicants: all of it, also what is kept for ever."""
        if self == FOREVER:
            return [ALL_STAYS]
        kept = [sentence(rule, days) for rule in Rule if (days := self.days(rule)) is not None]
        forever = [KEPT[rule] for rule in Rule if self.days(rule) is None]
        return [*kept, *forever, STAYS]

    @property
    def for_operators(self) -> list[str]:
        """For those who run the installation: which setting frees what, and when."""
        kept = [OPERATED[rule].format(days=_days(days)) for rule in Rule if (days := self.days(rule)) is not None]
        return kept or ["No rule of retention is set (KEEP_…_DAYS): every file of every applicant is kept."]


FOREVER = Retention()


def sentence(rule: Rule, days: int) -> str:
    return FREED[rule].format(days=_days(days))


def _days(days: int) -> str:
    return f"{days:,} day{'s' if days != 1 else ''}"


FREED = {
    Rule.REPLACED: "A file that you replaced before you sent the application is deleted {days} after you sent it.",
    Rule.UNSENT: "If you do not send the application, its recordings are deleted {days} after the deadline.",
    Rule.DECIDED: "What you sent is kept for {days} after you were told the decision, and is then deleted.",
}
OPERATED = {
    Rule.REPLACED: "KEEP_REPLACED_DAYS: files that were replaced before sending may go {days} after the application.",
    Rule.UNSENT: "KEEP_UNSENT_DAYS: files of applications that were never sent may go {days} after the deadline.",
    Rule.DECIDED: "KEEP_DECIDED_DAYS: files that were sent may go {days} after the decision or the withdrawal.",
}
KEPT = {
    Rule.REPLACED: "A file that you replaced is kept, too.",
    Rule.UNSENT: "If you do not send the application, its recordings are kept.",
    Rule.DECIDED: "What you sent is kept; nothing of it is deleted by itself.",
}
