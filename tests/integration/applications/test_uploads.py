"""Files on their way in: read as they arrive, by whom they may be sent, up to their limit, and never in part."""

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portal.applications.models import Application
from portal.core.db import transaction
from portal.core.storage import storage
from portal.recordings.models import FileVersion, Recording
from portal.web import streamed
from tests.factories.applications import add_recording, make_draft
from tests.integration.applications.browsing import signed_in_as
from tests.services.page import Page, visit

BOUNDARY = "----sounding-board"
WAVE = b"RIFF\0\0\0\0WAVE"


@pytest.fixture
def draft(world: Session) -> Application:
    application = make_draft()
    add_recording(application, application.intake.slots[0])
    return application


@pytest.fixture
def recording(draft: Application) -> Recording:
    return draft.recordings[0]


@pytest.fixture
def browser(app: Flask, draft: Application) -> FlaskClient:
    return signed_in_as(app, draft.applicant)


def token_of(browser: FlaskClient, recording: Recording) -> str:
    return visit(browser, f"/apply/recordings/{recording.id}").form("/file").value("csrf_token")


def versions(session: Session) -> list[FileVersion]:
    session.expire_all()
    return session.query(FileVersion).order_by(FileVersion.number).all()


def envelope(token: str, body: bytes, *, name: str = "bus.wav", end: bool = True) -> bytes:
    """What a browser sends."""
    head = (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{token}\r\n'
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="recording"; filename="{name}"\r\n'
        "Content-Type: audio/wav\r\n\r\n"
    )
    return head.encode() + body + (f"\r\n--{BOUNDARY}--\r\n".encode() if end else b"")


def post(browser: FlaskClient, recording: Recording, data: bytes, **headers: str) -> Page:
    answer = browser.post(
        f"/apply/recordings/{recording.id}/file",
        data=data,
        content_type=f"multipart/form-data; boundary={BOUNDARY}",
        headers=headers,
        follow_redirects=True,
    )
    return Page(answer.text, url=answer.request.path, status=answer.status_code)


def test_every_byte_arrives_also_those_that_look_like_a_boundary(
    browser: FlaskClient, recording: Recording, world: Session
) -> None:
    body = WAVE + b"\r\n--" + BOUNDARY.encode()[:-1] + b"\r\n\r\n--" + os.urandom(3 * streamed.READ_BYTES) + b"\r\n"
    page = post(browser, recording, envelope(token_of(browser, recording), body))
    assert "We have every byte of bus.wav" in page.words
    (version,) = versions(world)
    with storage().open(version.storage_key) as kept:
        assert kept.read() == body


def test_a_file_beyond_the_limit_is_refused_by_its_announced_size(
    browser: FlaskClient, recording: Recording, world: Session
) -> None:
    token = token_of(browser, recording)
    with transaction():
        world.get_one(Recording, recording.id)
        slot = world.get_one(Application, recording.application_id).intake.slots[0]
        slot.max_bytes = 2_000_000
    page = post(browser, recording, envelope(token, bytes(2_200_000)))
    assert page.status == 413
    assert "This file is larger than the 2 MB that can be taken here." in page.words
    assert versions(world) == []


def test_a_file_a_little_beyond_the_limit_is_refused_while_it_is_read(
    browser: FlaskClient, recording: Recording, world: Session
) -> None:
    token = token_of(browser, recording)
    with transaction():
        world.get_one(Application, recording.application_id).intake.slots[0].max_bytes = 2_000_000
    page = post(browser, recording, envelope(token, WAVE + bytes(2_000_001)))
    assert page.status == 413
    assert "larger than" in page.words
    assert versions(world) == []
    assert list(storage().keys("recordings")) == []


@pytest.mark.parametrize("token", ["", "forged"])
def test_a_forged_form_is_refused_before_its_file(
    browser: FlaskClient, recording: Recording, world: Session, token: str
) -> None:
    page = post(browser, recording, envelope(token, b"RIFF"))
    assert page.status == 400
    assert "older session" in page.words
    assert versions(world) == []


def test_the_token_may_come_as_a_header_as_scripts_send_it(
    browser: FlaskClient, recording: Recording, world: Session
) -> None:
    page = post(browser, recording, envelope("", WAVE), **{"X-CSRFToken": token_of(browser, recording)})
    assert page.status == 200
    assert len(versions(world)) == 1


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (lambda token: envelope(token, b"half of it", end=False), "did not arrive whole"),
        (lambda token: envelope(token, b"", name=""), "Choose a file first"),
        (lambda token: envelope(token, b"RIFF").replace(b'"recording"', b'"other"'), "Choose a file first"),
        (lambda token: envelope(token, b"RIFF").replace(b"form-data", b"", 1), "older session"),
        (lambda token: b"not a form at all", "did not arrive whole"),
        (lambda token: envelope("x" * 100_000 + token, b"RIFF"), "more text than can be taken"),
    ],
)
def test_what_is_not_a_whole_file_in_a_form_leaves_nothing_behind(
    browser: FlaskClient, recording: Recording, world: Session, data: object, says: str
) -> None:
    assert callable(data)
    page = post(browser, recording, data(token_of(browser, recording)))
    assert page.status in (400, 413, 422)
    assert says in page.words
    assert versions(world) == []
    assert list(storage().keys("recordings")) == []


