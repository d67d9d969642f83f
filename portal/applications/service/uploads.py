"""Sending a file piece by piece into a recording of one's own draft."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import BinaryIO

import sqlalchemy as sa

from portal.accounts.actor import Actor
from portal.accounts.models import Person
from portal.accounts.queries import actor_for
from portal.applications import policy, queries
from portal.applications.models import Application
from portal.applications.queries import PlacedRecording
from portal.applications.service.kinds import is_known, kind_asked_by
from portal.applications.service.recordings import max_upload_bytes
from portal.applications.service.steps import editing
from portal.core import clock
from portal.core.db import db
from portal.core.errors import Invalid, NotAllowed, Stale, TooLarge, Unavailable
from portal.core.resumable import Checksum, UploadGone
from portal.recordings.errors import NotAsSent, WrongKind
from portal.recordings.models import FileVersion, Recording, Upload
from portal.recordings.service import uploads
from portal.recordings.states import Processing, UploadState

MB = 1000**2
MAX_OPEN_UPLOADS = 20
MAX_BYTES_OF_A_PERSON = 20 * 1000**3


@dataclass(frozen=True)
class PlacedUpload:
    """An upload, and where its file will belong."""

    placed: PlacedRecording
    upload: Upload

    @property
    def application(self) -> Application:
        return self.placed.application


def placed_upload(upload_id: str) -> PlacedUpload | None:
    """An upload with its recording, slot and application; None when any of them is gone."""
    upload = db.session.get(Upload, upload_id)
    placed = queries.placed_recording(upload.recording_id) if upload is not None else None
    return PlacedUpload(placed, upload) if upload is not None and placed is not None else None


def begin(
    placed: PlacedRecording,
    *,
    actor: Actor,
    original_name: str,
    size_bytes: int,
    said_sha256: str = "",
    installation_max_bytes: int,
) -> Upload:
    """Begin an upload of a known size. Raises NotAllowed, TooLarge, Invalid (empty), Unavailable (no room)."""
    limit = max_upload_bytes(placed.slot, installation_max_bytes)
    if size_bytes <= 0:
        raise Invalid("The file is empty. Export it again, try to play it, and send that one.")
    if size_bytes > limit:
        raise TooLarge(
            f"The file has {_more_than(limit, size_bytes)} MB; at most {limit / MB:,.0f} MB may be sent here. "
            "Send it as FLAC: it keeps every sample and needs about half the room."
        )
    recording_id = placed.recording.id
    with editing(placed.application, actor=actor, rule=policy.begin_file):
        _keep_within_quota(actor, size_bytes)
        return uploads.begin(
            recording_id, actor=actor, original_name=original_name, size_bytes=size_bytes, said_sha256=said_sha256
        )


def append(found: PlacedUpload, stream: BinaryIO, *, actor: Actor, at: int, checksum: Checksum | None = None) -> int:
    """Take in a piece; the last byte finishes the upload. Returns the offset that is on disk.

    What the first bytes show to be of the wrong kind is turned away at once, and nothing of it is kept. Raises
    WrongKind, NotAsSent, UploadGone, and what `StagedUpload.append` and `finish` raise.
    """
    upload = found.upload
    if upload.state is not UploadState.OPEN:
        raise UploadGone("This upload is no longer open. Please begin again.")
    policy.go_on_with_file(actor, found.application, clock.now(), begun_at=upload.created_at).enforce()
    file, size = uploads.staged(upload.id), upload.size_bytes
    look = None
    if not is_known(file, at=at):
        look = partial(kind_asked_by(found.placed.slot).demand, size_bytes=size)
    # The policy has read rows; bytes may take long, and no transaction should stay open for them.
    db.session.rollback()
    try:
        end = file.append(stream, at=at, most=size, checksum=checksum, look=look)
    except WrongKind as refusal:
        uploads.refuse(upload, actor=actor, reason=refusal.code)
        raise
    if end == size:
        finish(found, actor=actor)
    else:
        uploads.touch(upload)
    return end


def finish(found: PlacedUpload, *, actor: Actor) -> FileVersion | None:
    """Take the finished file in. What was begun in time may finish after the deadline.

    What has been handed in is never replaced: the draft is held while the version is made, and when it was submitted
    meanwhile the upload is given up and its bytes are dropped. Raises NotAllowed, Stale then, and NotAsSent.
    """
    upload, application = found.upload, found.application
    try:
        return uploads.finish(
            upload, actor=actor, holding=lambda: editing(application, actor=actor, begun_at=upload.created_at)
        )
    except (NotAllowed, Stale):
        uploads.terminate(upload, actor=actor)
        raise
    except NotAsSent as refusal:
        uploads.refuse(upload, actor=actor, reason=refusal.code)
        raise


def finish_interrupted() -> int:
    """Finish what a killed server had received whole and not taken in. Returns how many."""
    done = 0
    for upload in uploads.interrupted():
        found = placed_upload(upload.id)
        if found is not None:
            with suppress(NotAllowed, Stale, NotAsSent):
                done += finish(found, actor=actor_for(db.session.get_one(Person, upload.owner_id))) is not None
    return done


def terminate(found: PlacedUpload, *, actor: Actor) -> None:
    policy.view(actor, found.application, clock.now()).enforce()
    uploads.terminate(found.upload, actor=actor)


def open_uploads(*recording_ids: str) -> list[Upload]:
    """What has been begun for these recordings and not finished, the newest first."""
    return list(
        db.session.scalars(
            sa.select(Upload)
            .where(Upload.recording_id.in_(recording_ids), Upload.state == UploadState.OPEN)
            .order_by(Upload.created_at.desc())
        )
    )


def _more_than(limit: int, size_bytes: int) -> str:
    """In MB; of a file that is larger by less than can be shown, only that it is."""
    shown = f"{size_bytes / MB:,.1f}"
    return shown if shown != f"{limit / MB:,.1f}" else f"more than {limit / MB:,.0f}"


def _keep_within_quota(actor: Actor, size_bytes: int) -> None:
    mine = sa.and_(Upload.owner_id == actor.person_id, Upload.state == UploadState.OPEN)
    count, begun = db.session.execute(
        sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(Upload.size_bytes), 0)).where(mine)
    ).one()
    if count >= MAX_OPEN_UPLOADS:
        raise Invalid("You have begun many uploads and not finished them. Finish or give up one of them first.")
    kept = db.session.scalar(
        sa.select(sa.func.coalesce(sa.func.sum(FileVersion.size_bytes), 0))
        .join(Recording, Recording.id == FileVersion.recording_id)
        .join(Application, Application.id == Recording.application_id)
        .where(Application.applicant_id == actor.person_id, FileVersion.state != Processing.PURGED)
    )
    if begun + (kept or 0) + size_bytes > MAX_BYTES_OF_A_PERSON:
        raise Unavailable(
            f"All your files together may have {MAX_BYTES_OF_A_PERSON / 1000**3:.0f} GB. "
            "Write to the admissions office if you need more."
        )
