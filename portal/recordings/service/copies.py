"""The listening copy of a file version: claim it, keep it once, or say why there is none.

The same journey as the check, on fields of its own: a lease that is renewed, at most MAX_ATTEMPTS starts, and a
sentence for the staff instead of an endless spinner.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import BinaryIO

import sqlalchemy as sa

from portal.core import audit, clock, queue
from portal.core.db import compare_and_set, db, transaction
from portal.core.storage import storage
from portal.recordings.models import FileVersion, Recording
from portal.recordings.service import stuck
from portal.recordings.states import SETTLED

KIND = "copies"
SCRATCH = "copy-"
SCRATCH_GRACE = timedelta(hours=6)
LEASE = timedelta(seconds=45)
RENEW_EVERY_S = 10.0
MAX_ATTEMPTS = 3
MAX_COPY_BYTES = 32 * 1024**3


@dataclass(frozen=True)
class CopyClaim:
    """The right to make the copy of one version, once."""

    version_id: str
    generation: int
    attempt: int
    storage_key: str


def claim(version_id: str, *, generation: int) -> CopyClaim | None:
    """Take a checked version for copying. None when somebody else has it, or there is nothing left to do."""
    with transaction():
        now = clock.now()
        version = db.session.get(FileVersion, version_id)
        if version is None or version.generation != generation or not _wants_copy(version):
            return None
        if version.copy_attempt >= MAX_ATTEMPTS:
            _give_up(version, "The listening copy was started several times and never came to an end.")
            return None
        taken = compare_and_set(
            FileVersion,
            version_id,
            expected={"generation": generation, "copy_attempt": version.copy_attempt, "copy_key": ""},
            values={"copy_attempt": version.copy_attempt + 1, "copy_lease_until": now + LEASE},
        )
        if not taken:
            return None
        return CopyClaim(version_id, generation, version.copy_attempt, version.storage_key)


def renew(held: CopyClaim) -> bool:
    """Hold a claim for another lease. False when it was lost."""
    with transaction():
        return compare_and_set(
            FileVersion, held.version_id, expected=_still(held), values={"copy_lease_until": clock.now() + LEASE}
        )


def record(held: CopyClaim, stream: BinaryIO, *, mime: str) -> bool:
    """Store the copy and name it in its version. False when the claim was lost; then nothing is kept."""
    stored = storage().put(stream, kind=KIND, max_bytes=MAX_COPY_BYTES)
    kept = False
    try:
        with transaction():
            kept = compare_and_set(
                FileVersion,
                held.version_id,
                expected=_still(held),
                values={"copy_key": stored.key, "copy_mime": mime, "copy_lease_until": None, "copy_error": ""},
            )
    finally:
        if not kept:
            storage().delete(stored.key)
    return kept


def give_up(held: CopyClaim, reason: str) -> None:
    """There is no copy, and trying again would not help. The sentence is for the staff."""
    with transaction():
        version = db.session.get(FileVersion, held.version_id)
        if version is not None and all(getattr(version, name) == value for name, value in _still(held).items()):
            _give_up(version, reason)


def release(held: CopyClaim) -> None:
    """Let go of a claim so that the next delivery need not wait for the lease to end."""
    with transaction():
        compare_and_set(
            FileVersion,
            held.version_id,
            expected=_still(held),
            values={"copy_lease_until": clock.now() - timedelta(seconds=1)},
        )


def requeue_stuck(*, limit: int = 200) -> int:
    """Send again for readable versions whose copy stopped on its way. Returns how many messages were sent."""
    depth = queue.depth(queue.Queue.MEDIA)
    if depth is None:
        return 0
    now = clock.now()
    with transaction():
        rows = db.session.execute(
            sa.select(FileVersion.id, FileVersion.generation)
            .where(
                FileVersion.state.in_(SETTLED),
                FileVersion.copy_key == "",
                FileVersion.copy_error == "",
                FileVersion.duration_s.is_not(None),
                _stopped(now, queue_is_empty=depth == 0),
            )
            .order_by(FileVersion.queued_at)
            .limit(limit)
        ).all()
        for version_id, generation in rows:
            # Not again in the next round, unless there still is no copy a minute later.
            db.session.execute(sa.update(FileVersion).where(FileVersion.id == version_id).values(queued_at=now))
            queue.send_after_commit(queue.MAKE_LISTENING_COPY, version_id=version_id, generation=generation)
    return len(rows)


def _stopped(now: datetime, *, queue_is_empty: bool) -> sa.ColumnElement[bool]:
    lease, checked_at, queued_at = FileVersion.copy_lease_until, FileVersion.checked_at, FileVersion.queued_at
    sent_at = sa.case((queued_at > checked_at, queued_at), else_=checked_at)  # first with the check, then from here
    begun = sa.or_(FileVersion.copy_key != "", FileVersion.copy_error != "", lease.is_not(None))
    taken = sa.and_(begun, checked_at > now - stuck.LATELY)
    lost = stuck.lost(sent_at, taken=taken, queue_is_empty=queue_is_empty, now=now)
    return sa.or_(stuck.silent(lease, sent_at=sent_at, now=now), sa.and_(lease.is_(None), lost))


def sweep_scratch() -> int:
    """Delete folders of workers that were killed while they copied. Returns how many."""
    aged = clock.now().timestamp() - SCRATCH_GRACE.total_seconds()
    left = [path for path in storage().staging.glob(f"{SCRATCH}*") if path.stat().st_mtime < aged]
    for folder in left:
        shutil.rmtree(folder, ignore_errors=True)
    return len(left)


def _wants_copy(version: FileVersion) -> bool:
    lease = version.copy_lease_until
    is_free = lease is None or lease < clock.now()
    return version.state in SETTLED and not version.copy_key and not version.copy_error and is_free


def _still(held: CopyClaim) -> dict[str, object]:
    return {"generation": held.generation, "copy_attempt": held.attempt, "copy_key": ""}


def _give_up(version: FileVersion, reason: str) -> None:
    compare_and_set(
        FileVersion,
        version.id,
        expected={"generation": version.generation, "copy_key": ""},
        values={"copy_error": reason, "copy_lease_until": None},
    )
    application_id = db.session.execute(
        sa.select(Recording.application_id).where(Recording.id == version.recording_id)
    ).scalar_one()
    audit.record("recording.no_copy", version, after={"reason": reason}, application_id=application_id)
