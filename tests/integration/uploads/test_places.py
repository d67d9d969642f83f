"""Where files may go: what the form for several files is told, and the recordings that it asks for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portal.accounts.models import Person
from portal.applications.models import Application
from portal.core import clock
from portal.core.db import db, transaction
from portal.programmes.models import Slot
from portal.recordings.models import Recording, Upload
from portal.recordings.service import uploads
from portal.recordings.states import UploadState
from tests.factories.applications import NOW, add_file, add_recording, make_application
from tests.factories.cast import acting_as
from tests.integration.applications.browsing import signed_in_as
from tests.services.page import Page

JSON = {"Accept": "application/json"}


@pytest.fixture
def recording(session: Session) -> Iterator[Recording]:
    with clock.frozen(NOW):
        application = make_application(filled=False)
        yield add_recording(application, session.scalars(sa.select(Slot)).one(), title="Night Bus")


@pytest.fixture
def ada(app: Flask, recording: Recording) -> FlaskClient:
    return signed_in_as(app, db.session.scalars(sa.select(Person)).one())


def slots(browser: FlaskClient, recording: Recording) -> list[dict[str, Any]]:
    answer = browser.get(f"/apply/{recording.application_id}/places", headers=JSON)
    assert answer.json is not None
    found: list[dict[str, Any]] = answer.json["slots"]
    return found


def test_every_recording_and_every_free_place_is_named(ada: FlaskClient, recording: Recording) -> None:
    (slot,) = slots(ada, recording)

    assert (slot["title"], slot["max_bytes"]) == ("Own production 1", 500_000_000)
    first, second = slot["places"]
    assert (first["id"], first["label"], first["open"], first["holds"]) == (recording.id, "Night Bus", True, "")
    assert first["endpoint"] == f"/apply/uploads/{recording.id}"
    assert (second["label"], second["open"]) == ("A new recording, number\N{NO-BREAK SPACE}2", True)
    assert "endpoint" not in second


def test_what_was_begun_is_told_with_its_place_and_on_the_page(ada: FlaskClient, recording: Recording) -> None:
    owner = db.session.scalars(sa.select(Person)).one()
    upload = uploads.begin(recording.id, actor=acting_as(owner), original_name="bus.wav", size_bytes=2000)
    uploads.staged(upload.id).path.write_bytes(bytes(500))
    upload_id = upload.id

    begun = slots(ada, recording)[0]["places"][0]["begun"]
    words = Page(ada.get(f"/apply/{recording.application_id}").text).words

    assert begun == [{"id": upload_id, "name": "bus.wav", "size_bytes": 2000}]
    assert "You have begun to send “bus.wav”. 25 % of it is here" in words
    assert "anywhere else, and after signing out, it is sent from the beginning" in words
    assert "“bus.wav”: 25 % is here. Choose it again in the browser in which you began to go on." in words


def test_the_rest_may_arrive_until_the_upload_expires_or_the_deadline_and_its_grace_are_over(
    ada: FlaskClient, recording: Recording
) -> None:
    begin_to_send(recording, arrived=500)
    pages = (f"/apply/{recording.application_id}", f"/apply/recordings/{recording.id}")
    for address in pages:
        assert "the rest can arrive until Tue 24 Nov 2026, 07:00 EST" in Page(ada.get(address).text).words
    with transaction():
        db.session.get_one(Application, recording.application_id).intake.visible_deadline_at = NOW + timedelta(hours=2)
    for address in pages:
        assert "the rest can arrive until Sun 22 Nov 2026, 10:00 EST" in Page(ada.get(address).text).words


def begin_to_send(recording: Recording, *, arrived: int, size: int = 2000) -> None:
    owner = db.session.scalars(sa.select(Person)).one()
    upload = uploads.begin(recording.id, actor=acting_as(owner), original_name="bus.wav", size_bytes=size)
    uploads.staged(upload.id).path.write_bytes(bytes(arrived))


def test_of_one_file_begun_twice_the_furthest_is_told_and_both_are_discarded(
    ada: FlaskClient, recording: Recording
) -> None:
    address = f"/apply/recordings/{recording.id}"
    begin_to_send(recording, arrived=960)
    begin_to_send(recording, arrived=240)

    page = Page(ada.get(address).text)
    assert "48 % of it is here" in page.words
    assert "12 % of it" not in page.words
    form = page.form("/give-up")
    after = ada.post(form.action, data={"csrf_token": form.value("csrf_token")}, follow_redirects=True)

    assert "What had arrived of bus.wav is deleted." in Page(after.text).words
    assert "You have begun to send" not in Page(after.text).words


def test_what_has_arrived_whole_since_is_not_told_as_begun(ada: FlaskClient, recording: Recording) -> None:
    begin_to_send(recording, arrived=960, size=173_400_000)
    assert len(slots(ada, recording)[0]["places"][0]["begun"]) == 1
    assert "You have begun to send" in Page(ada.get(f"/apply/recordings/{recording.id}").text).words
    with clock.frozen(NOW + timedelta(minutes=5)):
        add_file(recording, name="bus.wav")

    assert "You have begun to send" not in Page(ada.get(f"/apply/recordings/{recording.id}").text).words
    assert slots(ada, recording)[0]["places"][0]["begun"] == []


def test_a_place_that_is_not_there_yet_is_made_once_for_its_file(ada: FlaskClient, recording: Recording) -> None:
    application = db.session.get_one(Application, recording.application_id)
    token = Page(ada.get(f"/apply/{application.id}").text).form("/recordings").value("csrf_token")
    address = slots(ada, recording)[0]["places"][1]["add"]

    made = ada.post(address, headers={**JSON, "X-CSRFToken": token})
    full = ada.post(address, headers={**JSON, "X-CSRFToken": token})

    assert made.status_code == 201
    assert made.json is not None
    new = made.json["endpoint"].removeprefix("/apply/uploads/")
    assert db.session.get_one(Recording, new).slot_id == recording.slot_id
    assert made.json["remove"] == f"/apply/recordings/{new}/remove"
    assert full.json is not None
    assert "takes at most 2" in full.json["error"]["message"]
    assert db.session.scalars(sa.select(Upload).where(Upload.state == UploadState.OPEN)).all() == []
