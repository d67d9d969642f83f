"""One row per submitted review and criterion, with the words that go with the points and the files they are about.

Names the reviewers, and holds nothing of what an applicant has written.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from portal.accounts.models import Person
from portal.applications.models import Application
from portal.exports.columns import Dataset, in_unit, iso
from portal.exports.datasets.reading import rounded, stream
from portal.programmes.models import Concentration, Criterion, Intake, Rubric, Slot
from portal.recordings.models import FileVersion, Recording
from portal.reviews.models import Assignment, CriterionScore, JudgedFile, Review
from portal.reviews.states import AssignmentState


@dataclass(frozen=True, kw_only=True)
class ScoreRow:
    application_number: str
    concentration: str | None
    reviewer_name: str
    reviewer_email: str
    submitted_at: datetime | None
    rubric_version: int
    criterion: str
    weight: int
    scale_min: int
    scale_max: int
    points: int | None = in_unit("points of the scale")
    could_not_judge: bool
    remark: str
    overall_score: float | None = in_unit("0..100")
    comment: str
    judged_files: str
    time_zone: str


def count(read: sa.Connection, intake_id: str) -> int:
    return read.scalar(sa.select(sa.func.count()).select_from(_statement(intake_id).order_by(None).subquery())) or 0


def rows(read: sa.Connection, intake_id: str) -> Generator[ScoreRow, None, None]:
    judged_files = _judged_files(read, intake_id)
    for row in stream(read, _statement(intake_id)):
        yield ScoreRow(
            application_number=row.number,
            concentration=row.concentration,
            reviewer_name=row.full_name,
            reviewer_email=row.email,
            submitted_at=row.submitted_at,
            rubric_version=row.version,
            criterion=row.criterion,
            weight=row.weight,
            scale_min=row.scale_min,
            scale_max=row.scale_max,
            points=row.points,
            could_not_judge=row.points is None,
            remark=row.remark,
            overall_score=rounded(row.overall),
            comment=row.comment,
            judged_files="; ".join(judged_files.get(row.id, ())),
            time_zone=row.time_zone,
        )


def _statement(intake_id: str) -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(
            Application.number,
            Concentration.title.label("concentration"),
            Person.full_name,
            Person.email,
            Assignment.submitted_at,
            Rubric.version,
            Criterion.title.label("criterion"),
            Criterion.weight,
            Criterion.scale_min,
            Criterion.scale_max,
            CriterionScore.points,
            CriterionScore.remark,
            Review.id,
            Review.overall,
            Review.comment,
            Intake.time_zone,
        )
        .select_from(Application)
        .join(Intake, Intake.id == Application.intake_id)
        .outerjoin(Concentration, Concentration.id == Application.concentration_id)
        .join(Assignment, Assignment.application_id == Application.id)
        .join(Person, Person.id == Assignment.reviewer_id)
        .join(Review, Review.assignment_id == Assignment.id)
        .join(Rubric, Rubric.id == Review.rubric_id)
        .join(CriterionScore, CriterionScore.review_id == Review.id)
        .join(Criterion, Criterion.id == CriterionScore.criterion_id)
        .where(Application.intake_id == intake_id, Assignment.state == AssignmentState.SUBMITTED)
        .order_by(Application.number, Person.full_name, Assignment.id, Criterion.position, Criterion.id)
    )


def _judged_files(read: sa.Connection, intake_id: str) -> Mapping[str, Sequence[str]]:
    """What each review is about, by its id: a line for each file."""
    found: dict[str, list[str]] = defaultdict(list)
    judged = (
        sa.select(JudgedFile.review_id, Slot.title, FileVersion.number, FileVersion.submitted_at, FileVersion.sha256)
        .join(FileVersion, FileVersion.id == JudgedFile.file_version_id)
        .join(Recording, Recording.id == FileVersion.recording_id)
        .join(Slot, Slot.id == Recording.slot_id)
        .where(Slot.intake_id == intake_id)
        .order_by(JudgedFile.review_id, Slot.position, Slot.id, Recording.position, Recording.id)
    )
    for review_id, slot, number, sent_at, sha256 in stream(read, judged):
        sent = f", sent {iso(sent_at)}" if sent_at else ""
        found[review_id].append(f"{slot}: version {number}{sent}, SHA-256 {sha256}")
    return found


DATASET = Dataset(
    key="scores",
    title="Scores",
    description="One row per submitted review and criterion, with remarks and the files judged. Names the reviewers.",
    row_type=ScoreRow,
    count=count,
    rows=rows,
)
