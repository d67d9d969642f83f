"""What becomes of file versions: handed in with their application, and freed when retention allows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from portal.core import audit, clock
from portal.core.db import after_commit, compare_and_set, db, transaction
from portal.core.states import next_state
from portal.core.storage import storage
from portal.recordings.models import FileVersion
from portal.recordings.service import fingerprints
from portal.recordings.states import STEPS, ProcessingAction

NO_FILES = {"storage_key": "", "copy_key": "", "copy_mime": "", "waveform_key": ""}


def hand_in(version_ids: Sequence[str], *, at: datetime) -> None:
    """Say that these versions were submitted; the first time counts. Inside the command that submits."""
    db.session.execute(
        sa.update(FileVersion)
        .where(FileVersion.id.in_(version_ids), FileVersion.submitted_at.is_(None))
        .values(submitted_at=at)
    )


def free(version_id: str, *, reason: str, application_id: str, programme_id: str) -> bool:
    """Delete the files of a version and keep its row with name, size, hash and results. False when it moved meanwhile.

    `reason` is the rule of retention that allows it, in words; it stands in the audit. The row says so first: files
    that a crash leaves behind are found by the sweep of files without rows.
    """
    with transaction():
        version = db.session.get_one(FileVersion, version_id)
        before, keys = version.state, [version.storage_key, version.copy_key, version.waveform_key]
        done = compare_and_set(
            FileVersion,
            version_id,
            expected={"state": before, "storage_key": version.storage_key},
            values={"state": next_state(STEPS, before, ProcessingAction.PURGE), "freed_at": clock.now(), **NO_FILES},
        )
        if done:
            fingerprints.forget(version_id)
            after_commit(lambda: _delete(keys))
            audit.record(
                "recording.free",
                version,
                before={"state": before.value},
                after={"number": version.number, "bytes": version.size_bytes, "sha256": version.sha256},
                reason=reason,
                application_id=application_id,
                programme_id=programme_id,
            )
    return done


def _delete(keys: Sequence[str]) -> None:
    for key in keys:
        if key:
            storage().delete(key)
