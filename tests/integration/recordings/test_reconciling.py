"""Rows and files are compared both ways: what nobody names goes when it is old, what is lost is told."""

from __future__ import annotations

import os
from datetime import timedelta
from io import BytesIO

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy.orm import Session

from portal import cli
from portal.core import clock
from portal.core.db import transaction
from portal.core.storage import StoredFile, storage
from portal.programmes.models import Slot
from portal.recordings.service import orphans
from tests.factories.applications import add_file, add_recording, make_application


def keep(content: bytes, *, days_old: int) -> StoredFile:
    kept = storage().put(BytesIO(content), kind="recordings", max_bytes=1000)
    moment = (clock.now() - timedelta(days=days_old)).timestamp()
    with storage().local_path(kept.key) as path:
        os.utime(path, (moment, moment))
    return kept


def reconcile(app: Flask, monkeypatch: pytest.MonkeyPatch, *options: str) -> Result:
    monkeypatch.setattr("portal.bootstrap.base_app", lambda: app)
    return CliRunner().invoke(cli.cli, ["reconcile", *options])


def test_unnamed_files_go_lost_ones_are_told(app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    application = make_application(filled=False)
    slot = session.scalars(sa.select(Slot)).one()
    recording = add_recording(application, slot)
    named, lost = add_file(recording), add_file(recording, number=2)
    whole, old, young = keep(b"named", days_old=3), keep(b"old", days_old=3), keep(b"young", days_old=0)
    with transaction():
        named.storage_key = whole.key
    lost_id = lost.id

    shown = reconcile(app, monkeypatch)
    assert f"lost: the file of version {lost_id} is not in the store" in shown.output
    assert f"unnamed: {old.key}" in shown.output
    assert "1 rows without a file, 1 files without a row." in shown.output
    assert "Nothing was deleted." in shown.output
    assert shown.exit_code == 1

    done = reconcile(app, monkeypatch, "--apply")
    assert "1 files were deleted." in done.output
    assert [storage().size(one.key) for one in (whole, old, young)] == [5, None, 5]
    assert list(orphans.files_without_rows()) == []
