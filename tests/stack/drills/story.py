"""What every drill asks in the end: is each acknowledged byte there, and was each recording checked exactly once?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import sqlalchemy as sa
from flask import Flask

from portal.accounts.models import Person
from portal.accounts.queries import actor_for
from portal.core import clock, staging
from portal.core.audit import AuditEntry
from portal.core.db import db, transaction
from portal.core.storage import storage
from portal.programmes.models import Slot
from portal.recordings.models import FileVersion, Recording, Report, Upload
from portal.recordings.service import stuck
from portal.recordings.states import Processing
from tests.factories.applications import add_recording, make_application
from tests.factories.receiving import receive
from tests.services.processes import until
from tests.services.running import RunningPortal, Sender, session_cookie


def an_open_application() -> list[Recording]:
    """Two empty recordings of somebody who may send today."""
    application = make_application(filled=False)
    now = clock.now()
    with transaction():
        intake = application.intake
        intake.opens_at = now - timedelta(days=1)
        intake.start_cutoff_at = intake.visible_deadline_at = now + timedelta(days=1)
    slot = db.session.scalars(sa.select(Slot).where(Slot.intake_id == application.intake_id)).one()
    return [add_recording(application, slot) for _ in range(2)]


def owner_of(recording: Recording) -> Person:
    from portal.applications.models import Application

    return db.session.get_one(Application, recording.application_id).applicant


def sender_for(app: Flask, portal: RunningPortal, recording: Recording, content: bytes) -> Sender:
    cookie = session_cookie(app, owner_of(recording))
    return Sender(portal.port, cookie, content, files=portal.settings.storage_dir)


def put_in(recording: Recording, sound: bytes, *, name: str = "night bus.wav") -> str:
    """A file that arrives whole, as by the form. Returns the id of its version."""
    actor = actor_for(owner_of(recording))
    return receive(recording.id, sound, actor=actor, name=name).id


def state_of(version_id: str) -> Processing:
    db.session.rollback()
    found: Processing = db.session.execute(
        sa.select(FileVersion.state).where(FileVersion.id == version_id)
    ).scalar_one()
    return found


def a_minute_passes() -> None:
    """Messages that were sent and leases that nobody renews become a minute older."""
    minute_ago = clock.now() - stuck.PATIENCE - timedelta(seconds=1)
    with transaction():
        waits = FileVersion.state == Processing.RECEIVED
        db.session.execute(sa.update(FileVersion).where(waits).values(queued_at=minute_ago))
        silent = sa.and_(FileVersion.state == Processing.CHECKING, FileVersion.lease_until < clock.now())
        db.session.execute(sa.update(FileVersion).where(silent).values(queued_at=minute_ago))


def its_lease_runs_out(version_id: str) -> None:
    with transaction():
        db.session.execute(
            sa.update(FileVersion)
            .where(FileVersion.id == version_id)
            .values(lease_until=clock.now() - timedelta(seconds=1), queued_at=clock.now() - timedelta(minutes=2))
        )


def until_checked(*version_ids: str, story: Callable[[], str]) -> None:
    until(
        lambda: all(state_of(one) is Processing.CHECKED for one in version_ids),
        within_s=60,
        story=lambda: f"{[state_of(one) for one in version_ids]}\n{story()[-3000:]}",
    )


def assert_checked_once(*version_ids: str) -> None:
    """One report and one deed for the one generation of each."""
    for version_id in version_ids:
        reports = db.session.scalars(sa.select(Report.generation).where(Report.file_version_id == version_id)).all()
        deeds = sa.select(sa.func.count(AuditEntry.id)).where(
            AuditEntry.action == "recording.check", AuditEntry.object_id == version_id
        )
        assert (list(reports), db.session.scalar(deeds)) == ([1], 1)


def assert_arrived(sender: Sender) -> str:
    """The version holds the very bytes that were sent, on the disk too. Returns its id."""
    db.session.rollback()
    upload = db.session.get_one(Upload, sender.upload_id)
    version = db.session.get_one(FileVersion, upload.file_version_id)
    with storage().local_path(version.storage_key) as path:
        on_disk = staging.size_and_sha256(path)
    assert on_disk == (len(sender.content), sender.sha256)
    assert version.sha256 == sender.sha256
    return version.id
