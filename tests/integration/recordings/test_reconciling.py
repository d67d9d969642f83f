"""Rows and files are compared both ways, in both homes: what nobody names goes when it is old, what is lost is told."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy.orm import Session

from portal.bootstrap import SETTINGS, bucket
from portal.cli.__main__ import cli
from portal.core import clock
from portal.core.db import db, transaction
from portal.core.storage import EXTENSION, storage
from portal.programmes.models import Slot
from portal.recordings.models import FileVersion, Upload
from portal.recordings.service import orphans
from portal.recordings.states import UploadState
from tests.factories.applications import add_file, add_recording, make_application


@pytest.fixture(params=["folder", "s3"])
def home(request: pytest.FixtureRequest, app: Flask) -> str:
    if request.param == "s3":
        store = bucket(app.extensions[SETTINGS], request.getfixturevalue("s3_place"))
        store.ensure_bucket()
        app.extensions[EXTENSION] = store
    return str(request.param)


def keep(content: bytes, kind: str = "recordings") -> str:
    return storage().put(BytesIO(content), kind=kind, max_bytes=1000).key


def reconcile(app: Flask, monkeypatch: pytest.MonkeyPatch, *options: str) -> Result:
    monkeypatch.setattr("portal.bootstrap.base_app", lambda: app)
    return CliRunner().invoke(cli, ["reconcile", *options])


def make_version(session: Session, **keys: str) -> str:
    recording = add_recording(make_application(filled=False), session.scalars(sa.select(Slot)).first())
    version = add_file(recording)
    with transaction():
        for name, value in keys.items():
            setattr(version, name, value)
    return version.id


@pytest.mark.usefixtures("home")
def test_unnamed_files_go_once_they_are_old(app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    named, picture, alone, proof = keep(b"named"), keep(b"{}", "waveforms"), keep(b"alone"), keep(b"%PDF", "evidence")
    make_version(session, storage_key=named, waveform_key=picture)
    assert "0 rows without a file, 0 files without a row." in reconcile(app, monkeypatch).output

    with clock.frozen(clock.now() + timedelta(days=1)):
        shown = reconcile(app, monkeypatch)
        assert f"No row names {alone}.\n" in shown.output
        assert f"No row names {proof}.\n" in shown.output
        assert "0 rows without a file, 2 files without a row.\nNothing was deleted." in shown.output
        assert shown.exit_code == 0

        done = reconcile(app, monkeypatch, "--apply")
        assert "2 files were deleted." in done.output
        assert [storage().size(key) for key in (named, picture, alone, proof)] == [5, 2, None, None]
        assert list(orphans.files_without_rows()) == []


@pytest.mark.usefixtures("home")
def test_what_is_lost_is_told_in_words(app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    version_id = make_version(
        session, storage_key=keep(b"sound"), copy_key="copies/aa/gone", waveform_key="waveforms/aa/gone"
    )
    lost_id = make_version(session, storage_key="recordings/aa/gone")

    shown = reconcile(app, monkeypatch)

    assert shown.exit_code == 1
    assert (
        f"The file of version {lost_id} is lost. Restore recordings/aa/gone from a backup, or ask the applicant for it."
        in shown.output
    )
    assert f"The listening copy of version {version_id} is lost. --apply lets it be made anew." in shown.output
    assert f"The waveform of version {version_id} is lost. “Check it again” makes it anew." in shown.output
    assert "3 rows without a file, 0 files without a row." in shown.output

    done = reconcile(app, monkeypatch, "--apply")
    assert "1 listening copies are made anew." in done.output
    db.session.rollback()
    assert db.session.get_one(FileVersion, version_id).copy_key == ""
    assert db.session.get_one(FileVersion, lost_id).storage_key == "recordings/aa/gone"


@pytest.mark.parametrize("home", ["s3"], indirect=True)
@pytest.mark.usefixtures("home", "session")
def test_what_a_killed_worker_had_fetched_from_the_bucket_goes_once_it_is_old() -> None:
    with storage().local_path(keep(b"sound")) as path:
        left = path.with_name(f"{path.name}left")  # the copy itself goes with its context, which a kill skips
        left.hardlink_to(path)

    assert orphans.delete_staged_leftovers() == 0
    with clock.frozen(clock.now() + timedelta(hours=2)):
        assert orphans.delete_staged_leftovers() == 1
    assert not left.exists()


def test_a_file_that_an_open_upload_names_stays(app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    application = make_application()
    key = keep(b"moved, and not yet a version")
    with transaction():
        upload = Upload(
            recording_id=application.recordings[0].id,
            owner_id=application.applicant_id,
            original_name="a.wav",
            size_bytes=5,
            storage_key=key,
            expires_at=clock.now() + timedelta(days=2),
        )
        session.add(upload)
    with clock.frozen(clock.now() + timedelta(days=1)):
        assert list(orphans.files_without_rows()) == []
        with transaction():
            upload.state = UploadState.TERMINATED
        assert list(orphans.files_without_rows()) == [key]
