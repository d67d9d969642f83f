"""What the requirements of applications say, counted in the database. Two queries for any number of applications."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from portal.applications.models import Application, GateAnswer
from portal.applications.states import GateState
from portal.core.db import db
from portal.decisions.gates import GateCount
from portal.programmes.models import Gate

MET = (GateState.PASSED, GateState.WAIVED)


def counts_in(intake_id: str, application_ids: Sequence[str] | None = None) -> Mapping[str, GateCount]:
    """By application id, for all applications of the intake or for the given ones; every one of them is in it."""
    asked = db.session.scalar(
        sa.select(sa.func.count(Gate.id)).where(Gate.intake_id == intake_id, Gate.archived_at.is_(None))
    )
    rows = sa.select(
        Application.id,
        sa.func.count(Gate.id).filter(GateAnswer.state == GateState.FAILED),
        sa.func.count(Gate.id).filter(GateAnswer.state.in_(MET)),
    )
    rows = (
        rows.outerjoin(GateAnswer, GateAnswer.application_id == Application.id)
        .outerjoin(Gate, sa.and_(Gate.id == GateAnswer.gate_id, Gate.archived_at.is_(None)))
        .where(Application.intake_id == intake_id)
        .group_by(Application.id)
    )
    if application_ids is not None:
        rows = rows.where(Application.id.in_(application_ids))
    return {
        application_id: GateCount(failed=failed, unknown=(asked or 0) - failed - met, met=met)
        for application_id, failed, met in db.session.execute(rows)
    }


def not_met(application: Application) -> list[tuple[str, GateState]]:
    """Title and state of each requirement that is failed or unknown, in the programme's order."""
    state = sa.func.coalesce(GateAnswer.state, GateState.UNKNOWN)
    rows = db.session.execute(
        sa.select(Gate.title, GateAnswer.state)
        .outerjoin(GateAnswer, sa.and_(GateAnswer.gate_id == Gate.id, GateAnswer.application_id == application.id))
        .where(Gate.intake_id == application.intake_id, Gate.archived_at.is_(None), state.not_in(MET))
        .order_by(Gate.position, Gate.id)
    )
    return [(title, found or GateState.UNKNOWN) for title, found in rows]
