"""Sound for a player: the listening copy, by range, under a neutral name, only for those who may hear it."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.core.db import db, transaction
from portal.recordings.models import FileVersion
from portal.reviews.models import Assignment
from tests.factories.reviews import Panel, make_assignment, make_audible, make_panel, versions_of
from tests.services.page import sign_in, visit

ORIGINAL = b"the bytes that were uploaded, with a name in them"
COPY = bytes(range(256)) * 4000
PICTURE = b'{"duration_s": 2.0, "peaks": [[-0.5, 0.5]], "loudness": null}'


@pytest.fixture
def panel(session: Session) -> Panel:
    return make_panel()


@pytest.fixture
def task(panel: Panel) -> str:
    """Clara's, with one recording that can be heard."""
    task = make_assignment(panel)
    (version,) = versions_of(db.session.get_one(Assignment, task).application_id)
    make_audible(version.id, sound=ORIGINAL, copy=COPY, picture=PICTURE)
    return task


@pytest.fixture
def clara(panel: Panel, client: FlaskClient) -> FlaskClient:
    sign_in(client, panel.person("Clara"))
    return client


def ask(client: FlaskClient, address: str, *, headers: dict[str, str] | None = None) -> TestResponse:
    """Read the answer to its end and close it, as a server does: an open file is an error here."""
    with client.application.app_context():
        return client.get(address, headers=headers, buffered=True)


def test_the_whole_copy_is_sent_with_neutral_headers(task: str, clara: FlaskClient) -> None:
    answer = ask(clara, f"/review/{task}/recordings/1/audio")
    assert answer.data == COPY
    assert answer.headers["Content-Type"] == "audio/wav"
    assert answer.headers["Content-Disposition"] == 'inline; filename="recording-1.wav"'
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert answer.headers["Content-Length"] == str(len(COPY))
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert "Last-Modified" not in answer.headers


@pytest.mark.parametrize(
    ("asked", "sent", "content_range"),
    [
        ("bytes=0-1", COPY[:2], "bytes 0-1/1024000"),
        ("bytes=700000-700999", COPY[700_000:701_000], "bytes 700000-700999/1024000"),
        ("bytes=1023000-", COPY[1_023_000:], "bytes 1023000-1023999/1024000"),
        ("bytes=-10", COPY[-10:], "bytes 1023990-1023999/1024000"),
    ],
)
def test_any_range_can_be_asked_for(task: str, clara: FlaskClient, asked: str, sent: bytes, content_range: str) -> None:
    answer = ask(clara, f"/review/{task}/recordings/1/audio", headers={"Range": asked})
    assert answer.status_code == 206
    assert answer.data == sent
    assert answer.headers["Content-Range"] == content_range


def test_a_range_behind_the_end_is_refused(task: str, clara: FlaskClient) -> None:
    answer = ask(clara, f"/review/{task}/recordings/1/audio", headers={"Range": "bytes=2000000-"})
    assert answer.status_code == 416
    assert COPY[:100] not in answer.data


def test_what_the_browser_has_already_is_not_sent_again(task: str, clara: FlaskClient) -> None:
    tag = ask(clara, f"/review/{task}/recordings/1/audio").headers["ETag"]
    again = ask(clara, f"/review/{task}/recordings/1/audio", headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")
    resumed = ask(clara, f"/review/{task}/recordings/1/audio", headers={"Range": "bytes=5-9", "If-Range": tag})
    assert (resumed.status_code, resumed.data) == (206, COPY[5:10])
    changed = ask(clara, f"/review/{task}/recordings/1/audio", headers={"Range": "bytes=5-9", "If-Range": '"another"'})
    assert (changed.status_code, changed.data) == (200, COPY)


def test_two_reviewers_cannot_tell_by_the_tag_that_they_hear_the_same_file(
    panel: Panel, task: str, client: FlaskClient
) -> None:
    application_id = db.session.get_one(Assignment, task).application_id
    tags = set()
    for name, key in (("Clara", task), ("Dan", make_assignment(panel, "Dan", application_id=application_id))):
        sign_in(client, panel.person(name))
        tags.add(ask(client, f"/review/{key}/recordings/1/audio").headers["ETag"])
    assert len(tags) == 2


def test_the_picture_is_json(task: str, clara: FlaskClient) -> None:
    answer = ask(clara, f"/review/{task}/recordings/1/waveform.json")
    assert (answer.headers["Content-Type"], answer.json["duration_s"]) == ("application/json", 2.0)


@pytest.mark.parametrize("address", ["recordings/0/audio", "recordings/2/audio", "recordings/2/waveform.json"])
def test_a_recording_that_is_not_there_is_not_found(task: str, clara: FlaskClient, address: str) -> None:
    assert ask(clara, f"/review/{task}/{address}").status_code == 404


@pytest.mark.parametrize("name", ["Dan", "Frank", "Grace", "Heidi"])
def test_the_sound_is_for_the_assigned_reviewer_alone(panel: Panel, task: str, client: FlaskClient, name: str) -> None:
    sign_in(client, panel.person(name))
    for part in ("audio", "waveform.json"):
        answer = ask(client, f"/review/{task}/recordings/1/{part}")
        assert answer.status_code == 404
        assert COPY[:100] not in answer.data


def test_the_original_is_never_sent_while_there_is_no_copy(panel: Panel, clara: FlaskClient) -> None:
    task = make_assignment(panel)
    (version,) = versions_of(db.session.get_one(Assignment, task).application_id)
    make_audible(version.id, sound=ORIGINAL, copy=COPY, mime="text/html")
    assert ask(clara, f"/review/{task}/recordings/1/audio").status_code == 404
    other = make_assignment(panel)
    answer = ask(clara, f"/review/{other}/recordings/1/audio")
    assert answer.status_code == 404
    assert ORIGINAL not in answer.data
    assert "being prepared" in ask(clara, f"/review/{other}").text


def test_why_there_is_no_copy_is_read_by_the_staff_alone(panel: Panel, client: FlaskClient) -> None:
    task = make_assignment(panel)
    application_id = db.session.get_one(Assignment, task).application_id
    (version,) = versions_of(application_id)
    with transaction():
        db.session.get_one(FileVersion, version.id).copy_error = "Making the listening copy took too long."
    sign_in(client, panel.person("Grace"))
    assert "took too long" in visit(client, f"/admin/applications/{application_id}").words
    sign_in(client, panel.person("Clara"))
    room = visit(client, f"/review/{task}").words
    assert "This recording cannot be heard" in room
    assert "took too long" not in room
