"""A reviewer's own work: light rows, and the same number of queries however long the list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa

from portal.applications.models import Application
from portal.applications.states import IN_JUDGEMENT
from portal.core.db import UtcDateTime, db
from portal.core.errors import Invalid
from portal.core.paging import PAGE_SIZE, Page, page_of
from portal.programmes.models import Concentration, Intake, Programme, Track
from portal.recordings.models import Recording
from portal.reviews.models import Assignment, Review
from portal.reviews.policy import SCORABLE
from portal.reviews.states import OPEN, AssignmentState

NO_DUE_DATE = datetime(9999, 1, 1, tzinfo=UTC)
_DUE = sa.func.coalesce(Assignment.due_at, sa.literal(NO_DUE_DATE, UtcDateTime), type_=UtcDateTime)


@dataclass(frozen=True)
class QueueRow:
    """An assignment in a reviewer's list; nothing here leads to a person."""

    assignment_id: str
    pseudonym: str
    state: AssignmentState
    due_at: datetime | None
    submitted_at: datetime | None
    overall: float | None
    programme: str
    intake: str
    time_zone: str
    concentration: str | None
    track: str | None
    recordings: int


@dataclass(frozen=True)
class Progress:
    done: int
    of: int
    next_due_at: datetime | None

    @property
    def left(self) -> int:
        return self.of - self.done


def queue_page(person_id: str, *, done: bool = False, after: str | None = None) -> Page[QueueRow]:
    """A reviewer's open work, what is due first at the top; with `done`, what is finished. One query.

    Inside one due date the order is that of the random ids: another one for each reviewer, and the same one each day.
    """
    recordings = (
        sa.select(sa.func.count())
        .where(Recording.application_id == Assignment.application_id, Recording.removed_at.is_(None))
        .scalar_subquery()
    )
    statement = (
        sa.select(
            Assignment.id,
            Assignment.pseudonym,
            Assignment.state,
            Assignment.due_at,
            Assignment.submitted_at,
            Review.overall,
            Programme.title,
            Intake.title,
            Intake.time_zone,
            Concentration.title,
            Track.title,
            recordings,
        )
        .select_from(Assignment)
        .join(Application, Assignment.application_id == Application.id)
        .join(Intake, Application.intake_id == Intake.id)
        .join(Programme, Intake.programme_id == Programme.id)
        .outerjoin(Concentration, Application.concentration_id == Concentration.id)
        .outerjoin(Track, Application.track_id == Track.id)
        .outerjoin(Review, Review.assignment_id == Assignment.id)
        .where(*(_finished(person_id) if done else _waiting(person_id)))
        .order_by(_DUE, Assignment.id)
        .limit(PAGE_SIZE + 1)
    )
    if after:
        statement = statement.where(_after(after))
    rows = [QueueRow(*tuple(row)) for row in db.session.execute(statement)]
    return page_of(rows, key=lambda row: queue_key(row.due_at, row.assignment_id))


def queue_key(due_at: datetime | None, assignment_id: str) -> str:
    return f"{(due_at or NO_DUE_DATE).isoformat()}~{assignment_id}"


def next_in_queue(person_id: str, *, after: str) -> str | None:
    """The id of the open assignment that follows `after` in the queue, else of the first one; None when all is done."""
    here = db.session.execute(sa.select(Assignment.due_at).where(Assignment.id == after)).one_or_none()
    waiting = (
        sa.select(Assignment.id)
        .join(Application, Assignment.application_id == Application.id)
        .where(*_waiting(person_id), Assignment.id != after)
        .order_by(_DUE, Assignment.id)
        .limit(1)
    )
    following = db.session.scalar(waiting.where(_after(queue_key(here[0], after)))) if here is not None else None
    return following or db.session.scalar(waiting)


def progress(person_id: str) -> Progress:
    """How much of a reviewer's work is done, and when the next of it is due. One query."""
    open_now = Assignment.state.in_(OPEN) & Application.state.in_(SCORABLE)
    row = db.session.execute(
        sa.select(
            sa.func.count().filter(Assignment.state == AssignmentState.SUBMITTED),
            sa.func.count().filter(open_now),
            sa.func.min(Assignment.due_at).filter(open_now),
        )
        .join(Application, Assignment.application_id == Application.id)
        .where(Assignment.reviewer_id == person_id, Application.state.in_(IN_JUDGEMENT))
    ).one()
    return Progress(done=row[0], of=row[0] + row[1], next_due_at=row[2])


def _waiting(person_id: str) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        Assignment.reviewer_id == person_id,
        Assignment.state.in_(OPEN),
        Application.state.in_(SCORABLE),
    )


def _finished(person_id: str) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        Assignment.reviewer_id == person_id,
        Assignment.state == AssignmentState.SUBMITTED,
        Application.state.in_(IN_JUDGEMENT),
    )


def _after(key: str) -> sa.ColumnElement[bool]:
    due, _, assignment_id = key.partition("~")
    try:
        moment = datetime.fromisoformat(due)
    except ValueError:
        raise Invalid("That page of the list does not exist. Go back to its beginning.") from None
    if moment.tzinfo is None:
        raise Invalid("That page of the list does not exist. Go back to its beginning.")
    bound = sa.literal(moment, UtcDateTime)
    return sa.or_(bound < _DUE, sa.and_(bound == _DUE, Assignment.id > assignment_id))
