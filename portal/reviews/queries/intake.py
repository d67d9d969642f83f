"""Who hears what in an intake, for those who run it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from portal.accounts.models import Person
from portal.applications.models import Application
from portal.applications.states import IN_JUDGEMENT
from portal.core.db import db
from portal.core.paging import PAGE_SIZE, Page, page_of
from portal.programmes.models import Concentration, Intake
from portal.reviews.models import Assignment
from portal.reviews.states import OPEN, AssignmentState


@dataclass(frozen=True)
class AssignedReviewer:
    assignment_id: str
    reviewer_id: str
    name: str
    state: AssignmentState
    conflict_reason: str


@dataclass(frozen=True)
class ApplicationRow:
    """An application with everybody who was asked to hear it."""

    application_id: str
    number: str
    applicant: str
    concentration: str | None
    state: str
    assigned: Sequence[AssignedReviewer]

    @property
    def active(self) -> int:
        return sum(one.state in (*OPEN, AssignmentState.SUBMITTED) for one in self.assigned)


@dataclass(frozen=True)
class ReviewerLoad:
    person_id: str
    name: str
    waiting: int
    submitted: int
    conflicts: int


def applications_page(intake_id: str, *, after: str | None = None) -> Page[ApplicationRow]:
    """Submitted applications of an intake by number, each with its reviewers. Two queries."""
    statement = (
        sa.select(Application.id, Application.number, Person.full_name, Concentration.title, Application.state)
        .join(Person, Application.applicant_id == Person.id)
        .outerjoin(Concentration, Application.concentration_id == Concentration.id)
        .where(Application.intake_id == intake_id, Application.state.in_(IN_JUDGEMENT))
        .order_by(Application.number)
        .limit(PAGE_SIZE + 1)
    )
    if after:
        statement = statement.where(Application.number > after)
    found = db.session.execute(statement).all()
    assigned = _assigned_to([row[0] for row in found])
    rows = [
        ApplicationRow(key, number, name, concentration, state.value, assigned.get(key, ()))
        for key, number, name, concentration, state in found
    ]
    return page_of(rows, key=lambda row: row.number)


def reviewer_loads(intake: Intake, people: Sequence[Person]) -> list[ReviewerLoad]:
    """How much each of these people has to hear in an intake. One query."""
    counted = db.session.execute(
        sa.select(
            Assignment.reviewer_id,
            sa.func.count().filter(Assignment.state.in_(OPEN)),
            sa.func.count().filter(Assignment.state == AssignmentState.SUBMITTED),
            sa.func.count().filter(Assignment.state == AssignmentState.RECUSED),
        )
        .join(Application, Assignment.application_id == Application.id)
        .where(Application.intake_id == intake.id)
        .group_by(Assignment.reviewer_id)
    )
    counts = {reviewer_id: rest for reviewer_id, *rest in counted}
    return [
        ReviewerLoad(person.id, person.full_name or person.email, *counts.get(person.id, (0, 0, 0)))
        for person in people
    ]


def _assigned_to(application_ids: Sequence[str]) -> dict[str, list[AssignedReviewer]]:
    rows = db.session.execute(
        sa.select(
            Assignment.application_id,
            Assignment.id,
            Assignment.reviewer_id,
            Person.full_name,
            Assignment.state,
            Assignment.conflict_reason,
        )
        .join(Person, Assignment.reviewer_id == Person.id)
        .where(Assignment.application_id.in_(application_ids))
        .order_by(Person.full_name, Assignment.id)
    )
    found: dict[str, list[AssignedReviewer]] = {}
    for row in rows:
        found.setdefault(row.application_id, []).append(
            AssignedReviewer(row.id, row.reviewer_id, row.full_name, row.state, row.conflict_reason)
        )
    return found
