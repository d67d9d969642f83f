"""Taking in a file. `received` is said only after every byte is on disk, hashed and synced."""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePosixPath

import sqlalchemy as sa

from portal.accounts.actor import Actor
from portal.core import audit, clock, queue
from portal.core.db import db, transaction
from portal.core.storage import StoredFile
from portal.recordings.errors import EmptyFile, RecordingGone
from portal.recordings.models import FileVersion, Recording
from portal.recordings.service import fingerprints
from portal.recordings.states import STEPS, Processing, ProcessingAction

KIND = "recordings"
MAX_NAME_CHARS = 200


def adopt(recording_id: str, *, actor: Actor, original_name: str, stored: StoredFile) -> FileVersion:
    """Make a stored file the newest version of a recording, supersede the older ones, and ask for its check.

    Whether the person may do that is the caller's to decide. Raises EmptyFile, RecordingGone.
    """
    if stored.size_bytes == 0:
        raise EmptyFile
    with transaction():
        recording = db.session.get(Recording, recording_id, with_for_update=True)
        if recording is None or recording.removed_at is not None:
            raise RecordingGone
        now = clock.now()
        version = FileVersion(
            recording_id=recording.id,
            number=_next_number(recording.id),
            state=Processing.RECEIVED,
            original_name=clean_name(original_name),
            storage_key=stored.key,
            size_bytes=stored.size_bytes,
            sha256=stored.sha256,
            received_at=now,
            queued_at=now,
        )
        _supersede_older(recording.id)
        db.session.add(version)
        audit.record(
            "recording.receive",
            version,
            actor=actor,
            after={
                "recording": recording.id,
                "number": version.number,
                "name": version.original_name,
                "bytes": version.size_bytes,
                "sha256": version.sha256,
            },
            application_id=recording.application_id,
        )
        queue.send_after_commit(queue.CHECK_RECORDING, version_id=version.id, generation=version.generation)
    return version


def clean_name(name: str) -> str:
    """The last part of a file name as the browser gave it, without control characters, at most 200 characters."""
    last = PurePosixPath(name.replace("\\", "/")).name
    printable = "".join(c for c in unicodedata.normalize("NFC", last) if unicodedata.category(c)[0] != "C")
    tidy = re.sub(r"\s+", " ", printable).strip() or "recording"
    if len(tidy) <= MAX_NAME_CHARS:
        return tidy
    stem, dot, extension = tidy.rpartition(".")
    keep = MAX_NAME_CHARS - len(extension) - 1
    return f"{stem[:keep]}.{extension}" if dot and keep > 0 else tidy[:MAX_NAME_CHARS]


def _next_number(recording_id: str) -> int:
    highest = db.session.scalar(
        sa.select(sa.func.max(FileVersion.number)).where(FileVersion.recording_id == recording_id)
    )
    return (highest or 0) + 1


def _supersede_older(recording_id: str) -> None:
    for version_id in db.session.scalars(sa.select(FileVersion.id).where(FileVersion.recording_id == recording_id)):
        fingerprints.forget(version_id)
    for state in [state for state, action in STEPS if action is ProcessingAction.SUPERSEDE]:
        db.session.execute(
            sa.update(FileVersion)
            .where(FileVersion.recording_id == recording_id, FileVersion.state == state)
            .values(state=STEPS[state, ProcessingAction.SUPERSEDE], lease_until=None)
        )
