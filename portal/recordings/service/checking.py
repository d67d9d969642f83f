"""The check of a file version: claim it, keep it, record what was found. Safe under any number of deliveries.

A worker claims the row by compare-and-set and holds it by a lease that it renews while it measures. A worker that dies
stops renewing; the row is then claimed by another. A result counts only for the claim that it belongs to.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO

import sqlalchemy as sa

from portal.checks.report import AudioReport
from portal.core import audit, clock, outbox, queue
from portal.core.db import compare_and_set, db, transaction
from portal.core.storage import storage
from portal.recordings.models import FileVersion, Recording, Report
from portal.recordings.service import fingerprints, stuck
from portal.recordings.service.judging import judge_report
from portal.recordings.states import STEPS, Processing, ProcessingAction

LEASE = timedelta(seconds=30)
# Often enough for a bar that moves, and many times within a lease.
RENEW_EVERY_S = 3.0
MAX_ATTEMPTS = 3
MAX_WAVEFORM_BYTES = 8 * 1024**2


@dataclass(frozen=True)
class Claim:
    """The right to measure one version, once."""

    version_id: str
    generation: int
    attempt: int
    storage_key: str
    file_name: str


def claim(version_id: str, *, generation: int) -> Claim | None:
    """Take a version for measuring. None when somebody else has it, or there is nothing left to do.

    A version that was tried MAX_ATTEMPTS times is given to the staff instead.
    """
    with transaction():
        now = clock.now()
        version = db.session.get(FileVersion, version_id)
        if version is None or version.generation != generation or not _is_free(version):
            return None
        if version.attempt >= MAX_ATTEMPTS:
            _give_up(version, "The check was started several times and never came to an end.")
            return None
        taken = compare_and_set(
            FileVersion,
            version_id,
            expected={"state": version.state, "generation": generation, "attempt": version.attempt},
            values={
                "state": STEPS[version.state, ProcessingAction.CLAIM],
                "attempt": version.attempt + 1,
                "lease_until": now + LEASE,
                "heard_percent": 0,
            },
        )
        if not taken:
            return None
        return Claim(version_id, generation, version.attempt, version.storage_key, version.original_name)


def renew(held: Claim, *, heard_percent: int = 0) -> bool:
    """Hold a claim for another lease, and say how far it is. False when it was lost: the result will not be taken."""
    with transaction():
        return compare_and_set(
            FileVersion,
            held.version_id,
            expected=_still(held),
            values={"lease_until": clock.now() + LEASE, "heard_percent": heard_percent},
        )


def record_report(
    held: Claim, report: AudioReport, *, waveform_key: str, fingerprint: Sequence[int] | None = None
) -> bool:
    """Store what was measured, judge it by the slot's rules, and let the version be `checked`. False when the claim was
    lost in the meantime; then nothing is stored. `fingerprint` holds the 32-bit words of the acoustic one."""
    with transaction():
        now = clock.now()
        version = db.session.get(FileVersion, held.version_id)
        taken = version is not None and compare_and_set(
            FileVersion,
            held.version_id,
            expected=_still(held),
            values={
                "state": STEPS[Processing.CHECKING, ProcessingAction.RECORD],
                "lease_until": None,
                "checked_at": now,
                "waveform_key": waveform_key,
                "duration_s": report.decoded.duration_s,
                "integrated_lufs": report.loudness.integrated_lufs,
                "true_peak_dbtp": report.loudness.true_peak_dbtp,
                "staff_reason": "",
            },
        )
        if version is None or not taken:
            return False
        row = _store(report, version_id=version.id, generation=held.generation)
        judge_report(version, report, report_id=row.id)
        fingerprints.keep(version, report, generation=held.generation, words=fingerprint)
        audit.record(
            "recording.check",
            version,
            after={"verdict": version.verdict, "engine": row.engine, "generation": held.generation},
            application_id=_application_of(version),
        )
        if report.readable:
            queue.send_after_commit(queue.MAKE_LISTENING_COPY, version_id=version.id, generation=version.generation)
        return True


def _store(report: AudioReport, *, version_id: str, generation: int) -> Report:
    row = Report(
        file_version_id=version_id,
        generation=generation,
        engine=report.health.engine,
        schema_version=report.schema_version,
        body=report.to_json(),
        created_at=clock.now(),
    )
    db.session.add(row)
    db.session.flush()
    return row


def give_up(held: Claim, reason: str) -> None:
    """Hand a version to the staff because its check cannot be carried out."""
    with transaction():
        version = db.session.get(FileVersion, held.version_id)
        if version is not None and all(getattr(version, name) == value for name, value in _still(held).items()):
            _give_up(version, reason)


def release(held: Claim) -> None:
    """Let go of a claim so that the next delivery need not wait for the lease to end."""
    with transaction():
        compare_and_set(
            FileVersion,
            held.version_id,
            expected=_still(held),
            values={"lease_until": clock.now() - timedelta(seconds=1)},
        )


def requeue_stuck(*, limit: int = 200) -> int:
    """Send again what stopped moving: claimed by a worker that went silent, or received and its message lost.

    Returns how many messages were sent.
    """
    depth = queue.depth(queue.Queue.CHECKS)
    if depth is None:
        return 0
    now = clock.now()
    with transaction():
        rows = db.session.execute(
            sa.select(FileVersion.id, FileVersion.generation)
            .where(_stopped(now, queue_is_empty=depth == 0))
            .order_by(FileVersion.queued_at)
            .limit(limit)
        ).all()
        for place, (version_id, generation) in enumerate(rows):
            # Their new places in the line are the old ones: each a little after the one before.
            queued_at = now + timedelta(microseconds=place)
            db.session.execute(sa.update(FileVersion).where(FileVersion.id == version_id).values(queued_at=queued_at))
            queue.send_after_commit(queue.CHECK_RECORDING, version_id=version_id, generation=generation)
    return len(rows)


def _stopped(now: datetime, *, queue_is_empty: bool) -> sa.ColumnElement[bool]:
    sent_at, running = FileVersion.queued_at, FileVersion.state == Processing.CHECKING
    ended = sa.and_(FileVersion.checked_at > now - stuck.LATELY, FileVersion.checked_at > sent_at)
    lost = stuck.lost(sent_at, taken=sa.or_(running, ended), queue_is_empty=queue_is_empty, now=now)
    return sa.or_(
        sa.and_(running, stuck.silent(FileVersion.lease_until, sent_at=sent_at, now=now)),
        sa.and_(FileVersion.state == Processing.RECEIVED, lost),
    )


def store_waveform(body: bytes) -> str:
    """Keep the drawn data of a recording; returns its key."""
    return storage().put(BytesIO(body), kind="waveforms", max_bytes=MAX_WAVEFORM_BYTES).key


def _is_free(version: FileVersion) -> bool:
    if version.state is Processing.RECEIVED:
        return True
    lease = version.lease_until
    return version.state is Processing.CHECKING and (lease is None or lease < clock.now())


def _still(held: Claim) -> dict[str, object]:
    return {"state": Processing.CHECKING, "generation": held.generation, "attempt": held.attempt}


def _application_of(version: FileVersion) -> str:
    return db.session.execute(
        sa.select(Recording.application_id).where(Recording.id == version.recording_id)
    ).scalar_one()


def _give_up(version: FileVersion, reason: str) -> None:
    compare_and_set(
        FileVersion,
        version.id,
        expected={"state": version.state, "generation": version.generation},
        values={
            "state": STEPS[version.state, ProcessingAction.GIVE_UP],
            "staff_reason": reason,
            "lease_until": None,
        },
    )
    application_id = _application_of(version)
    audit.record("recording.needs_staff", version, after={"reason": reason}, application_id=application_id)
    outbox.put("recording.needs_staff", application_id=application_id, version_id=version.id)
