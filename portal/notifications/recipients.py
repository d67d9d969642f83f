"""Whom a notice concerns: a command that does not know whom to tell owes a mail without an address."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from portal.accounts.models import Person
from portal.accounts.queries import staff_of
from portal.accounts.states import StaffRole
from portal.applications.models import Application
from portal.core.outbox import OutboxMail
from portal.notifications.errors import NoWords
from portal.notifications.words import the


def of(notice: OutboxMail) -> Sequence[Person]:
    """The people that a notice is for. Raises NoWords when nobody is known for it: silence would be a lost mail."""
    find = RECIPIENTS.get(notice.kind)
    people = find(notice) if find else []
    if not people:
        raise NoWords(f"Nobody is known to whom a notice of the kind “{notice.kind}” could be sent.")
    return people


def is_for_applicant(kind: str) -> bool:
    """Whether a notice that nobody has addressed yet goes to the applicant; all others go to staff."""
    return RECIPIENTS.get(kind) is _applicant


def _admissions(notice: OutboxMail) -> Sequence[Person]:
    application = the(Application, notice, "application_id")
    return staff_of(application.intake.programme_id, StaffRole.ADMIN, StaffRole.CHAIR)


def _administrators(notice: OutboxMail) -> Sequence[Person]:
    application = the(Application, notice, "application_id")
    return staff_of(application.intake.programme_id, StaffRole.ADMIN)


def _applicant(notice: OutboxMail) -> Sequence[Person]:
    return [the(Application, notice, "application_id").applicant]


RECIPIENTS: dict[str, Callable[[OutboxMail], Sequence[Person]]] = {
    "recording.needs_staff": _admissions,
    "review.conflict_declared": _admissions,
    "checks.done": _applicant,
    "application.submitted": _applicant,
    "application.withdrawn": _applicant,
    "application.reopened": _applicant,
    "extension.asked": _administrators,
}
