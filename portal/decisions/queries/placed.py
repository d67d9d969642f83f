"""A file version together with the application that it belongs to, for staff."""

from __future__ import annotations

from dataclasses import dataclass

from portal.applications.models import Application
from portal.applications.queries import application
from portal.core.db import db
from portal.recordings.models import FileVersion, Recording


@dataclass(frozen=True)
class PlacedVersion:
    application: Application
    recording: Recording
    version: FileVersion


def placed_version(version_id: str) -> PlacedVersion | None:
    version = db.session.get(FileVersion, version_id)
    recording = db.session.get(Recording, version.recording_id) if version else None
    whole = application(recording.application_id) if recording else None
    if version is None or recording is None or whole is None:
        return None
    return PlacedVersion(application=whole, recording=recording, version=version)
