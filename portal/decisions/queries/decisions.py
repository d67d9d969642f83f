"""Reading decisions."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from portal.applications.models import Application
from portal.core.db import db
from portal.core.paging import PAGE_SIZE, Page, page_of
from portal.decisions.models import Decision
from portal.decisions.states import DecisionState
from portal.programmes.models import Intake

WITH_APPLICATION = joinedload(Decision.application).options(
    joinedload(Application.intake).joinedload(Intake.programme), joinedload(Application.applicant)
)


def decision(decision_id: str) -> Decision | None:
    """A decision with its application, person, intake and programme. One query."""
    return db.session.scalar(sa.select(Decision).where(Decision.id == decision_id).options(WITH_APPLICATION))


def released_for(application_id: str) -> Decision | None:
    """What the applicant may know: the released decision with its letter, or None. Drafts are never shown to them."""
    return db.session.scalar(
        sa.select(Decision).where(Decision.application_id == application_id, Decision.state == DecisionState.RELEASED)
    )


def history_of(application_id: str) -> Sequence[Decision]:
    """Every decision that was drafted about an application, discarded ones included, oldest first."""
    return db.session.scalars(
        sa.select(Decision).where(Decision.application_id == application_id).order_by(Decision.drafted_at, Decision.id)
    ).all()


def living(application_id: str) -> Decision | None:
    """The one decision of an application that has not been discarded."""
    return db.session.scalar(
        sa.select(Decision).where(Decision.application_id == application_id, Decision.state != DecisionState.DISCARDED)
    )


def in_state(intake_id: str, state: DecisionState) -> Sequence[Decision]:
    """All decisions of an intake in a state with application and person, by application number. One query."""
    return db.session.scalars(_by_number(intake_id, state)).all()


def page_in_state(intake_id: str, state: DecisionState, *, after: str = "") -> Page[Decision]:
    """One page of the same; `after` is the application number that the page follows."""
    statement = _by_number(intake_id, state).where(Application.number > after).limit(PAGE_SIZE + 1)
    return page_of(db.session.scalars(statement).all(), key=lambda decision: decision.application.number)


def count_in_state(intake_id: str, state: DecisionState) -> int:
    found = (
        sa.select(sa.func.count(Decision.id))
        .join(Decision.application)
        .where(Application.intake_id == intake_id, Decision.state == state)
    )
    return db.session.scalar(found) or 0


def _by_number(intake_id: str, state: DecisionState) -> sa.Select[Decision]:
    return (
        sa.select(Decision)
        .join(Decision.application)
        .where(Application.intake_id == intake_id, Decision.state == state)
        .options(WITH_APPLICATION)
        .order_by(Application.number)
    )
