"""Who may decide. Two people stand behind every decision, and nobody decides about themselves. Pure."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from portal.accounts.actor import Actor
from portal.accounts.states import StaffRole
from portal.applications.models import Application
from portal.applications.states import STEPS, ApplicationAction
from portal.core.ruling import ALLOWED, Ruling, allowed_if, refused
from portal.decisions.models import Decision
from portal.decisions.states import STEPS as DECISION_STEPS
from portal.decisions.states import DecisionAction
from portal.programmes.models import Intake, Programme

ADMIN_ONLY = "Only the administrators of this programme can do that."
STAFF_ONLY = "Only the administrators and the chair of this programme can do that."
OWN = "You cannot decide about your own application."


class InProgramme(Protocol):
    @property
    def programme_id(self) -> str: ...


class AboutApplication(Protocol):
    """Something that lies in an application, found together with it."""

    @property
    def application(self) -> Application: ...


def run_intake(actor: Actor | None, intake: Intake, now: datetime) -> Ruling:
    """See applications, scores and decisions of an intake."""
    return _staff(actor, intake.programme_id)


def see_application(actor: Actor | None, application: Application, now: datetime) -> Ruling:
    """The staff's view of an application: with names, scores and history."""
    return _about(actor, application, _staff(actor, application.intake.programme_id))


def see_part(actor: Actor | None, part: AboutApplication, now: datetime) -> Ruling:
    """The same for something that lies in the application."""
    return see_application(actor, part.application, now)


def decide(actor: Actor | None, intake: Intake, now: datetime) -> Ruling:
    """Draft decisions in an intake."""
    return _admin(actor, intake.programme_id)


def draft(actor: Actor | None, application: Application, now: datetime) -> Ruling:
    ruling = _about(actor, application, _admin(actor, application.intake.programme_id))
    if not ruling:
        return ruling
    return allowed_if(
        (application.state, ApplicationAction.DECIDE) in STEPS,
        f"{application.number} cannot be decided: it is not submitted, or decided already.",
    )


def confirm(actor: Actor | None, decision: Decision, now: datetime) -> Ruling:
    """The second key: the chair or another administrator, never the person who drafted it."""
    application = decision.application
    ruling = _about(actor, application, _staff(actor, application.intake.programme_id))
    if not ruling or actor is None:
        return ruling
    if actor.person_id == decision.drafted_by_id:
        return refused("You drafted this decision. Somebody else has to confirm it.")
    return _possible(decision, DecisionAction.CONFIRM)


def discard(actor: Actor | None, decision: Decision, now: datetime) -> Ruling:
    application = decision.application
    ruling = _about(actor, application, _staff(actor, application.intake.programme_id))
    return _possible(decision, DecisionAction.DISCARD) if ruling else ruling


def release(actor: Actor | None, intake: Intake, now: datetime) -> Ruling:
    return _admin(actor, intake.programme_id)


def read_audit(actor: Actor | None, programme: Programme, now: datetime) -> Ruling:
    return _admin(actor, programme.id)


def edit_letters(actor: Actor | None, intake: Intake, now: datetime) -> Ruling:
    return _admin(actor, intake.programme_id)


def edit_letter(actor: Actor | None, placed: InProgramme, now: datetime) -> Ruling:
    """The letter of one outcome."""
    return _admin(actor, placed.programme_id)


def _possible(decision: Decision, action: DecisionAction) -> Ruling:
    return allowed_if(
        (decision.state, action) in DECISION_STEPS,
        f"This decision is {decision.state.value} already. Reload the page to see where it stands.",
    )


def _about(actor: Actor | None, application: Application, ruling: Ruling) -> Ruling:
    own = actor is not None and actor.person_id == application.applicant_id
    return refused(OWN) if ruling and own else ruling


def _admin(actor: Actor | None, programme_id: str) -> Ruling:
    return _has(actor, programme_id, ADMIN_ONLY, StaffRole.ADMIN)


def _staff(actor: Actor | None, programme_id: str) -> Ruling:
    return _has(actor, programme_id, STAFF_ONLY, StaffRole.ADMIN, StaffRole.CHAIR)


def _has(actor: Actor | None, programme_id: str, reason: str, *roles: StaffRole) -> Ruling:
    if actor is not None and actor.confirmed and actor.has(programme_id, *roles):
        return ALLOWED
    return refused(reason)
