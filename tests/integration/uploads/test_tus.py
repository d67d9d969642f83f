"""tus 1.0.0 as clients speak it: the offset is what is on disk, and the last byte makes a version."""

from __future__ import annotations

import base64
import hashlib
import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask, g
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.accounts.models import Person
from portal.applications.models import Application
from portal.applications.service.uploads import finish_interrupted
from portal.checks.check import Severity
from portal.checks.evaluate import RuleSpec
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
from tests.factories.programmes import make_rule_set
from tests.integration.applications.browsing import signed_in_as
from tests.services.processes import until

WAVE = b"RIFF\0\0\0\0WAVE"
SOUND = WAVE + bytes(range(256)) * 4000
OFFSET = "application/offset+octet-stream"


class Sender:
    """A client of tus with the session of one person."""

    def __init__(self, browser: FlaskClient) -> None:
        self.browser = browser

    def ask(self, method: str, url: str, **headers: Any) -> TestResponse:
        body = headers.pop("body", None)
        named = {name.replace("_", "-"): str(value) for name, value in headers.items()}
        named = {"Tus-Resumable": "1.0.0", **named}
        for name in list(g):
            g.pop(name)
        answer = self.browser.open(url, method=method, headers=named, data=body)
        db.session.rollback()
        return answer

    def create(
        self, recording: Recording, size: int = len(SOUND), name: str = "night bus.wav", **more: Any
    ) -> TestResponse:
        label = base64.b64encode(name.encode()).decode()
        said = f"filename {label}" + more.pop("metadata", "")
        return self.ask("POST", f"/apply/uploads/{recording.id}", Upload_Length=size, Upload_Metadata=said, **more)

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


def ask_for(recording: Recording, accepted: str) -> None:
    rule = RuleSpec(check_key="file.format", severity=Severity.BLOCK, params={"accepted": [accepted]})
    with transaction():
        make_rule_set(db.session.get_one(Slot, recording.slot_id), [rule], version=2)


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


@pytest.mark.parametrize("piece", [10_000, 40_000, len(SOUND)])
def test_a_file_of_the_wrong_kind_is_turned_away_by_its_first_bytes(
    ada: Sender, recording: Recording, piece: int
) -> None:
    ask_for(recording, "flac")
    url = ada.create(recording).headers["Location"]
    at, answer = 0, None
    while at < len(SOUND):
        answer = ada.patch(url, SOUND[at : at + piece], at)
        if answer.status_code != 204:
            break
        at = int(answer.headers["Upload-Offset"])

    assert answer is not None
    assert (answer.status_code, at < 66_000) == (422, True)
    assert answer.text.startswith("This is a file of the kind WAV. The programme asks for FLAC.")
    assert ada.ask("HEAD", url).status_code == 410
    assert list(storage().staging.iterdir()) == []
    assert db.session.scalars(sa.select(FileVersion)).all() == []
    assert db.session.scalars(sa.select(AuditEntry.action)).all()[-1] == "upload.refuse"


def test_what_is_no_sound_at_all_is_turned_away_with_its_beginning(ada: Sender, recording: Recording) -> None:
    answer = ada.create(recording, size=11, body=b"only words\n", Content_Type=OFFSET)

    assert answer.status_code == 422
    assert "does not look like a sound file" in answer.text
    assert "Location" not in answer.headers
    assert db.session.scalars(sa.select(Upload.state)).all() == [UploadState.TERMINATED]


def test_sound_behind_a_large_tag_is_waited_for(ada: Sender, recording: Recording) -> None:
    ask_for(recording, "flac")
    tag = b"ID3\x04\0\0" + bytes([0, 0x0F, 0x7F, 0x7F]) + bytes((0x0F << 14) + (0x7F << 7) + 0x7F)
    right, wrong = tag + b"fLaC" + bytes(100), tag + b"text" + bytes(100)

    url = ada.create(recording, len(right)).headers["Location"]
    assert ada.patch(url, right[:100_000], 0).status_code == 204
    assert ada.patch(url, right[100_000:], 100_000).status_code == 204
    url = ada.create(recording, len(wrong)).headers["Location"]
    assert ada.patch(url, wrong, 0).status_code == 422
    assert the_version().size_bytes == len(right)


@pytest.mark.parametrize(
    ("beginning", "within"),
    [
        pytest.param(b"no beginning of anything" * 8000, 120_000, id="of no kind"),
        pytest.param(bytes(2_500_000), 1_200_000, id="nothing but zeros"),
        pytest.param(b"ID3\x04\0\0" + bytes([0, 6, 13, 32]) + bytes(100_000) + b"words" * 20_000, 180_000, id="tagged"),
    ],
)
def test_nothing_is_waited_for_once_more_bytes_would_say_the_same(
    ada: Sender, recording: Recording, beginning: bytes, within: int
) -> None:
    url = ada.create(recording, size=100_000_000).headers["Location"]
    at, piece, answer = 0, 30_000, None
    while at < len(beginning):
        answer = ada.patch(url, beginning[at : at + piece], at)
        if answer.status_code != 204:
            break
        at = int(answer.headers["Upload-Offset"])

    assert answer is not None
    assert (answer.status_code, at < within) == (422, True)


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


def test_somebody_at_it_is_noted_now_and_then_not_with_every_piece(ada: Sender, recording: Recording) -> None:
    url = ada.create(recording).headers["Location"]
    noted = []
    for number, seconds in enumerate((5, 29, 31, 40)):
        with clock.frozen(NOW + timedelta(seconds=seconds)):
            ada.patch(url, SOUND[number * 1000 :][:1000], number * 1000)
        upload = db.session.scalars(sa.select(Upload)).one()
        noted.append(upload.touched_at - NOW)
        assert upload.expires_at == upload.touched_at + uploads.LIFETIME

    assert [at.total_seconds() for at in noted] == [0, 0, 31, 31]
    assert uploads.TOUCH_EVERY < uploads.QUIET / 2, "who is noted so seldom is still not taken for gone"


def test_a_crowd_is_asked_to_come_back_not_to_go_away(
    ada: Sender, recording: Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = ada.create(recording).headers["Location"]
    monkeypatch.setattr(slots, "MOMENT_S", 0.01)
    taken = [slots._writers.acquire(blocking=False) for _ in range(slots.MAX_WRITERS)]
    try:
        answer = ada.patch(url, SOUND, 0)
    finally:
        for _ in taken:
            slots._writers.release()

    assert answer.status_code == 503
    assert "goes on by itself" in answer.text


def test_few_wait_for_the_next_place_that_is_free(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slots, "MOMENT_S", 60)
    places, entered = threading.BoundedSemaphore(1), []

    def enter() -> None:
        entered.append(slots._enter(places))
        places.release()

    waiting = [threading.Thread(target=enter) for _ in range(slots.AT_THE_DOOR)]
    assert slots._enter(places)
    for thread in waiting:
        thread.start()
    until(lambda: slots._door._value == 0)
    assert not slots._enter(places)
    assert entered == []
    places.release()
    for thread in waiting:
        thread.join(timeout=60)

    assert entered == [True] * slots.AT_THE_DOOR


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
