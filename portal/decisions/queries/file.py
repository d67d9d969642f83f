"""The whole file of one application as staff see it: every version with its results, every review, every deed.

A fixed number of queries, whatever lies in the application.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from portal.accounts.models import Person
from portal.checks.check import Audience
from portal.checks.evaluate import Effect, Finding, remarks
from portal.core import clock
from portal.core.db import db
from portal.decisions.models import Decision
from portal.panel.ranking import Summary, summarise
from portal.programmes.models import Slot
from portal.recordings import queries as recordings
from portal.recordings.models import FileVersion, Outcome, Recording, Waiver
from portal.reviews.models import Assignment, CriterionScore, JudgedFile, Review
from portal.reviews.states import AssignmentState


@dataclass(frozen=True)
class VersionResult:
    """One upload with everything that the checks said of it, hints for staff included, and what was waived."""

    version: FileVersion
    findings: Sequence[Finding]
    waived: Mapping[str, str]
    judged_by: Sequence[str] = ()
    decided_on: bool = False

    @property
    def blocking(self) -> list[Finding]:
        """What forbids submitting or could not be measured, and has not been waived."""
        strict = (Effect.BLOCK, Effect.NEEDS_STAFF)
        return [one for one in self.findings if one.effect in strict and one.check_key not in self.waived]


@dataclass(frozen=True)
class RecordingFile:
    """A recording, the version that stands for it, and the older ones, newest first.

    One that the applicant took out is here when it had been handed in before.
    """

    recording: Recording
    slot_title: str
    current: VersionResult | None
    older: Sequence[VersionResult]


@dataclass(frozen=True)
class Heard:
    """The reviews of an application: all assignments, and what the submitted ones come to."""

    assignments: Sequence[Assignment]
    summary: Summary


def recordings_of(application_id: str, *, decision: Decision | None = None) -> list[RecordingFile]:
    """Every recording with every version; `decision` is the living one, which is about what was handed in before it."""
    found = [*recordings.recordings_of(application_id), *_taken_out(application_id)]
    titles = _slot_titles({one.slot_id for one in found})
    version_ids = [version.id for one in found for version in one.versions]
    findings, waived, judged = _findings(version_ids), _waived(version_ids), _judged(version_ids)
    decided_on = {_newest_before(one, decision) for one in found} if decision else set()

    def result(version: FileVersion) -> VersionResult:
        return VersionResult(
            version=version,
            findings=remarks(findings[version.id], audience=Audience.STAFF),
            waived=waived[version.id],
            judged_by=judged[version.id],
            decided_on=version.id in decided_on,
        )

    files = []
    for one in found:
        current = recordings.current_version(one)
        older = [result(version) for version in reversed(one.versions) if version is not current]
        files.append(RecordingFile(one, titles[one.slot_id], result(current) if current else None, older))
    return files


def reviews_of(application_id: str) -> Heard:
    """Every assignment with reviewer, scores and words, in the order in which they were given out."""
    scores = selectinload(Assignment.review).selectinload(Review.scores).joinedload(CriterionScore.criterion)
    found = db.session.scalars(
        sa.select(Assignment)
        .where(Assignment.application_id == application_id)
        .options(joinedload(Assignment.reviewer), scores, selectinload(Assignment.review).selectinload(Review.moments))
        .order_by(Assignment.assigned_at, Assignment.id)
    ).all()
    submitted = [one.review.overall for one in found if one.state is AssignmentState.SUBMITTED and one.review]
    return Heard(assignments=found, summary=summarise([score for score in submitted if score is not None]))


def names_of(person_ids: Sequence[str | None]) -> dict[str, str]:
    """Full names by id, for rows that keep only the id of who did it."""
    wanted = {one for one in person_ids if one}
    rows = db.session.execute(sa.select(Person.id, Person.full_name, Person.email).where(Person.id.in_(wanted)))
    return {key: name or email for key, name, email in rows}


def _slot_titles(slot_ids: set[str]) -> dict[str, str]:
    rows = db.session.execute(sa.select(Slot.id, Slot.title).where(Slot.id.in_(slot_ids)))
    return {key: title for key, title in rows}  # noqa: C416 - rows are not pairs to the type checker


def _findings(version_ids: Sequence[str]) -> Mapping[str, list[Finding]]:
    rows = db.session.execute(
        sa.select(Outcome.file_version_id, Outcome.finding)
        .where(Outcome.file_version_id.in_(version_ids))
        .order_by(Outcome.file_version_id, Outcome.position)
    )
    found: dict[str, list[Finding]] = defaultdict(list)
    for version_id, plain in rows:
        found[version_id].append(Finding.from_plain(plain))
    return found


def _taken_out(application_id: str) -> Sequence[Recording]:
    handed_in = sa.select(FileVersion.recording_id).where(FileVersion.submitted_at.is_not(None))
    return db.session.scalars(
        sa.select(Recording)
        .where(
            Recording.application_id == application_id,
            Recording.removed_at.is_not(None),
            Recording.id.in_(handed_in),
        )
        .options(selectinload(Recording.credits), selectinload(Recording.versions))
        .order_by(Recording.removed_at, Recording.id)
    ).all()


def _newest_before(recording: Recording, decision: Decision) -> str | None:
    """What was decided on: from the second key on an application cannot be reopened."""
    moment = decision.confirmed_at or clock.now()
    handed_in = [one for one in recording.versions if one.submitted_at is not None and one.submitted_at <= moment]
    gone = recording.removed_at is not None and recording.removed_at <= moment
    return handed_in[-1].id if handed_in and not gone else None


def _judged(version_ids: Sequence[str]) -> Mapping[str, list[str]]:
    """The names of those whose scores, handed in, are about a version."""
    rows = db.session.execute(
        sa.select(JudgedFile.file_version_id, Person.full_name, Person.email)
        .join(Review, Review.id == JudgedFile.review_id)
        .join(Assignment, Assignment.id == Review.assignment_id)
        .join(Person, Person.id == Assignment.reviewer_id)
        .where(JudgedFile.file_version_id.in_(version_ids), Assignment.state == AssignmentState.SUBMITTED)
        .order_by(Assignment.submitted_at, Assignment.id)
    )
    found: dict[str, list[str]] = defaultdict(list)
    for version_id, name, email in rows:
        found[version_id].append(name or email)
    return found


def _waived(version_ids: Sequence[str]) -> Mapping[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for waiver in db.session.scalars(sa.select(Waiver).where(Waiver.file_version_id.in_(version_ids))):
        found[waiver.file_version_id][waiver.check_key] = waiver.reason
    return found
