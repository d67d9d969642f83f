"""Players of applicants and staff follow a link to the store when browsers reach it; reviewers never get one."""

from __future__ import annotations

import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from email.message import Message
from io import BytesIO
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.accounts.models import Person
from portal.app import create_app
from portal.core.db import db
from portal.core.s3_storage import S3Storage
from portal.core.settings import S3Place, Settings, SettingsError
from portal.core.storage import storage
from portal.recordings.models import FileVersion
from portal.reviews.models import Assignment
from portal.web.media import LINK_S
from tests.factories.reviews import Panel, make_assignment, make_audible, make_panel, versions_of
from tests.services.page import sign_in

SOUND = bytes(range(256)) * 2000
NAMES = ("Ada", "Lovelace", "night", "ada")


@pytest.fixture
def database_kind() -> str:
    """The store is what matters here."""
    return "sqlite"


@pytest.fixture
def settings(settings: Settings, s3_place: S3Place) -> Settings:
    return replace(settings, s3=replace(s3_place, public_endpoint=s3_place.endpoint))


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    application = create_app(settings)
    application.testing = True
    with application.app_context():
        store = storage()
        assert isinstance(store, S3Storage)
        store.ensure_bucket()
    yield application
    with application.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def panel(session: Session) -> Panel:
    return make_panel()


@pytest.fixture
def task(panel: Panel) -> str:
    """Clara's, with one recording that can be heard."""
    task = make_assignment(panel)
    make_audible(the_version(task).id, sound=b"original", copy=SOUND)
    return task


def the_version(task: str) -> FileVersion:
    (version,) = versions_of(db.session.get_one(Assignment, task).application_id)
    return version


def ask(client: FlaskClient, address: str, **headers: str) -> TestResponse:
    with client.application.app_context():
        return client.get(address, headers={name.replace("_", "-"): value for name, value in headers.items()})


def fetch(link: str, **headers: str) -> tuple[int, Message, bytes]:
    with urllib.request.urlopen(urllib.request.Request(link, headers=headers)) as answer:
        return answer.status, answer.headers, answer.read()


def follow(answer: TestResponse, settings: Settings, **headers: str) -> tuple[int, Message, bytes]:
    assert (answer.status_code, answer.headers["Cache-Control"]) == (302, "private, no-store")
    link = answer.headers["Location"]
    assert settings.s3 is not None
    assert link.startswith(f"{settings.s3.endpoint}/")
    return fetch(link, **headers)


def test_staff_and_the_applicant_are_sent_to_the_store(panel: Panel, task: str, app: Flask, settings: Settings) -> None:
    version = the_version(task)
    addresses = {
        f"/admin/recordings/versions/{version.id}/audio": panel.person("Grace"),
        f"/apply/recordings/{version.recording_id}/audio": the_applicant(task),
    }
    for address, person in addresses.items():
        client = app.test_client()
        sign_in(client, person)
        answer = ask(client, address, Sec_Fetch_Dest="audio")
        status, headers, body = follow(answer, settings)
        assert (status, body) == (200, SOUND)
        assert headers["Content-Type"] == "audio/wav"
        assert headers["Content-Disposition"] == 'inline; filename="recording.wav"'
        assert headers["Cache-Control"] == "private, no-store"

        status, headers, body = follow(answer, settings, Range="bytes=500000-500099")
        assert (status, body) == (206, SOUND[500_000:500_100])
        assert headers["Content-Range"] == f"bytes 500000-500099/{len(SOUND)}"


def the_applicant(task: str) -> Person:
    return db.session.get_one(Assignment, task).application.applicant


def test_a_link_says_nothing_of_whom_it_is_about_and_ends_soon(panel: Panel, task: str, client: FlaskClient) -> None:
    sign_in(client, panel.person("Grace"))
    version = the_version(task)
    link = ask(client, f"/admin/recordings/versions/{version.id}/audio").headers["Location"]
    told = parse_qs(urlsplit(link).query)

    assert told["X-Amz-Expires"] == [str(LINK_S)]
    assert told["response-content-disposition"] == ['inline; filename="recording.wav"']
    number = db.session.get_one(Assignment, task).application.number
    assert [word for word in (*NAMES, number, version.id, version.recording_id) if word in link] == []


def test_a_reviewer_hears_through_the_portal(panel: Panel, task: str, client: FlaskClient) -> None:
    sign_in(client, panel.person("Clara"))
    answer = ask(client, f"/review/{task}/recordings/1/audio", Sec_Fetch_Dest="audio", Range="bytes=10-19")
    assert (answer.status_code, answer.data) == (206, SOUND[10:20])
    assert "Location" not in answer.headers
    answer.close()


def test_what_a_script_fetches_comes_from_the_portal(panel: Panel, task: str, client: FlaskClient) -> None:
    sign_in(client, panel.person("Grace"))
    address = f"/admin/recordings/versions/{the_version(task).id}"
    for asked in (f"{address}/audio", f"{address}/waveform"):
        answer = ask(client, asked, Sec_Fetch_Dest="empty")
        assert (answer.status_code, answer.headers.get("Location")) == (200, None)
        answer.close()


def test_pages_let_players_reach_the_store_and_nothing_else_does(
    client: FlaskClient, settings: Settings, session: Session
) -> None:
    assert settings.s3 is not None
    policy = dict(
        part.strip().partition(" ")[::2] for part in ask(client, "/").headers["Content-Security-Policy"].split(";")
    )
    assert policy["media-src"] == f"'self' blob: {settings.s3.endpoint}"
    assert policy["connect-src"] == "'self'"


def test_a_link_that_has_ended_or_was_changed_is_refused(session: Session) -> None:
    key = storage().put(BytesIO(SOUND), kind="copies", max_bytes=10**7).key
    other = storage().put(BytesIO(b"another"), kind="copies", max_bytes=10**7).key

    link = storage().link(key, mime="audio/wav", file_name="recording.wav", seconds=60)
    assert link is not None
    for forged in (link.replace(key, other), link.replace("Expires=60", "Expires=6000"), link.split("?")[0]):
        with pytest.raises(urllib.error.HTTPError, match="403"):
            fetch(forged)

    short = storage().link(key, mime="audio/wav", file_name="recording.wav", seconds=1)
    assert short is not None
    until = time.monotonic() + 30
    with pytest.raises(urllib.error.HTTPError, match="403"):
        while time.monotonic() < until:
            fetch(short, Range="bytes=0-9")
            time.sleep(0.2)


def test_the_address_comes_from_the_settings() -> None:
    needed = {
        "DATABASE_URL": "sqlite://",
        "REDIS_URL": "redis://localhost",
        "SECRET_KEY": "k" * 40,
        "SECURITY_PASSWORD_SALT": "s" * 40,
        "STORAGE_DIR": "files",
        "STORAGE": "s3",
        "S3_BUCKET": "b",
        "S3_ACCESS_KEY": "a",
        "S3_SECRET_KEY": "s",
    }
    found = Settings.from_env(needed | {"S3_PUBLIC_ENDPOINT": "https://files.example.edu/"}).s3
    assert found is not None
    assert found.public_endpoint == "https://files.example.edu"
    with pytest.raises(SettingsError, match="S3_PUBLIC_ENDPOINT must be an address such as"):
        Settings.from_env(needed | {"S3_PUBLIC_ENDPOINT": "files.example.edu; script-src *"})
