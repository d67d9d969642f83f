"""Who may hear, score and see what. Pure.

A reviewer has an assignment or has nothing: declaring a conflict, or being relieved, closes every door at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from portal.accounts.actor import Actor
from portal.accounts.states import StaffRole
from portal.applications.states import IN_JUDGEMENT, ApplicationState
from portal.core.ruling import ALLOWED, Ruling, allowed_if, refused
from portal.programmes.models import Intake
from portal.reviews.states import OPEN, READABLE, AssignmentState

NOT_YOURS = "This application is not assigned to you."
SCORABLE = (ApplicationState.SUBMITTED, ApplicationState.UNDER_REVIEW)
SCORES = (StaffRole.FACULTY, StaffRole.CHAIR)
RUNS = (StaffRole.CHAIR, StaffRole.ADMIN)


@dataclass(frozen=True)
class Access:
    """What decides about one assignment. It is never shown: blind pages are built from `sheet.ReviewSheet`."""

    assignment_id: str
    state: AssignmentState
    reviewer_id: str
    application_id: str
    application_state: ApplicationState
    applicant_id: str
    intake_id: str
    programme_id: str
    concentration_id: str | None


class Assigned(Protocol):
    """Something that is reached through an assignment."""

    @property
    def access(self) -> Access: ...


def read(actor: Actor | None, access: Access, now: datetime) -> Ruling:
    """See and hear the assignment."""
    mine = actor is not None and actor.confirmed and actor.person_id == access.reviewer_id != access.applicant_id
    if actor is None or not mine or not actor.has(access.programme_id, *SCORES):
        return refused(NOT_YOURS)
    return allowed_if(access.state in READABLE and access.application_state in IN_JUDGEMENT, NOT_YOURS)


def hear(actor: Actor | None, thing: Assigned, now: datetime) -> Ruling:
    """Hear a recording of the assignment."""
    return read(actor, thing.access, now)


def score(actor: Actor | None, access: Access, now: datetime) -> Ruling:
    """Save, comment and submit."""
    if not (ruling := read(actor, access, now)):
        return ruling
    if access.state not in OPEN:
        return refused("Your scores are in and can no longer be changed.")
    if access.application_state not in SCORABLE:
        return refused("A decision on this application has been drafted; scores can no longer be changed.")
    return ALLOWED


def see_other_scores(actor: Actor | None, access: Access, now: datetime) -> Ruling:
    """One's own judgement first."""
    if not (ruling := read(actor, access, now)):
        return ruling
    return allowed_if(
        access.state is AssignmentState.SUBMITTED, "Others' scores are shown once you have submitted yours."
    )


def declare_conflict(actor: Actor | None, access: Access, now: datetime) -> Ruling:
    """Possible at any time: a name may only be recognised in the last bar."""
    return read(actor, access, now)


def assign(actor: Actor | None, intake: Intake, now: datetime) -> Ruling:
    may = actor is not None and actor.confirmed and actor.has(intake.programme_id, *RUNS)
    return allowed_if(may, "Only the chair and the administrators of this programme assign reviewers.")
