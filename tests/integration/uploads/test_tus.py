"""tus 1.0.0 as clients speak it: the offset is what is on disk, and the last byte makes a version."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask, g
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.accounts.models import Person
from portal.applications.service.uploads import finish_interrupted
from portal.core import clock, staging
from portal.core.audit import AuditEntry
from portal.core.db import db, transaction
from portal.core.storage import storage
from portal.programmes.models import Slot
from portal.recordings.models import FileVersion, Recording, Upload
from portal.recordings.service import uploads
from portal.recordings.states import Processing, UploadState
from portal.web.tus import slots
from tests.factories.applications import NOW, add_recording, make_application
from tests.factories.cast import make_person
from tests.integration.applications.browsing import signed_in_as
from tests.services.page import Page

SOUND = b"RIFF" + bytes(range(256)) * 4000
OFFSET = "application/offset+octet-stream"


class Sender:
    """A client of tus with the session of one person."""

    def __init__(self, browser: FlaskClient) -> None:
        self.browser = browser
        page = browser.get("/apply/")
        self.token = next(iter(Page(page.text).forms)).value("csrf_token")

    def ask(self, method: str, url: str, **headers: Any) -> TestResponse:
        body = headers.pop("body", None)
        named = {name.replace("_", "-"): str(value) for name, value in headers.items()}
        named = {"Tus-Resumable": "1.0.0", "X-CSRFToken": self.token, **named}
        for name in list(g):
            g.pop(name)
        answer = self.browser.open(url, method=method, headers=named, data=body)
        db.session.rollback()
        return answer

    def create(
        self, recording: Recording, size: int = len(SOUND), name: str = "night bus.wav", **more: Any
    ) -> TestResponse:
        label = base64.b64encode(name.encode()).decode()
        url = f"/apply/uploads/{recording.id}"
        return self.ask("POST", url, Upload_Length=size, Upload_Metadata=f"filename {label}", **more)

    def patch(self, url: str, body: bytes, at: int, **more: Any) -> TestResponse:
        return self.ask("PATCH", url, Upload_Offset=at, Content_Type=OFFSET, body=body, **more)


@pytest.fixture
def recording(session: Session) -> Iterator[Recording]:
    with clock.frozen(NOW):
        application = make_application(filled=False)
        yield add_recording(application, session.scalars(sa.select(Slot)).one())


@pytest.fixture
def ada(app: Flask, recording: Recording) -> Sender:
    return Sender(signed_in_as(app, db.session.scalars(sa.select(Person)).one()))


def the_version() -> FileVersion:
    return db.session.scalars(sa.select(FileVersion)).one()


def test_what_the_server_can_do_is_said_to_everybody(app: Flask, recording: Recording) -> None:
    answer = app.test_client().options(f"/apply/uploads/{recording.id}")

    assert answer.status_code == 204
    assert answer.headers["Tus-Version"] == "1.0.0"
    assert answer.headers["Tus-Extension"] == "creation,creation-with-upload,termination,checksum,expiration"
    assert int(answer.headers["Tus-Max-Size"]) > 10**9


def test_a_file_in_pieces_becomes_a_version(ada: Sender, recording: Recording) -> None:
    created = ada.create(recording)
    assert created.status_code == 201
    url = created.headers["Location"]
    assert created.headers["Upload-Offset"] == "0"

    first = ada.patch(url, SOUND[:400_000], 0)
    assert (first.status_code, first.headers["Upload-Offset"]) == (204, "400000")
    assert first.headers["Upload-Expires"].endswith("GMT")
    standing = ada.ask("HEAD", url)
    assert (standing.headers["Upload-Offset"], standing.headers["Upload-Length"]) == ("400000", str(len(SOUND)))
    assert standing.headers["Cache-Control"] == "no-store"
    last = ada.patch(url, SOUND[400_000:], 400_000)
    assert last.headers["Upload-Offset"] == str(len(SOUND))

    version = the_version()
    assert (version.state, version.original_name) == (Processing.RECEIVED, "night bus.wav")
    assert version.sha256 == hashlib.sha256(SOUND).hexdigest()
    with storage().open(version.storage_key) as file:
        assert file.read() == SOUND
    assert list(storage().staging.iterdir()) == []
    assert ada.ask("HEAD", url).headers["Upload-Offset"] == str(len(SOUND))
    assert ada.patch(url, b"", len(SOUND)).status_code == 410


def test_a_piece_may_be_larger_than_a_form(ada: Sender, recording: Recording) -> None:
    body = b"RIFF" + bytes(3_000_000)
    created = ada.create(recording, len(body))
    assert ada.patch(created.headers["Location"], body, 0).status_code == 204
    assert the_version().size_bytes == len(body)


def test_the_first_bytes_may_come_with_the_beginning(ada: Sender, recording: Recording) -> None:
    created = ada.create(recording, size=len(SOUND), body=SOUND, Content_Type=OFFSET)

    assert (created.status_code, created.headers["Upload-Offset"]) == (201, str(len(SOUND)))
    assert the_version().size_bytes == len(SOUND)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Tus_Resumable": "0.2.2"}, 412),
        ({"Upload_Offset": "5"}, 409),
        ({"Upload_Offset": "-1"}, 400),
        ({"Upload_Offset": "1e3"}, 400),
        ({"Content_Type": "application/octet-stream"}, 415),
        ({"Upload_Checksum": "crc32 AAAA"}, 400),
        ({"Upload_Checksum": "sha1 not base64!"}, 400),
        ({"Upload_Checksum": "sha1 AAAAAAAAAAAAAAAAAAAAAAAAAAA="}, 460),
        ({"X_CSRFToken": "forged"}, 400),
    ],
)
def test_what_is_not_tus_is_refused_and_changes_nothing(
    ada: Sender, recording: Recording, headers: dict[str, str], status: int
) -> None:
    url = ada.create(recording).headers["Location"]
    asked = {"Upload_Offset": 0, "Content_Type": OFFSET, **headers}

    assert ada.ask("PATCH", url, body=b"RIFF", **asked).status_code == status
    assert ada.ask("HEAD", url).headers["Upload-Offset"] == "0"


def test_a_right_checksum_is_taken(ada: Sender, recording: Recording) -> None:
    url = ada.create(recording).headers["Location"]
    digest = base64.b64encode(hashlib.sha256(SOUND[:1000]).digest()).decode()

    assert ada.patch(url, SOUND[:1000], 0, Upload_Checksum=f"sha256 {digest}").headers["Upload-Offset"] == "1000"


@pytest.mark.parametrize(
    ("headers", "status", "words"),
    [
        ({"Upload_Length": "0"}, 422, "The file is empty"),
        ({"Upload_Length": "99999999999"}, 413, "Send it as FLAC"),
        ({"Upload_Length": "many"}, 400, "whole number"),
        ({"Upload_Defer_Length": "1"}, 400, "unknown length"),
        ({"Upload_Metadata": "filename %%%"}, 400, "base64"),
    ],
)
def test_a_beginning_that_cannot_end_well_is_refused_in_words(
    ada: Sender, recording: Recording, headers: dict[str, str], status: int, words: str
) -> None:
    answer = ada.ask("POST", f"/apply/uploads/{recording.id}", **{"Upload_Length": "10", **headers})

    assert answer.status_code == status
    assert words in answer.text
    assert db.session.scalars(sa.select(Upload)).all() == []


def test_more_bytes_than_announced_are_refused(ada: Sender, recording: Recording) -> None:
    url = ada.create(recording, size=100).headers["Location"]

    assert ada.patch(url, b"x" * 101, 0).status_code == 413
    assert ada.ask("HEAD", url).headers["Upload-Offset"] == "0"


def test_giving_up_deletes_what_arrived(ada: Sender, recording: Recording) -> None:
    url = ada.create(recording).headers["Location"]
    ada.patch(url, SOUND[:1000], 0)

    assert ada.ask("DELETE", url).status_code == 204
    assert ada.ask("HEAD", url).status_code == 410
    assert list(storage().staging.iterdir()) == []
    assert "upload.terminate" in db.session.scalars(sa.select(AuditEntry.action)).all()


def test_an_override_stands_for_what_the_network_does_not_let_pass(ada: Sender, recording: Recording) -> None:
    url = ada.create(recording).headers["Location"]

    sent = ada.ask("POST", url, Upload_Offset=0, Content_Type=OFFSET, X_HTTP_Method_Override="PATCH", body=SOUND[:10])

    assert (sent.status_code, sent.headers["Upload-Offset"]) == (204, "10")
    assert ada.ask("POST", url, X_HTTP_Method_Override="PUT").status_code == 405


def test_nobody_else_finds_the_upload(app: Flask, ada: Sender, recording: Recording) -> None:
    url = ada.create(recording).headers["Location"]
    ben = Sender(signed_in_as(app, make_person("Ben")))

    assert ben.create(recording).status_code == 404
    assert ben.ask("HEAD", url).status_code == 404
    assert ben.patch(url, SOUND, 0).status_code == 404
    assert ben.ask("DELETE", url).status_code == 404


def test_after_the_deadline_what_was_begun_may_finish_and_nothing_new_begins(ada: Sender, recording: Recording) -> None:
    url = ada.create(recording).headers["Location"]
    with clock.frozen(NOW.replace(year=2027)):
        assert ada.create(recording).status_code == 403
        assert ada.patch(url, SOUND, 0).status_code == 204

    assert the_version().state is Processing.RECEIVED


def test_a_crowd_is_asked_to_come_back_not_to_go_away(
    ada: Sender, recording: Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = ada.create(recording).headers["Location"]
    taken = [slots._writers.acquire(blocking=False) for _ in range(slots.MAX_WRITERS)]
    try:
        answer = ada.patch(url, SOUND, 0)
    finally:
        for _ in taken:
            slots._writers.release()

    assert answer.status_code == 503
    assert "goes on by itself" in answer.text


def test_no_room_is_said_before_the_first_byte(
    ada: Sender, recording: Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = type("Usage", (), {"free": staging.FREE_RESERVE_BYTES + 100})()
    monkeypatch.setattr("portal.core.staging.shutil.disk_usage", lambda _path: usage)

    assert ada.create(recording).status_code == 503


@pytest.mark.parametrize("killed", ["before the move", "after the move"])
def test_a_server_killed_at_the_end_loses_nothing(ada: Sender, recording: Recording, killed: str) -> None:
    url = ada.create(recording).headers["Location"]
    upload = db.session.scalars(sa.select(Upload)).one()
    staged = uploads.staged(upload.id)
    staged.path.write_bytes(SOUND)
    if killed == "after the move":
        key = staging.new_key("recordings")
        with transaction():
            upload.storage_key = key
        storage().adopt(staged.path, key=key)

    if killed == "before the move":
        assert ada.ask("HEAD", url).headers["Upload-Offset"] == str(len(SOUND))
    else:
        with clock.frozen(NOW + uploads.QUIET * 2):
            assert finish_interrupted() == 1
            assert finish_interrupted() == 0

    assert the_version().sha256 == hashlib.sha256(SOUND).hexdigest()
    assert db.session.scalars(sa.select(Upload.state)).one() is UploadState.COMPLETE


def test_what_nobody_touches_for_two_days_is_given_up(ada: Sender, recording: Recording) -> None:
    url = ada.create(recording).headers["Location"]
    ada.patch(url, SOUND[:1000], 0)
    assert uploads.expire() == 0

    with clock.frozen(NOW + uploads.LIFETIME * 2):
        assert uploads.expire() == 1

    assert ada.ask("HEAD", url).status_code == 410
    assert list(storage().staging.iterdir()) == []
