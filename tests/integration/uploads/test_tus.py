"""tus 1.0.0 as clients speak it: the offset is what is on disk, and the last byte makes a version."""

from __future__ import annotations

import base64
import hashlib
from datetime import timedelta
from email.utils import format_datetime

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.applications.models import Application
from portal.core import clock
from portal.core.audit import AuditEntry
from portal.core.db import db, transaction
from portal.core.storage import storage
from portal.recordings.models import Recording, Upload
from portal.recordings.states import Processing, UploadState
from tests.factories.cast import make_person
from tests.integration.applications.browsing import signed_in_as
from tests.integration.uploads.sending import OFFSET, SOUND, WAVE, Sender, the_version


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
    body = WAVE + bytes(3_000_000)
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


def test_without_the_header_that_no_other_page_can_send_nothing_changes(ada: Sender, recording: Recording) -> None:
    url = ada.create(recording).headers["Location"]
    asked = {"Tus_Resumable": "", "Upload_Offset": 0, "Content_Type": OFFSET}

    for method in ("HEAD", "PATCH", "DELETE"):
        assert ada.ask(method, url, body=b"RIFF", **asked).status_code == 412
        assert ada.ask("POST", url, body=b"RIFF", X_HTTP_Method_Override=method, **asked).status_code in (405, 412)
    assert ada.create(recording, Tus_Resumable="").status_code == 412

    assert ada.ask("HEAD", url).headers["Upload-Offset"] == "0"
    assert len(db.session.scalars(sa.select(Upload)).all()) == 1


def test_another_version_is_answered_with_ours(ada: Sender, recording: Recording) -> None:
    answer = ada.create(recording, Tus_Resumable="2.0.0")

    assert (answer.status_code, answer.headers["Tus-Version"]) == (412, "1.0.0")
    assert db.session.scalars(sa.select(Upload)).all() == []


def test_who_has_been_signed_out_is_told_so(app: Flask, ada: Sender, recording: Recording) -> None:
    url = ada.create(recording).headers["Location"]
    ada.patch(url, SOUND[:1000], 0)
    visitor = Sender(app.test_client())

    answer = visitor.patch(url, SOUND[1000:], 1000)

    assert (answer.status_code, answer.text) == (401, "Please sign in first.")
    assert visitor.ask("HEAD", url).status_code == 401
    assert ada.ask("HEAD", url).headers["Upload-Offset"] == "1000"


@pytest.mark.parametrize(
    ("headers", "status", "words"),
    [
        ({"Upload_Length": "0"}, 422, "The file is empty"),
        ({"Upload_Length": "99999999999"}, 413, "Send it as FLAC"),
        ({"Upload_Length": "many"}, 400, "whole number"),
        ({"Upload_Length": "-1"}, 400, "whole number"),
        ({"Upload_Length": "9" * 40}, 400, "whole number"),
        ({"Upload_Length": "\u0661\u0662"}, 400, "whole number"),
        ({"Upload_Concat": "partial"}, 400, "in parts"),
        ({"Upload_Metadata": "filename \xe4"}, 400, "base64"),
        ({"Upload_Metadata": "filename " + "QUFB" * 1100}, 400, "too long"),
        ({"Upload_Metadata": "sha256 QUFB"}, 400, "64 hexadecimal digits"),
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


def test_a_file_that_is_not_the_one_that_was_announced_is_not_taken_in(ada: Sender, recording: Recording) -> None:
    right, wrong = (base64.b64encode(hashlib.sha256(s).hexdigest().encode()).decode() for s in (SOUND, b"other"))

    url = ada.create(recording, metadata=f",sha256 {wrong}").headers["Location"]
    answer = ada.patch(url, SOUND, 0)
    assert answer.status_code == 422
    assert "its SHA-256 differs" in answer.text
    assert ada.ask("HEAD", url).status_code == 410
    assert (list(storage().staging.iterdir()), list(storage().keys("recordings"))) == ([], [])

    url = ada.create(recording, metadata=f",sha256 {right}").headers["Location"]
    assert ada.patch(url, SOUND, 0).status_code == 204
    assert the_version().sha256 == hashlib.sha256(SOUND).hexdigest()


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
    deadline = db.session.get_one(Application, recording.application_id).intake.visible_deadline_at
    with clock.frozen(deadline + timedelta(minutes=30)):
        assert ada.create(recording).status_code == 403
        assert ada.patch(url, SOUND, 0).status_code == 204

    assert the_version().state is Processing.RECEIVED


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"body": b"x" * 101}, 413),
        ({"body": b"x" * 100, "Upload_Checksum": "sha1 !"}, 400),
        ({"body": WAVE, "Upload_Checksum": "sha1 " + base64.b64encode(bytes(20)).decode()}, 460),
    ],
    ids=["more bytes than announced", "a checksum that cannot be read", "a checksum that differs"],
)
def test_what_is_refused_with_its_first_bytes_leaves_nothing(
    ada: Sender, recording: Recording, more: dict[str, object], status: int
) -> None:
    answer = ada.create(recording, size=100, Content_Type=OFFSET, **more)

    assert (answer.status_code, "Location" in answer.headers) == (status, False)
    assert db.session.scalars(sa.select(Upload).where(Upload.state == UploadState.OPEN)).all() == []
    assert list(storage().staging.iterdir()) == []


def test_it_expires_with_the_grace_at_the_latest(ada: Sender, recording: Recording) -> None:
    intake = db.session.get_one(Application, recording.application_id).intake
    with transaction():
        intake.visible_deadline_at = clock.now() + timedelta(hours=2)
    last = format_datetime(intake.visible_deadline_at + timedelta(hours=1), usegmt=True)

    created = ada.create(recording)
    url = created.headers["Location"]

    assert created.headers["Upload-Expires"] == last
    assert ada.patch(url, SOUND[:1000], 0).headers["Upload-Expires"] == last
    assert ada.ask("HEAD", url).headers["Upload-Expires"] == last


def test_one_byte_too_many_is_said_to_be_more(ada: Sender, recording: Recording) -> None:
    answer = ada.create(recording, size=500_000_001)

    assert answer.status_code == 413
    assert "The file has more than 500 MB; at most 500 MB may be sent here." in answer.text
