"""One mail when all that was sent is checked: not for each file, and not again when a check is repeated or waived.

Who sends four recordings in a row wants one mail, so it is owed once nothing has arrived for QUIET and nothing is on
its way. `told_at` of a version says that it was in such a mail.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa

from portal.applications.models import Application
from portal.applications.states import ApplicationState
from portal.core import clock, outbox
from portal.core.db import db, transaction
from portal.recordings.models import FileVersion, Recording, Upload
from portal.recordings.states import MOVING, SETTLED, UploadState

QUIET = timedelta(minutes=2)
# Later on the results are no news to the applicant.
STILL_OF_USE = (ApplicationState.DRAFT, ApplicationState.SUBMITTED, ApplicationState.UNDER_REVIEW)


def tell_when_all_is_checked(*, limit: int = 200) -> int:
    """Owe the mail wherever it is due. Returns how many."""
    now = clock.now()
    standing = sa.and_(Recording.application_id == Application.id, Recording.removed_at.is_(None))
    mine = sa.select(Recording.id).where(standing).correlate(Application)
    due = sa.select(Application.id).where(
        Application.state.in_(STILL_OF_USE),
        sa.exists(sa.select(FileVersion.id).where(FileVersion.recording_id.in_(mine), _untold())),
        sa.not_(_something_comes(mine, now)),
    )
    ids = db.session.scalars(due.limit(limit)).all()
    return sum(_tell(application_id, now) for application_id in ids)


def _tell(application_id: str, now: datetime) -> bool:
    standing = sa.and_(Recording.application_id == application_id, Recording.removed_at.is_(None))
    with transaction():
        # Held, so that no file can arrive between the look and the mail.
        mine = db.session.scalars(
            sa.select(Recording.id).where(standing).order_by(Recording.id).with_for_update()
        ).all()
        if db.session.scalar(sa.select(_something_comes(mine, now))):
            return False
        told = db.session.execute(
            sa.update(FileVersion).where(FileVersion.recording_id.in_(mine), _untold()).values(told_at=now)
        )
        if not told.rowcount:  # type: ignore[attr-defined]
            return False
        outbox.put("checks.done", application_id=application_id)
        return True


def _untold() -> sa.ColumnElement[bool]:
    return sa.and_(FileVersion.told_at.is_(None), FileVersion.state.in_(SETTLED))


def _something_comes(recordings: Sequence[str] | sa.Select[str], now: datetime) -> sa.ColumnElement[bool]:
    new = sa.or_(FileVersion.state.in_(MOVING), FileVersion.received_at > now - QUIET)
    files = sa.select(FileVersion.id).where(FileVersion.recording_id.in_(recordings), new)
    arriving = sa.select(Upload.id).where(
        Upload.recording_id.in_(recordings), Upload.state == UploadState.OPEN, Upload.touched_at > now - QUIET
    )
    return sa.or_(sa.exists(files), sa.exists(arriving))
