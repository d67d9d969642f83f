"""Uploads that were begun and not finished: seen on every device, given up with one button."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal.applications import policy
from portal.applications.service import uploads
from portal.applications.service.uploads import PlacedUpload, placed_upload
from portal.core.resumable import UploadGone
from portal.recordings.service.uploads import staged
from portal.web.applicant.blueprint import bp
from portal.web.authz import acting, requires


@dataclass(frozen=True)
class Begun:
    """An unfinished upload as its page shows it."""

    id: str
    recording_id: str
    name: str
    percent: int
    expires_at: datetime


def begun_for(*recording_ids: str) -> list[Begun]:
    """What has been begun for these recordings, the newest first."""
    found = []
    for upload in uploads.open_uploads(*recording_ids):
        try:
            arrived = staged(upload.id).offset()
        except UploadGone:
            continue
        percent = int(100 * arrived / upload.size_bytes)
        found.append(Begun(upload.id, upload.recording_id, upload.original_name, percent, upload.expires_at))
    return found


@bp.post("/uploads/<upload_id>/give-up")
@requires(policy.view_part, load=placed_upload)
def give_up_upload(found: PlacedUpload) -> ResponseReturnValue:
    uploads.terminate(found, actor=acting())
    flash(f"The unfinished upload of {found.upload.original_name} is deleted.", "success")
    return redirect(url_for("applicant.recording", recording_id=found.placed.recording.id), 303)
