"""One row per checked file and check: what was measured, under which version of the rules, and what was waived;
when the file was sent, and how many reviews are about this version of it."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from portal.applications.models import Application
from portal.exports.columns import Dataset, in_unit
from portal.exports.datasets.reading import stream
from portal.programmes.models import Intake, RuleSet, Slot
from portal.recordings.models import FileVersion, Outcome, Recording, Report, Waiver
from portal.reviews.models import Assignment, JudgedFile, Review
from portal.reviews.states import AssignmentState


@dataclass(frozen=True, kw_only=True)
class OutcomeRow:
    application_number: str
    slot: str
    recording_title: str
    file_version: int
    file_name: str
    file_sha256: str
    file_received_at: datetime | None
    file_sent_at: datetime | None
    reviews_of_file: int
    file_state: str
    file_verdict: str | None
    duration_s: float | None = in_unit("s")
    integrated_lufs: float | None = in_unit("LUFS")
    true_peak_dbtp: float | None = in_unit("dBTP")
    engine: str
    rules_version: int
    check_key: str
    check_version: int
    severity: str
    state: str
    effect: str
    value: float | None
    unit: str
    limit: str
    message: str
    standard: str
    waived: bool
    waiver_reason: str | None
    judged_at: datetime
    time_zone: str


def count(read: sa.Connection, intake_id: str) -> int:
    found = (
        sa.select(sa.func.count(Outcome.id))
        .join(FileVersion, FileVersion.id == Outcome.file_version_id)
        .join(Recording, Recording.id == FileVersion.recording_id)
        .join(Application, Application.id == Recording.application_id)
        .where(Application.intake_id == intake_id)
    )
    return read.scalar(found) or 0


def rows(read: sa.Connection, intake_id: str) -> Generator[OutcomeRow, None, None]:
    for row in stream(read, _statement(intake_id)):
        finding = row.finding
        yield OutcomeRow(
            application_number=row.number,
            slot=row.slot,
            recording_title=row.title,
            file_version=row.file_version,
            file_name=row.original_name,
            file_sha256=row.sha256,
            file_received_at=row.received_at,
            file_sent_at=row.submitted_at,
            reviews_of_file=row.reviews_of_file or 0,
            file_state=row.file_state.value,
            file_verdict=row.verdict.value if row.verdict else None,
            duration_s=row.duration_s,
            integrated_lufs=row.integrated_lufs,
            true_peak_dbtp=row.true_peak_dbtp,
            engine=row.engine,
            rules_version=row.rules_version,
            check_key=row.check_key,
            check_version=row.check_version,
            severity=row.severity,
            state=row.state,
            effect=finding.get("effect", ""),
            value=finding.get("value"),
            unit=finding.get("unit", ""),
            limit=finding.get("limit", ""),
            message=finding.get("message", ""),
            standard=finding.get("standard", ""),
            waived=row.waiver_reason is not None,
            waiver_reason=row.waiver_reason,
            judged_at=row.judged_at,
            time_zone=row.time_zone,
        )


def _statement(intake_id: str) -> sa.Select[*tuple[Any, ...]]:
    reviews = _reviews()
    waived = sa.and_(Waiver.file_version_id == FileVersion.id, Waiver.check_key == Outcome.check_key)
    return (
        sa.select(
            Application.number,
            Slot.title.label("slot"),
            Recording.title,
            FileVersion.number.label("file_version"),
            FileVersion.original_name,
            FileVersion.sha256,
            FileVersion.received_at,
            FileVersion.submitted_at,
            reviews.c.reviews_of_file,
            FileVersion.state.label("file_state"),
            FileVersion.verdict,
            FileVersion.duration_s,
            FileVersion.integrated_lufs,
            FileVersion.true_peak_dbtp,
            Report.engine,
            RuleSet.version.label("rules_version"),
            Outcome.check_key,
            Outcome.check_version,
            Outcome.severity,
            Outcome.state,
            Outcome.finding,
            Outcome.judged_at,
            Waiver.reason.label("waiver_reason"),
            Intake.time_zone,
        )
        .select_from(Outcome)
        .join(FileVersion, FileVersion.id == Outcome.file_version_id)
        .join(Recording, Recording.id == FileVersion.recording_id)
        .join(Application, Application.id == Recording.application_id)
        .join(Intake, Intake.id == Application.intake_id)
        .join(Slot, Slot.id == Recording.slot_id)
        .join(Report, Report.id == Outcome.report_id)
        .join(RuleSet, RuleSet.id == Outcome.rule_set_id)
        .outerjoin(Waiver, waived)
        .outerjoin(reviews, reviews.c.file_version_id == FileVersion.id)
        .where(Application.intake_id == intake_id)
        .order_by(
            Application.number, Slot.position, Recording.position, FileVersion.number, Outcome.position, Outcome.id
        )
    )


def _reviews() -> sa.Subquery:
    """How many submitted reviews are about each version."""
    return (
        sa.select(JudgedFile.file_version_id, sa.func.count().label("reviews_of_file"))
        .join(Review, Review.id == JudgedFile.review_id)
        .join(Assignment, Assignment.id == Review.assignment_id)
        .where(Assignment.state == AssignmentState.SUBMITTED)
        .group_by(JudgedFile.file_version_id)
        .subquery()
    )


DATASET = Dataset(
    key="outcomes",
    title="Check results",
    description="One row per checked file and check: measured value, limit, rule version, waiver.",
    row_type=OutcomeRow,
    count=count,
    rows=rows,
)
