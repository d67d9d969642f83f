"""Uploads that were begun and not finished: seen on every device, discarded with one button."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal.applications import policy
from portal.applications.contents import Contents
from portal.applications.deadlines import may_arrive_until
from portal.applications.models import Application
from portal.applications.service import uploads
from portal.applications.service.uploads import PlacedUpload, placed_upload
from portal.core.db import db
from portal.core.resumable import UploadGone
from portal.recordings.models import Recording, Upload
from portal.recordings.service.uploads import staged
from portal.web.applicant.blueprint import bp
from portal.web.authz import acting, requires


@dataclass(frozen=True)
class Begun:
    """An unfinished upload as its page shows it."""

    id: str
    recording_id: str
    name: str
    size_bytes: int
    percent: int
    until: datetime


def begun_for(*recording_ids: str) -> list[Begun]:
    """What has been begun for these recordings, the newest first; of the same file's several only the furthest.

    Left out is what has arrived whole since, sent anew from another browser.
    """
    found: dict[tuple[str, str, int], Begun] = {}
    for upload in uploads.open_uploads(*recording_ids):
        try:
            arrived = staged(upload.id).offset()
        except UploadGone:
            continue
        percent = int(100 * arrived / upload.size_bytes)
        furthest = found.get(_file_of(upload))
        if not _came_whole(upload) and (furthest is None or furthest.percent < percent):
            found[_file_of(upload)] = Begun(upload.id, *_file_of(upload), percent, _until(upload))
    return list(found.values())


def begun_at(contents: Contents) -> dict[str, list[Begun]]:
    """What has been begun in an application, by the recording's id."""
    found: dict[str, list[Begun]] = {}
    for one in begun_for(*(item.recording.id for item in contents.items)):
        found.setdefault(one.recording_id, []).append(one)
    return found


@bp.post("/uploads/<upload_id>/give-up")
@requires(policy.view_part, load=placed_upload)
def give_up_upload(found: PlacedUpload) -> ResponseReturnValue:
    name, recording_id = found.upload.original_name, found.placed.recording.id
    same = [one.id for one in uploads.open_uploads(recording_id) if _file_of(one) == _file_of(found.upload)]
    for upload_id in {found.upload.id, *same}:
        if one := placed_upload(upload_id):
            uploads.terminate(one, actor=acting())
    flash(f"What had arrived of {name} is deleted.", "success")
    return redirect(url_for("applicant.recording", recording_id=recording_id), 303)


def _until(upload: Upload) -> datetime:
    recording = db.session.get_one(Recording, upload.recording_id)
    return may_arrive_until(db.session.get_one(Application, recording.application_id), upload.expires_at)


def _file_of(upload: Upload) -> tuple[str, str, int]:
    return upload.recording_id, upload.original_name, upload.size_bytes


def _came_whole(upload: Upload) -> bool:
    """Whether the same file, by name and size, has arrived since this upload was begun."""
    recording = db.session.get_one(Recording, upload.recording_id)
    return any(
        (version.original_name, version.size_bytes) == (upload.original_name, upload.size_bytes)
        and version.created_at > upload.created_at
        for version in recording.versions
    )
