"""What recordings are recognised by: kept when a report is recorded, compared by a task of its own.

Both sides of a likeness name each other. So whoever of the two goes away, the other one is compared again.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence

import sqlalchemy as sa

from portal.checks.report import AudioReport
from portal.core import clock, queue
from portal.core.db import db, transaction
from portal.recordings.models import FileVersion, Fingerprint, Recording
from portal.recordings.service import stuck
from portal.recordings.states import SETTLED

MAX_ATTEMPTS = 3


def keep(version: FileVersion, report: AudioReport, *, generation: int, words: Sequence[int] | None) -> None:
    """Keep what was measured in place of what an older generation gave, and ask for the comparison. In a command.

    A file without sound is not recognised by anything: nothing is kept.
    """
    forget(version.id)
    pcm_sha256 = report.decoded.pcm_sha256 or ""
    if not pcm_sha256 and not words:
        return
    db.session.add(
        Fingerprint(
            file_version_id=version.id,
            generation=generation,
            pcm_sha256=pcm_sha256,
            words=packed(words or ()),
            duration_s=report.decoded.duration_s,
            created_at=clock.now(),
            asked_at=clock.now(),
        )
    )
    queue.send_after_commit(queue.COMPARE_RECORDING, version_id=version.id, generation=generation)


def forget(version_id: str) -> None:
    """Take a version out of all comparisons; those that name it are compared again. Inside a command."""
    row = db.session.scalar(sa.select(Fingerprint).where(Fingerprint.file_version_id == version_id))
    if row is not None:
        db.session.delete(row)
        db.session.flush()
        ask_again(row.alike)


def ask_again(version_ids: Iterable[str]) -> None:
    """Owe these versions a comparison. Inside a command."""
    now = clock.now()
    for row in db.session.scalars(sa.select(Fingerprint).where(Fingerprint.file_version_id.in_(list(version_ids)))):
        row.compared_at, row.asked_at, row.attempt = None, now, 0
        queue.send_after_commit(queue.COMPARE_RECORDING, version_id=row.file_version_id, generation=row.generation)


def requeue_stuck(*, limit: int = 200) -> int:
    """Send again where a comparison is owed and did not happen. Returns how many messages were sent."""
    depth = queue.depth(queue.Queue.MEDIA)
    if depth is None:
        return 0
    now = clock.now()
    owed = sa.and_(Fingerprint.compared_at.is_(None), Fingerprint.attempt < MAX_ATTEMPTS)
    taken = sa.and_(Fingerprint.compared_at > now - stuck.LATELY, Fingerprint.compared_at > Fingerprint.asked_at)
    with transaction():
        lost = stuck.lost(Fingerprint.asked_at, taken=taken, queue_is_empty=depth == 0, now=now)
        rows = db.session.scalars(
            sa.select(Fingerprint).where(owed, lost).order_by(Fingerprint.asked_at).limit(limit)
        ).all()
        for row in rows:
            row.asked_at = now
            queue.send_after_commit(queue.COMPARE_RECORDING, version_id=row.file_version_id, generation=row.generation)
    return len(rows)


def standing() -> sa.ColumnElement[bool]:
    """Of joined versions and recordings: those that are measured and that somebody still sends."""
    return sa.and_(FileVersion.state.in_(SETTLED), Recording.removed_at.is_(None))


def packed(words: Sequence[int]) -> bytes:
    """32-bit words as the database keeps them."""
    return struct.pack(f"<{len(words)}I", *words)


def unpacked(stored: bytes) -> tuple[int, ...]:
    """The words of `packed`."""
    return struct.unpack(f"<{len(stored) // 4}I", stored)
