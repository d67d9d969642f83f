"""One row per application: deadline, requirements, scores, rank, decision, and who stands behind it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from portal.accounts.models import Person
from portal.applications.models import Application, Extension, GateAnswer
from portal.applications.states import ExtensionState, GateState
from portal.decisions.gates import count as count_gates
from portal.decisions.models import Decision
from portal.decisions.queries.standing import ranking_of
from portal.decisions.states import DecisionState
from portal.exports.columns import Dataset, in_unit
from portal.exports.datasets.reading import rounded, stream
from portal.panel.ranking import NO_SCORES, Place
from portal.programmes.deadlines import Deadline, effective_deadline
from portal.programmes.models import Concentration, Gate, Intake, Track

GateStates = Sequence[tuple[str, GateState]]


@dataclass(frozen=True, kw_only=True)
class DecisionRow:
    application_number: str
    applicant_name: str
    applicant_email: str
    concentration: str | None
    track: str | None
    application_state: str
    submitted_at: datetime | None
    deadline_at: datetime
    deadline_is_own: bool
    extended_until: datetime | None
    extension_reason: str | None
    reopened_until: datetime | None
    began_with_access_code: bool
    gates_overall: str
    gates_failed: str
    gates_unknown: str
    gates_waived: str
    reviews_in: int
    reviews_wanted: int
    mean_score: float | None = in_unit("0..100")
    median_score: float | None = in_unit("0..100")
    score_spread: float | None = in_unit("0..100, highest minus lowest")
    score_standard_deviation: float | None = in_unit("0..100, of the sample")
    rank: int | None
    rank_is_shared: bool
    outcome: str | None
    decision_state: str | None
    decision_reason: str | None
    decision_conditions: str | None
    drafted_by: str | None
    drafted_at: datetime | None
    confirmed_by: str | None
    confirmed_at: datetime | None
    released_by: str | None
    released_at: datetime | None
    time_zone: str


def count(read: sa.Connection, intake_id: str) -> int:
    found = sa.select(sa.func.count()).select_from(Application).where(Application.intake_id == intake_id)
    return read.scalar(found) or 0


def rows(read: sa.Connection, intake_id: str) -> Generator[DecisionRow, None, None]:
    places = {place.key: place for place in ranking_of(intake_id, read=read)}
    gates, intake = _gates(read, intake_id), _intake(read, intake_id)
    for row in stream(read, _statement(intake_id)):
        place = places.get(row.id) or Place(key=row.id, summary=NO_SCORES, rank=None)
        deadline = effective_deadline(intake, row.extended_until, row.reopened_until)
        yield _row(row, deadline, gates(row.id), place)


def _row(row: Any, deadline: Deadline, gates: GateStates, place: Place) -> DecisionRow:
    summary = place.summary
    return DecisionRow(
        application_number=row.number,
        applicant_name=row.full_name,
        applicant_email=row.email,
        concentration=row.concentration,
        track=row.track,
        application_state=row.state.value,
        submitted_at=row.submitted_at,
        deadline_at=deadline.at,
        deadline_is_own=deadline.own,
        extended_until=row.extended_until,
        extension_reason=row.extension_reason,
        reopened_until=row.reopened_until,
        began_with_access_code=row.began_with_access_code,
        gates_overall=count_gates(state for _, state in gates).overall.value,
        gates_failed=_titles(gates, GateState.FAILED),
        gates_unknown=_titles(gates, GateState.UNKNOWN),
        gates_waived=_titles(gates, GateState.WAIVED),
        reviews_in=summary.n,
        reviews_wanted=row.reviews_wanted,
        mean_score=rounded(summary.mean),
        median_score=rounded(summary.median),
        score_spread=rounded(summary.spread),
        score_standard_deviation=rounded(summary.deviation),
        rank=place.rank,
        rank_is_shared=place.tied,
        outcome=row.outcome.value if row.outcome else None,
        decision_state=row.decision_state.value if row.decision_state else None,
        decision_reason=row.reason,
        decision_conditions=row.conditions,
        drafted_by=row.drafted_by,
        drafted_at=row.drafted_at,
        confirmed_by=row.confirmed_by,
        confirmed_at=row.confirmed_at,
        released_by=row.released_by,
        released_at=row.released_at,
        time_zone=row.time_zone,
    )


def _statement(intake_id: str) -> sa.Select[*tuple[Any, ...]]:
    drafter, confirmer, releaser = aliased(Person), aliased(Person), aliased(Person)
    extension = sa.select(Extension.answer).where(
        Extension.application_id == Application.id, Extension.state == ExtensionState.GRANTED
    )
    by_code = sa.exists().where(Extension.application_id == Application.id, Extension.access_code_id.is_not(None))
    living = sa.and_(Decision.application_id == Application.id, Decision.state != DecisionState.DISCARDED)
    return (
        sa.select(
            Application.id,
            Application.number,
            Application.state,
            Application.submitted_at,
            Application.extended_until,
            extension.order_by(Extension.created_at.desc()).limit(1).scalar_subquery().label("extension_reason"),
            Application.reopened_until,
            by_code.label("began_with_access_code"),
            Person.full_name,
            Person.email,
            Concentration.title.label("concentration"),
            Track.title.label("track"),
            Intake.reviews_wanted,
            Intake.time_zone,
            Decision.outcome,
            Decision.state.label("decision_state"),
            Decision.reason,
            Decision.conditions,
            Decision.drafted_at,
            Decision.confirmed_at,
            Decision.released_at,
            drafter.full_name.label("drafted_by"),
            confirmer.full_name.label("confirmed_by"),
            releaser.full_name.label("released_by"),
        )
        .join(Person, Person.id == Application.applicant_id)
        .join(Intake, Intake.id == Application.intake_id)
        .outerjoin(Concentration, Concentration.id == Application.concentration_id)
        .outerjoin(Track, Track.id == Application.track_id)
        .outerjoin(Decision, living)
        .outerjoin(drafter, drafter.id == Decision.drafted_by_id)
        .outerjoin(confirmer, confirmer.id == Decision.confirmed_by_id)
        .outerjoin(releaser, releaser.id == Decision.released_by_id)
        .where(Application.intake_id == intake_id)
        .order_by(Application.number)
    )


def _intake(read: sa.Connection, intake_id: str) -> Intake:
    """What the rule of deadlines asks of an intake, read in the same snapshot."""
    asked = sa.select(Intake.state, Intake.visible_deadline_at, Intake.grace_minutes).where(Intake.id == intake_id)
    return Intake(**read.execute(asked).one()._mapping)


def _gates(read: sa.Connection, intake_id: str) -> Callable[[str], GateStates]:
    """A function from application id to title and state of each requirement, in the programme's order."""
    asked = read.execute(
        sa.select(Gate.id, Gate.title)
        .where(Gate.intake_id == intake_id, Gate.archived_at.is_(None))
        .order_by(Gate.position, Gate.id)
    ).all()
    judged: dict[str, dict[str, GateState]] = defaultdict(dict)
    answers = sa.select(GateAnswer.application_id, GateAnswer.gate_id, GateAnswer.state).join(
        Gate, sa.and_(Gate.id == GateAnswer.gate_id, Gate.intake_id == intake_id)
    )
    for application_id, gate_id, state in stream(read, answers):
        judged[application_id][gate_id] = state

    def of(application_id: str) -> GateStates:
        known = judged.get(application_id, {})
        return [(title, known.get(gate_id, GateState.UNKNOWN)) for gate_id, title in asked]

    return of


def _titles(gates: GateStates, state: GateState) -> str:
    return "; ".join(title for title, found in gates if found is state)


DATASET = Dataset(
    key="decisions",
    title="Decisions",
    description="One row per application: deadline, requirements, scores, rank, the decision and who stands behind it.",
    row_type=DecisionRow,
    count=count,
    rows=rows,
)
