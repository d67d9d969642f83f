"""Afterwards: everything that was acknowledged is there, to the byte, and was checked at most once."""

from __future__ import annotations

from collections import Counter

import sqlalchemy as sa
from flask import Flask

from bench.storm.people import Sender
from portal.core import staging
from portal.core.audit import AuditEntry
from portal.core.db import db
from portal.core.storage import storage
from portal.recordings.models import FileVersion, Upload
from portal.recordings.service.uploads import staged


def losses(app: Flask, senders: list[Sender]) -> list[str]:
    """One sentence for each thing that was promised and is not so."""
    with app.app_context():
        found = [sentence for sender in senders if sender.address for sentence in _of(sender)]
        return found + _checked_twice()


def stands(app: Flask) -> Counter[str]:
    """How many file versions stand where."""
    with app.app_context():
        rows = db.session.execute(sa.select(FileVersion.state, sa.func.count()).group_by(FileVersion.state))
        return Counter({state.value: count for state, count in rows})


def _of(sender: Sender) -> list[str]:
    who = f"upload {sender.upload_id}"
    if sender.lost_bytes:
        return [f"{who}: {sender.lost_bytes} acknowledged bytes were gone when it was looked at again"]
    upload = db.session.get(Upload, sender.upload_id)
    if upload is None:
        return [f"{who}: there is no row for it"]
    if not sender.done:
        there = upload.size_bytes if upload.file_version_id else staged(upload.id).offset()
        return [f"{who}: {sender.offset - there} acknowledged bytes are gone"] if there < sender.offset else []
    version = db.session.get(FileVersion, upload.file_version_id or "")
    if version is None:
        return [f"{who}: it was complete, and there is no version of it"]
    with storage().local_path(version.storage_key) as path:
        _, on_disk = staging.size_and_sha256(path)
    wanted = sender.sha256()
    return [] if version.sha256 == on_disk == wanted else [f"{who}: other bytes are stored than were sent"]


def _checked_twice() -> list[str]:
    checked = sa.select(AuditEntry.object_id, AuditEntry.after).where(AuditEntry.action == "recording.check")
    times = Counter((version_id, after["generation"]) for version_id, after in db.session.execute(checked))
    return [f"version {version_id} was checked {count} times" for (version_id, _), count in times.items() if count > 1]
