"""What waits for the people who run admissions, counted over all their intakes. A fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa

from portal.accounts.actor import Actor
from portal.accounts.states import StaffRole
from portal.applications.models import Application, GateAnswer
from portal.applications.queries import extensions_asked_count
from portal.applications.states import IN_JUDGEMENT, ApplicationState, GateState
from portal.core.db import db
from portal.decisions.models import Decision
from portal.decisions.states import DecisionState
from portal.programmes.models import Gate, Intake
from portal.programmes.queries import intakes_for
from portal.recordings.models import FileVersion, Recording
from portal.recordings.states import Processing

OPEN_STATES = (ApplicationState.SUBMITTED, ApplicationState.UNDER_REVIEW)
_WAITS_FOR_STAFF = (
    Application.state != ApplicationState.WITHDRAWN,
    FileVersion.state == Processing.NEEDS_STAFF,
    Recording.removed_at.is_(None),
)


@dataclass(frozen=True)
class IntakeCard:
    """One intake with what lies in it and what waits for the person who asks.

    `gates_unknown` are applications with a requirement that nobody has judged; `to_confirm` decisions that somebody
    else drafted; `to_release` confirmed ones; `more_time` wishes for more time that the person may answer.
    """

    intake: Intake
    by_state: Mapping[ApplicationState, int] = field(default_factory=dict)
    needs_staff: int = 0
    gates_unknown: int = 0
    to_confirm: int = 0
    to_release: int = 0
    more_time: int = 0

    @property
    def total(self) -> int:
        return sum(self.by_state.values())

    @property
    def waits(self) -> int:
        return self.needs_staff + self.gates_unknown + self.to_confirm + self.to_release + self.more_time


def intake_cards(actor: Actor) -> list[IntakeCard]:
    """Every intake that the actor runs, the latest first."""
    intakes = intakes_for(actor, StaffRole.ADMIN, StaffRole.CHAIR)
    ids = [intake.id for intake in intakes]
    states = _by_state(ids)
    needs_staff, unknown = _needs_staff(ids), _gates_unknown(ids)
    drafted = _decisions(ids, DecisionState.DRAFTED, Decision.drafted_by_id != actor.person_id)
    confirmed = _decisions(ids, DecisionState.CONFIRMED, Application.state == ApplicationState.DECIDED)
    admin_of = actor.programmes_as(StaffRole.ADMIN)
    more_time = extensions_asked_count([intake.id for intake in intakes if intake.programme_id in admin_of])
    return [
        IntakeCard(
            intake=intake,
            by_state=states.get(intake.id, {}),
            needs_staff=needs_staff.get(intake.id, 0),
            gates_unknown=unknown.get(intake.id, 0),
            to_confirm=drafted.get(intake.id, 0),
            to_release=confirmed.get(intake.id, 0),
            more_time=more_time.get(intake.id, 0),
        )
        for intake in intakes
    ]


@dataclass(frozen=True)
class StuckRecording:
    """A file that a person has to look at, and why."""

    application_id: str
    number: str
    file_name: str
    reason: str


def recordings_for_staff(intake_ids: Sequence[str], *, limit: int = 10) -> list[StuckRecording]:
    """The files that waited longest for a person. One query."""
    rows = db.session.execute(
        sa.select(Application.id, Application.number, FileVersion.original_name, FileVersion.staff_reason)
        .join(Recording, Recording.application_id == Application.id)
        .join(FileVersion, FileVersion.recording_id == Recording.id)
        .where(Application.intake_id.in_(intake_ids), *_WAITS_FOR_STAFF)
        .order_by(FileVersion.received_at, FileVersion.id)
        .limit(limit)
    )
    return [StuckRecording(*row) for row in rows]


def _by_state(intake_ids: Sequence[str]) -> dict[str, dict[ApplicationState, int]]:
    rows = db.session.execute(
        sa.select(Application.intake_id, Application.state, sa.func.count())
        .where(Application.intake_id.in_(intake_ids))
        .group_by(Application.intake_id, Application.state)
    )
    found: dict[str, dict[ApplicationState, int]] = defaultdict(dict)
    for intake_id, state, number in rows:
        found[intake_id][state] = number
    return found


def _needs_staff(intake_ids: Sequence[str]) -> dict[str, int]:
    return _counted(
        sa.select(Application.intake_id, sa.func.count(FileVersion.id))
        .join(Recording, Recording.application_id == Application.id)
        .join(FileVersion, FileVersion.recording_id == Recording.id)
        .where(Application.intake_id.in_(intake_ids), *_WAITS_FOR_STAFF)
        .group_by(Application.intake_id)
    )


def _gates_unknown(intake_ids: Sequence[str]) -> dict[str, int]:
    """Applications in judgement for which a requirement of today has no answer, or one that nobody has judged."""
    judged = (
        sa.select(GateAnswer.id)
        .where(
            GateAnswer.application_id == Application.id,
            GateAnswer.gate_id == Gate.id,
            GateAnswer.state != GateState.UNKNOWN,
        )
        .exists()
    )
    return _counted(
        sa.select(Application.intake_id, sa.func.count(sa.distinct(Application.id)))
        .join(Gate, sa.and_(Gate.intake_id == Application.intake_id, Gate.archived_at.is_(None)))
        .where(Application.intake_id.in_(intake_ids), Application.state.in_(OPEN_STATES), ~judged)
        .group_by(Application.intake_id)
    )


def _decisions(intake_ids: Sequence[str], state: DecisionState, also: sa.ColumnElement[bool]) -> dict[str, int]:
    return _counted(
        sa.select(Application.intake_id, sa.func.count(Decision.id))
        .join(Application, Application.id == Decision.application_id)
        .where(
            Application.intake_id.in_(intake_ids), Application.state.in_(IN_JUDGEMENT), Decision.state == state, also
        )
        .group_by(Application.intake_id)
    )


def _counted(statement: sa.Select[str, int]) -> dict[str, int]:
    return {row[0]: row[1] for row in db.session.execute(statement)}
