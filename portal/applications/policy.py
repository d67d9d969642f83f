"""Who may see and change an application, and when. Pure."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from portal.accounts.actor import Actor
from portal.accounts.policy import confirmed
from portal.accounts.states import StaffRole
from portal.applications.deadlines import deadline_of, was_sending
from portal.applications.models import Application
from portal.applications.states import STEPS, ApplicationAction, ApplicationState
from portal.core.ruling import ALLOWED, Ruling, allowed_if, refused
from portal.programmes import policy as programmes_policy
from portal.programmes.models import Intake

NOT_YOURS = "This application belongs to somebody else."
NOT_A_DRAFT = "You have sent this application; it can be changed again only when the admissions staff reopen it."
GONE = "You have withdrawn this application."
NOT_STAFF = "Only the admissions staff of this programme can do that."


class PartOfApplication(Protocol):
    """Something that lies in an application, found together with it."""

    @property
    def application(self) -> Application: ...


def view(actor: Actor | None, application: Application, now: datetime) -> Ruling:
    """The applicant's own pages: nobody else's."""
    return allowed_if(actor is not None and actor.person_id == application.applicant_id, NOT_YOURS)


def view_part(actor: Actor | None, part: PartOfApplication, now: datetime) -> Ruling:
    return view(actor, part.application, now)


def read_evidence(actor: Actor | None, part: PartOfApplication, now: datetime) -> Ruling:
    """The person who sent it and those who judge it. Never faculty: a certificate names its holder."""
    if view(actor, part.application, now):
        return ALLOWED
    return _admissions(actor, part.application)


def start(actor: Actor | None, intake: Intake, now: datetime) -> Ruling:
    """Begin an application: anybody with a confirmed mail address, from the opening to the start cut-off."""
    return confirmed(actor, intake, now) and programmes_policy.may_start(intake, now)


def edit(actor: Actor | None, application: Application, now: datetime) -> Ruling:
    """Change a draft: the applicant alone, until the deadline; in the grace, who was sending a file when it came."""
    deadline = deadline_of(application)
    return _own_draft(actor, application, now) and programmes_policy.may_change(
        application.intake, deadline, now, was_sending=lambda: was_sending(application, deadline.at)
    )


def begin_file(actor: Actor | None, application: Application, now: datetime) -> Ruling:
    """Begin to send a file: until the deadline, and never in the grace, which is for files that are on their way."""
    return _own_draft(actor, application, now) and programmes_policy.may_change(
        application.intake, deadline_of(application), now
    )


def go_on_with_file(actor: Actor | None, application: Application, now: datetime, *, begun_at: datetime) -> Ruling:
    """Send more of a file that was begun then: until the grace is over."""
    return _own_draft(actor, application, now) and programmes_policy.may_go_on_sending(
        application.intake, deadline_of(application), now, begun_at=begun_at
    )


def submit(actor: Actor | None, application: Application, now: datetime) -> Ruling:
    """Whoever may still change a draft may send it; whether it is complete is another question."""
    return edit(actor, application, now)


def withdraw(actor: Actor | None, application: Application, now: datetime) -> Ruling:
    own = view(actor, application, now)
    if not own:
        return own
    possible = (application.state, ApplicationAction.WITHDRAW) in STEPS
    return allowed_if(possible, "This application can no longer be withdrawn here. Write to the admissions office.")


def reopen(actor: Actor | None, application: Application, now: datetime) -> Ruling:
    """Staff give a sent application, or a withdrawn draft, back to the applicant. They never edit it themselves.

    What was withdrawn after it had been sent stays so: a decision may hang on it.
    """
    staff = _admissions(actor, application)
    if not staff:
        return staff
    possible = (application.state, ApplicationAction.REOPEN) in STEPS
    final = application.state is ApplicationState.WITHDRAWN and application.submitted_at is not None
    return allowed_if(
        possible and not final, "Only an application that was sent and is not decided yet can be reopened."
    )


def judge_gate(actor: Actor | None, application: Application, now: datetime) -> Ruling:
    """Staff say whether a requirement is met."""
    staff = _admissions(actor, application)
    if not staff:
        return staff
    over = application.state in (ApplicationState.RELEASED, ApplicationState.WITHDRAWN)
    return allowed_if(not over, "Requirements can no longer be judged: this application is closed.")


def _own_draft(actor: Actor | None, application: Application, now: datetime) -> Ruling:
    own = view(actor, application, now)
    if not own:
        return own
    if application.state is ApplicationState.WITHDRAWN:
        return refused(GONE)
    return allowed_if(application.state is ApplicationState.DRAFT, NOT_A_DRAFT)


def _admissions(actor: Actor | None, application: Application) -> Ruling:
    may = (
        actor is not None
        and actor.confirmed
        and actor.person_id != application.applicant_id
        and actor.has(application.intake.programme_id, StaffRole.ADMIN, StaffRole.CHAIR)
    )
    return allowed_if(may, NOT_STAFF)
