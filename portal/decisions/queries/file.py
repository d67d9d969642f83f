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
from portal.core.db import db
from portal.panel.ranking import Summary, summarise
from portal.programmes.models import Slot
from portal.recordings import queries as recordings
from portal.recordings.models import FileVersion, Outcome, Recording, Waiver
from portal.reviews.models import Assignment, CriterionScore, Review
from portal.reviews.states import AssignmentState


@dataclass(frozen=True)
class VersionResult:
    """One upload with everything that the checks said of it, hints for staff included, and what was waived."""

    version: FileVersion
    findings: Sequence[Finding]
    waived: Mapping[str, str]

    @property
    def blocking(self) -> list[Finding]:
        """What forbids submitting or could not be measured, and has not been waived."""
        strict = (Effect.BLOCK, Effect.NEEDS_STAFF)
        return [one for one in self.findings if one.effect in strict and one.check_key not in self.waived]


@dataclass(frozen=True)
class RecordingFile:
    """A recording, the version that stands for it, and the older ones, newest first."""

    recording: Recording
    slot_title: str
    current: VersionResult | None
    older: Sequence[VersionResult]


@dataclass(frozen=True)
class Heard:
    """The reviews of an application: all assignments, and what the submitted ones come to."""

    assignments: Sequence[Assignment]
    summary: Summary


def recordings_of(application_id: str) -> list[RecordingFile]:
    found = recordings.recordings_of(application_id)
    titles = _slot_titles({one.slot_id for one in found})
    version_ids = [version.id for one in found for version in one.versions]
    findings, waived = _findings(version_ids), _waived(version_ids)

    def result(version: FileVersion) -> VersionResult:
        said = remarks(findings[version.id], audience=Audience.STAFF)
        return VersionResult(version=version, findings=said, waived=waived[version.id])

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


def _waived(version_ids: Sequence[str]) -> Mapping[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for waiver in db.session.scalars(sa.select(Waiver).where(Waiver.file_version_id.in_(version_ids))):
        found[waiver.file_version_id][waiver.check_key] = waiver.reason
    return found