def test_an_empty_file_says_so(browser: FlaskClient, recording: Recording, world: Session) -> None:
    page = post(browser, recording, envelope(token_of(browser, recording), b""))
    assert page.status == 422
    assert "The file is empty" in page.words
    assert versions(world) == []


def test_without_script_a_refused_file_comes_back_on_the_page_of_its_recording(
    browser: FlaskClient, recording: Recording
) -> None:
    page = post(browser, recording, envelope(token_of(browser, recording), b"Dear jury,\n" * 20, name="song.wav"))
    assert page.status == 422
    assert "The file was not taken" in page.words
    assert page.form("/file").value("csrf_token")
    assert page.form(f"/apply/recordings/{recording.id}").value("csrf_token")


@pytest.mark.parametrize("size", [11, 3_000_000])
def test_a_text_file_by_another_name_is_turned_away_by_its_first_bytes(
    browser: FlaskClient, recording: Recording, world: Session, size: int
) -> None:
    body = (b"Dear jury,\n" * size)[:size]
    page = post(browser, recording, envelope(token_of(browser, recording), body, name="song.wav"))
    assert page.status == 422
    assert "This does not look like a sound file, whatever its name says." in page.words
    assert versions(world) == []
    assert list(storage().keys("recordings")) == []


def test_names_with_folders_and_control_signs_are_made_tidy(
    browser: FlaskClient, recording: Recording, world: Session
) -> None:
    post(browser, recording, envelope(token_of(browser, recording), WAVE, name="../ada/b\tus <1>.wav"))
    (version,) = versions(world)
    assert version.original_name == "bus <1>.wav"
    assert "bus &lt;1&gt;.wav" in browser.get(f"/apply/recordings/{recording.id}").text


def test_a_script_that_asks_for_json_gets_the_reason(browser: FlaskClient, recording: Recording) -> None:
    answer = browser.post(
        f"/apply/recordings/{recording.id}/file",
        data=envelope(token_of(browser, recording), b""),
        content_type=f"multipart/form-data; boundary={BOUNDARY}",
        headers={"Accept": "application/json, text/html;q=0.9"},
    )
    assert (answer.status_code, answer.json["error"]["message"][:18]) == (422, "The file is empty.")


def test_other_forms_stay_small_and_guarded(browser: FlaskClient, draft: Application) -> None:
    page = visit(browser, f"/apply/{draft.id}")
    token = page.form("/submit").value("csrf_token")
    assert browser.post(f"/apply/{draft.id}/withdraw").status_code == 400
    too_much = {"csrf_token": token, "concentration_id": "x" * 1_100_000}
    assert browser.post(f"/apply/{draft.id}/choices", data=too_much).status_code == 413


class Quiet(WSGIRequestHandler):
    def log_message(self, *arguments: object) -> None:
        pass


@contextmanager
def served(app: Flask) -> Iterator[int]:
    """By a server that does as production's does: it drops the connection when something was left unread."""
    server = make_server("127.0.0.1", 0, app, handler_class=Quiet)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_refusal_is_heard_by_a_browser_that_is_still_sending(
    app: Flask, browser: FlaskClient, recording: Recording, world: Session
) -> None:
    token = token_of(browser, recording)
    with transaction():
        world.get_one(Application, recording.application_id).intake.slots[0].max_bytes = 1_000_000
    body = envelope(token, bytes(30_000_000))
    head = request_head(browser, recording, len(body))
    world.rollback()
    with served(app) as port, closing(socket.create_connection(("127.0.0.1", port))) as connection:
        connection.sendall(head + body)
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    assert answer.split(b"\r\n")[0].endswith(b"413 REQUEST ENTITY TOO LARGE")
    assert b"This file is larger than the 1 MB that can be taken here." in answer


def request_head(browser: FlaskClient, recording: Recording, length: int) -> bytes:
    cookie = browser.get_cookie("session", domain="localhost")
    assert cookie is not None
    return (
        f"POST /apply/recordings/{recording.id}/file HTTP/1.0\r\nHost: localhost\r\nCookie: session={cookie.value}\r\n"
        f"Content-Type: multipart/form-data; boundary={BOUNDARY}\r\nContent-Length: {length}\r\n\r\n"
    ).encode()


def test_a_connection_that_breaks_leaves_nothing_behind(
    app: Flask, browser: FlaskClient, recording: Recording, world: Session
) -> None:
    body = envelope(token_of(browser, recording), WAVE + bytes(400_000))
    head = request_head(browser, recording, len(body))
    world.rollback()
    with served(app) as port, closing(socket.create_connection(("127.0.0.1", port))) as connection:
        connection.sendall(head + body[:350_000])
        connection.shutdown(socket.SHUT_WR)
        while connection.recv(65536):
            pass
    assert versions(world) == []
    assert list(storage().keys("recordings")) == []
    assert list(storage().staging.iterdir()) == []  # type: ignore[attr-defined]
