"""What of an application moves by itself, in one query: hundreds of waiting pages ask for it every few seconds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa

from portal.applications.models import Application
from portal.core.db import db
from portal.recordings.models import FileVersion, Outcome, Recording, Waiver
from portal.recordings.queries import GONE
from portal.recordings.states import MOVING, Processing


@dataclass(frozen=True)
class Beat:
    """One standing file. `facts` is everything about it that a page may show and that can change by itself."""

    recording_id: str
    state: Processing
    queued_at: datetime | None
    received_at: datetime | None
    lease_until: datetime | None
    checked_at: datetime | None
    facts: tuple[object, ...]

    @property
    def moves(self) -> bool:
        return self.state in MOVING


@dataclass(frozen=True)
class Pulse:
    """Whose application it is, and the standing file of each recording; `recording_id` names the one that was asked
    about, if one was."""

    application_id: str
    applicant_id: str
    facts: tuple[object, ...]
    recording_id: str = ""
    beats: Sequence[Beat] = field(default=())

    @property
    def application(self) -> Pulse:
        """As a part of itself, for policies that ask whose application a thing lies in."""
        return self

    @property
    def beat(self) -> Beat | None:
        """That of the recording that was asked about."""
        return next((beat for beat in reversed(self.beats) if beat.recording_id == self.recording_id), None)


def of_application(application_id: str) -> Pulse | None:
    return _pulse(_statement(by_recording=False), application_id, recording_id="")


def of_recording(recording_id: str) -> Pulse | None:
    """None when the recording was removed."""
    return _pulse(_statement(by_recording=True), recording_id, recording_id=recording_id)


def _pulse(statement: sa.Executable, key: str, *, recording_id: str) -> Pulse | None:
    rows = [tuple(row) for row in db.session.execute(statement, {"key": key})]
    if not rows:
        return None
    return Pulse(
        application_id=rows[0][0],
        applicant_id=rows[0][1],
        facts=rows[0][2:6] + tuple(row[6:8] for row in rows),
        recording_id=recording_id,
        beats=[_beat(row) for row in rows if row[8] is not None],
    )


@cache
def _statement(*, by_recording: bool) -> sa.Executable:
    """Built once: to build it costs as much as to run it."""
    key = sa.bindparam("key", type_=sa.String)
    there = sa.select(Recording.application_id).where(Recording.id == key, Recording.removed_at.is_(None))
    waivers = sa.select(sa.func.count(Waiver.id)).where(Waiver.file_version_id == FileVersion.id)
    judged = sa.select(sa.func.max(Outcome.judged_at)).where(Outcome.file_version_id == FileVersion.id)
    return (
        sa.select(
            *(Application.id, Application.applicant_id, Application.state, Application.updated_at),
            *(Application.concentration_id, Application.track_id, Recording.id, Recording.updated_at),
            *(FileVersion.id, FileVersion.state, FileVersion.queued_at, FileVersion.received_at),
            *(FileVersion.lease_until, FileVersion.checked_at, FileVersion.generation, FileVersion.attempt),
            *(FileVersion.heard_percent, FileVersion.verdict, FileVersion.copy_key, FileVersion.copy_error),
            *(waivers.scalar_subquery(), judged.scalar_subquery()),
        )
        .outerjoin(Recording, sa.and_(Recording.application_id == Application.id, Recording.removed_at.is_(None)))
        .outerjoin(FileVersion, sa.and_(FileVersion.recording_id == Recording.id, FileVersion.state.not_in(GONE)))
        .where(Application.id == (there.scalar_subquery() if by_recording else key))
        .order_by(Recording.id, FileVersion.number)
    )


def _beat(row: Sequence[Any]) -> Beat:
    recording_id, version_id = row[6], row[8]
    state, queued_at, received_at, lease_until, checked_at = row[9:14]
    return Beat(
        recording_id=recording_id,
        state=state,
        queued_at=queued_at,
        received_at=received_at,
        lease_until=lease_until,
        checked_at=checked_at,
        facts=(version_id, state, *row[13:]),
    )
