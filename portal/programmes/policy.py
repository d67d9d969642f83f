"""Who may see and change programmes, and until when an intake takes applications. Pure."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from portal.accounts.actor import Actor
from portal.accounts.states import StaffRole
from portal.core.moments import in_zone
from portal.core.ruling import ALLOWED, Ruling, allowed_if, refused
from portal.programmes.deadlines import Deadline, Phase, effective_deadline
from portal.programmes.models import Gate, Intake, Programme, Slot
from portal.programmes.states import IntakeState

NOT_YOURS = "Only the administrators of this programme can do that."
CLOSED = "This intake is closed."
ON_ITS_WAY = "A file that was on its way then may go on arriving until {}; no new file can be begun."


def view(actor: Actor | None, programme: Programme, now: datetime) -> Ruling:
    """The public page: for everybody once an intake has been published, before that for those who edit it."""
    if any(intake.state is not IntakeState.DRAFT for intake in programme.intakes):
        return ALLOWED
    return edit(actor, programme, now)


def list_own(actor: Actor | None, thing: object, now: datetime) -> Ruling:
    """The editors' list of programmes; what stands in it depends on the person."""
    may = actor is not None and actor.confirmed and (actor.site_admin or bool(actor.programmes_as(StaffRole.ADMIN)))
    return allowed_if(may, "This page is for the administrators of programmes.")


def create(actor: Actor | None, thing: object, now: datetime) -> Ruling:
    may = actor is not None and actor.confirmed and actor.site_admin
    return allowed_if(may, "Only the site's administrators can add a programme.")


def edit(actor: Actor | None, programme: Programme, now: datetime) -> Ruling:
    return _edit(actor, programme.id)


def edit_intake(actor: Actor | None, intake: Intake, now: datetime) -> Ruling:
    return _edit(actor, intake.programme_id)


def edit_slot(actor: Actor | None, slot: Slot, now: datetime) -> Ruling:
    return _edit(actor, slot.intake.programme_id)


def edit_gate(actor: Actor | None, gate: Gate, now: datetime) -> Ruling:
    return _edit(actor, gate.intake.programme_id)


def try_slot(actor: Actor | None, slot: Slot, now: datetime) -> Ruling:
    """Whether anybody may have a file heard by this slot's rules: while its intake is published."""
    return allowed_if(slot.intake.state is IntakeState.PUBLISHED and slot.archived_at is None, CLOSED)


def may_start(intake: Intake, now: datetime) -> Ruling:
    """Whether a new application may be begun: from the opening up to and including the start cut-off."""
    if intake.state is IntakeState.DRAFT:
        return refused("This intake is not open.")
    if intake.state is IntakeState.CLOSED:
        return refused(CLOSED)
    if now < intake.opens_at:
        return refused(f"Applications open on {in_zone(intake.opens_at, intake.time_zone)}.")
    if now > intake.start_cutoff_at:
        return refused(f"New applications could be started until {in_zone(intake.start_cutoff_at, intake.time_zone)}.")
    return ALLOWED


def may_change(
    intake: Intake, deadline: Deadline, now: datetime, *, was_sending: Callable[[], bool] = lambda: False
) -> Ruling:
    """Whether an application that was begun may still be changed and submitted.

    Until `deadline`, the one that counts for the person; a date of one's own holds even when the intake is closed. In
    the grace only for those who were sending a file when the deadline came: `was_sending` is asked only then.
    """
    closed = _closed(intake, deadline, now)
    if closed is not None:
        return closed
    phase = deadline.phase(now)
    if phase is Phase.OPEN or (phase is Phase.GRACE and was_sending()):
        return ALLOWED
    if phase is Phase.OVER:
        return refused(_was(intake, deadline))
    last = in_zone(deadline.last_at, intake.time_zone)
    return refused(f"{_was(intake, deadline)} {ON_ITS_WAY.format(last)}")


def may_go_on_sending(intake: Intake, deadline: Deadline, now: datetime, *, begun_at: datetime) -> Ruling:
    """Whether a file may go on arriving whose sending began then: until the grace is over."""
    closed = _closed(intake, deadline, now)
    if closed is not None:
        return closed
    if deadline.phase(begun_at) is not Phase.OPEN:
        return refused(_was(intake, deadline))
    last = in_zone(deadline.last_at, intake.time_zone)
    over = f"{_was(intake, deadline)} Files that were on their way then could arrive until {last}."
    return allowed_if(deadline.phase(now) is not Phase.OVER, over)


def is_open(intake: Intake, now: datetime) -> bool:
    """Whether the public page may say that this intake is open: somebody can start or still submit."""
    return bool(may_start(intake, now)) or bool(may_change(intake, effective_deadline(intake), now))


def _closed(intake: Intake, deadline: Deadline, now: datetime) -> Ruling | None:
    """Why nothing can be sent whatever the hour is; None when the clock decides."""
    if intake.state is IntakeState.DRAFT:
        return refused("This intake is not open.")
    if intake.state is IntakeState.CLOSED and not deadline.own:
        return refused(CLOSED)
    if now < intake.opens_at:
        return refused(f"Applications open on {in_zone(intake.opens_at, intake.time_zone)}.")
    return None


def _was(intake: Intake, deadline: Deadline) -> str:
    return f"{'Your' if deadline.own else 'The'} deadline was {in_zone(deadline.at, intake.time_zone)}."


def _edit(actor: Actor | None, programme_id: str) -> Ruling:
    may = actor is not None and actor.confirmed and (actor.site_admin or actor.has(programme_id, StaffRole.ADMIN))
    return allowed_if(may, NOT_YOURS)
