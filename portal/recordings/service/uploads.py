"""Files that arrive piece by piece: begun, finished once, given up, swept. Who may do that, the caller decides."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import timedelta
from itertools import islice
from pathlib import Path

import sqlalchemy as sa

from portal.accounts.actor import Actor
from portal.core import audit, clock, staging
from portal.core.db import compare_and_set, db, transaction
from portal.core.resumable import StagedUpload, UploadGone
from portal.core.storage import StoredFile, storage
from portal.recordings.errors import NotAsSent
from portal.recordings.models import FileVersion, Recording, Upload
from portal.recordings.service.receive import KIND, adopt, clean_name
from portal.recordings.states import UploadState

LIFETIME = timedelta(hours=48)
# So long after the last piece nobody is at the end of an upload any more; noted well within that.
QUIET = timedelta(minutes=2)
TOUCH_EVERY = timedelta(seconds=30)
# What the caller holds while a file becomes a version, so that nothing is replaced that has been handed in meanwhile.
Holding = Callable[[], AbstractContextManager[object]]


def staged(upload_id: str) -> StagedUpload:
    return StagedUpload(storage().staging, upload_id)


def begin(recording_id: str, *, actor: Actor, original_name: str, size_bytes: int, said_sha256: str = "") -> Upload:
    """Make room for a file of this size. Raises Unavailable when the disk has none."""
    staging.demand_room(storage().staging, size_bytes)
    with transaction() as session:
        now = clock.now()
        upload = Upload(
            recording_id=recording_id,
            owner_id=actor.person_id,
            original_name=clean_name(original_name),
            size_bytes=size_bytes,
            said_sha256=said_sha256,
            created_at=now,
            touched_at=now,
            expires_at=now + LIFETIME,
        )
        session.add(upload)
        session.flush()
        staged(upload.id).create()
    return upload


def touch(upload: Upload) -> None:
    """Somebody is at it: it lives on for a while. Written down now and then, since each write waits for all others."""
    now = clock.now()
    if now - upload.touched_at < TOUCH_EVERY:
        return
    with transaction():
        compare_and_set(
            Upload,
            upload.id,
            expected={"state": UploadState.OPEN},
            values={"touched_at": now, "expires_at": now + LIFETIME},
        )


def finish(upload: Upload, *, actor: Actor, holding: Holding) -> FileVersion | None:
    """Make a file that is all there the newest version of its recording. None when that was done already.

    `holding` is entered inside the transaction, before anything is changed, and may refuse. Safe to be killed anywhere
    and called again: the key is on record before the file moves, and the row is closed in the transaction that makes
    the version. Raises NotAsSent when the sender has named another SHA-256.
    """
    if upload.state is not UploadState.OPEN:
        return None
    key = _key_on_record(upload)
    kept = _move(upload, key)
    if upload.said_sha256 not in ("", kept.sha256):
        raise NotAsSent
    with transaction(), holding():
        closed = compare_and_set(
            Upload, upload.id, expected={"state": UploadState.OPEN}, values={"state": UploadState.COMPLETE}
        )
        if not closed:
            return None
        version = adopt(upload.recording_id, actor=actor, original_name=upload.original_name, stored=kept)
        compare_and_set(Upload, upload.id, expected={}, values={"file_version_id": version.id})
    return version


def terminate(upload: Upload, *, actor: Actor) -> None:
    """Give an upload up; what has arrived is deleted."""
    _close(upload, actor=actor, deed="upload.terminate", after=None)


def refuse(upload: Upload, *, actor: Actor, reason: str) -> None:
    """Turn an upload away for what its bytes show; what has arrived is deleted."""
    _close(upload, actor=actor, deed="upload.refuse", after={"reason": reason, "name": upload.original_name})


def _close(upload: Upload, *, actor: Actor, deed: str, after: dict[str, str] | None) -> None:
    with transaction():
        done = compare_and_set(
            Upload, upload.id, expected={"state": UploadState.OPEN}, values={"state": UploadState.TERMINATED}
        )
        if done:
            recording = db.session.get_one(Recording, upload.recording_id)
            audit.record(deed, upload, actor=actor, after=after, application_id=recording.application_id)
    if done:
        _delete_files(upload.id, upload.storage_key)


def expire(*, limit: int = 500) -> int:
    """Give up uploads that nobody has touched for LIFETIME. Returns how many."""
    with transaction():
        is_old = sa.and_(Upload.state == UploadState.OPEN, Upload.expires_at < clock.now())
        rows = db.session.execute(sa.select(Upload.id, Upload.storage_key).where(is_old).limit(limit)).all()
        for upload_id, _ in rows:
            compare_and_set(
                Upload, upload_id, expected={"state": UploadState.OPEN}, values={"state": UploadState.EXPIRED}
            )
    for upload_id, key in rows:
        _delete_files(upload_id, key)
    return len(rows)


def interrupted(*, limit: int = 100) -> Sequence[Upload]:
    """What a killed server had received whole and not taken in, however many uploads that are not whole wait beside."""
    is_quiet = sa.and_(Upload.state == UploadState.OPEN, Upload.touched_at < clock.now() - QUIET)
    rows = db.session.scalars(sa.select(Upload).where(is_quiet).order_by(Upload.expires_at))
    return list(islice(filter(_is_whole, rows), limit))


def _delete_files(upload_id: str, key: str) -> None:
    """The staged piece, and the whole file where it had been moved before its version could be made."""
    staged(upload_id).delete()
    if key:
        storage().delete(key)


def _is_whole(upload: Upload) -> bool:
    if upload.storage_key and storage().size(upload.storage_key) == upload.size_bytes:
        return True
    try:
        return staged(upload.id).offset() == upload.size_bytes
    except UploadGone:
        return False


def sweep_staging() -> int:
    """Delete staged pieces whose row is gone or closed, old enough to belong to nobody. Returns how many."""
    orphans = _orphaned_staging()
    for path in orphans:
        path.unlink(missing_ok=True)
    return len(orphans)


def _orphaned_staging() -> list[Path]:
    files = {
        path.name.removeprefix("upload-").removesuffix(".stop"): path for path in storage().staging.glob("upload-*")
    }
    still_open = set(
        db.session.scalars(sa.select(Upload.id).where(Upload.id.in_(list(files)), Upload.state == UploadState.OPEN))
    )
    aged = clock.now().timestamp() - LIFETIME.total_seconds()
    return [path for name, path in files.items() if name not in still_open and path.stat().st_mtime < aged]


def _key_on_record(upload: Upload) -> str:
    if upload.storage_key:
        return upload.storage_key
    with transaction():
        compare_and_set(Upload, upload.id, expected={"storage_key": ""}, values={"storage_key": staging.new_key(KIND)})
    db.session.refresh(upload)
    return upload.storage_key


def _move(upload: Upload, key: str) -> StoredFile:
    """From staging into the store; or find that an earlier attempt has moved it already."""
    try:
        with staged(upload.id).exclusively() as path:
            if path.stat().st_size != upload.size_bytes:
                raise UploadGone("This upload is not complete.")
            return storage().adopt(path, key=key)
    except UploadGone:
        if storage().size(key) != upload.size_bytes:
            raise
        with storage().local_path(key) as path:
            return StoredFile(key, *staging.size_and_sha256(path))
