"""Who may see and change an application, and when. Pure."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from portal.accounts.actor import Actor
from portal.accounts.policy import confirmed
from portal.accounts.states import StaffRole
from portal.applications.deadlines import deadline_of, was_sending
from portal.applications.models import AccessCode, Application, Extension
from portal.applications.states import STEPS, ApplicationAction, ApplicationState, ExtensionState
from portal.core.moments import in_zone
from portal.core.ruling import ALLOWED, Ruling, allowed_if, refused
from portal.programmes import policy as programmes_policy
from portal.programmes.deadlines import dates_to_ask_for, may_ask_until
from portal.programmes.models import Intake
from portal.programmes.states import IntakeState

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


def ask_extension(actor: Actor | None, application: Application, now: datetime) -> Ruling:
    """Ask for more time: the applicant, for a draft, until the hours after the deadline that the intake states."""
    own = _own_draft(actor, application, now)
    if not own:
        return own
    intake, deadline = application.intake, deadline_of(application)
    until = may_ask_until(intake, deadline)
    if until is None or intake.state is not IntakeState.PUBLISHED:
        return refused("More time cannot be asked for here. Write to the admissions office.")
    if any(one.state is ExtensionState.ASKED for one in application.extensions):
        return refused("You have asked for more time already. You get a mail as soon as it is decided.")
    if now > until:
        return refused(f"More time could be asked for until {in_zone(until, intake.time_zone)}.")
    return allowed_if(bool(dates_to_ask_for(intake, deadline, now)), "You have all the time that can be asked for.")


def grant_extension(actor: Actor | None, application: Application, now: datetime) -> Ruling:
    """Give one applicant more time, asked for or not: the administrators, as long as it is a draft."""
    may = run_deadlines(actor, application.intake, now)
    if not may:
        return may
    if actor is not None and actor.person_id == application.applicant_id:
        return refused("You cannot decide about your own application.")
    return allowed_if(
        application.state is ApplicationState.DRAFT, "Only a draft can get more time. Reopen what was sent already."
    )


def see_deadline(actor: Actor | None, application: Application, now: datetime) -> Ruling:
    """Where one applicant is given more time: for the administrators. Whether it still can be is asked then."""
    return run_deadlines(actor, application.intake, now)


def see_extension(actor: Actor | None, extension: Extension, now: datetime) -> Ruling:
    """Where a question for more time is answered: for the administrators. Whether it still can be is asked then."""
    return run_deadlines(actor, extension.application.intake, now)


def answer_extension(actor: Actor | None, extension: Extension, now: datetime) -> Ruling:
    """Refuse what was asked for, or take back what was granted."""
    return grant_extension(actor, extension.application, now)


def run_deadlines(actor: Actor | None, intake: Intake, now: datetime) -> Ruling:
    """See who asked for more time, and make access codes: the administrators of the programme."""
    may = actor is not None and actor.confirmed and actor.has(intake.programme_id, StaffRole.ADMIN)
    return allowed_if(may, "Only the administrators of this programme can do that.")


def revoke_code(actor: Actor | None, code: AccessCode, now: datetime) -> Ruling:
    return run_deadlines(actor, code.intake, now)


def start_late(actor: Actor | None, intake: Intake, now: datetime) -> Ruling:
    """Begin with an access code: anybody with a confirmed mail address, once the intake has opened."""
    ruling = confirmed(actor, intake, now)
    if not ruling:
        return ruling
    if intake.state is IntakeState.DRAFT or now < intake.opens_at:
        return programmes_policy.may_start(intake, now)
    return ALLOWED


def use_code(code: AccessCode, now: datetime) -> Ruling:
    """Whether a code still opens its intake."""
    if code.revoked_at is not None:
        return refused("This code is no longer valid. Ask the admissions office for another one.")
    if now > code.expires_at:
        when = in_zone(code.expires_at, code.intake.time_zone)
        return refused(f"This code could be used until {when}. Ask the admissions office for another one.")
    return allowed_if(
        code.uses < code.uses_allowed, "This code has been used already. Ask the admissions office for another one."
    )


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
