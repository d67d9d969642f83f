"""Which version of each recording an assignment is about. The order is that of the sheet.

Whose scores are in hears what was scored, whatever was sent since; everybody else hears what stands.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from portal.core.db import db
from portal.programmes.models import Slot
from portal.recordings.models import FileVersion, Recording
from portal.recordings.states import Processing
from portal.reviews.models import JudgedFile, Review
from portal.reviews.policy import Access
from portal.reviews.states import AssignmentState

NOT_STANDING = (Processing.RECEIVING, Processing.SUPERSEDED, Processing.PURGED)


@dataclass(frozen=True)
class Listed:
    """A recording with one of its versions (`row.version_id` is None where there is none).

    `changed` says that what stands is not what the reviewer scored, or had heard when the draft was last saved.
    """

    row: Any
    changed: bool


def listed(access: Access) -> list[Listed]:
    """Two queries."""
    judged = set(
        db.session.scalars(
            sa.select(JudgedFile.file_version_id)
            .join(Review, Review.id == JudgedFile.review_id)
            .where(Review.assignment_id == access.assignment_id)
        )
    )
    if judged and access.state is AssignmentState.SUBMITTED:
        rows = db.session.execute(_recordings(access, judged=judged))
        return [Listed(row, changed=row.number != row.newest or row.removed_at is not None) for row in rows]
    rows = db.session.execute(_recordings(access, judged=None))
    return [Listed(row, changed=bool(judged) and row.version_id not in judged) for row in rows]


def state_of_files(access: Access, version_ids: Sequence[str | None]) -> str:
    """What a form sends back to say which files it was filled in about. Another one for each assignment."""
    said = " ".join([access.assignment_id, *(one or "-" for one in version_ids)])
    return hashlib.sha256(said.encode()).hexdigest()[:32]


def _recordings(access: Access, *, judged: set[str] | None) -> sa.Select[*tuple[Any, ...]]:
    other = aliased(FileVersion)
    # What was handed in stands also without its files.
    freed = sa.and_(other.state == Processing.PURGED, other.submitted_at.is_not(None))
    newest = (
        sa.select(sa.func.max(other.number))
        .where(other.recording_id == Recording.id, sa.or_(other.state.not_in(NOT_STANDING), freed))
        .scalar_subquery()
    )
    statement = (
        sa.select(
            Recording.id,
            Recording.title,
            Recording.composers,
            Recording.performers,
            Recording.recorded_on,
            Recording.own_role,
            Recording.note,
            Recording.removed_at,
            Slot.title.label("slot"),
            FileVersion.id.label("version_id"),
            FileVersion.number,
            FileVersion.copy_key,
            FileVersion.copy_mime,
            FileVersion.copy_error,
            FileVersion.waveform_key,
            FileVersion.duration_s,
            FileVersion.integrated_lufs,
            FileVersion.true_peak_dbtp,
            FileVersion.freed_at,
            newest.label("newest"),
        )
        .join(Slot, Recording.slot_id == Slot.id)
        .where(Recording.application_id == access.application_id)
        .order_by(Slot.position, Slot.id, Recording.position, Recording.created_at, Recording.id)
    )
    of_recording = FileVersion.recording_id == Recording.id
    if judged is not None:
        return statement.join(FileVersion, sa.and_(of_recording, FileVersion.id.in_(judged)))
    stands = sa.and_(of_recording, FileVersion.number == newest)
    return statement.outerjoin(FileVersion, stands).where(Recording.removed_at.is_(None))
