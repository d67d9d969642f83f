"""A crowd, a full disk, a killed server, a sender who left: nothing that was acknowledged is lost, and all is freed."""

from __future__ import annotations

import hashlib
import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa

from portal.applications.service.uploads import finish_interrupted
from portal.core import clock, staging
from portal.core.db import db, transaction
from portal.core.storage import storage
from portal.recordings.models import Recording, Upload
from portal.recordings.service import uploads
from portal.recordings.states import UploadState
from portal.web.tus import slots
from tests.factories.applications import NOW
from tests.integration.uploads.sending import SOUND, Sender, the_version
from tests.services.processes import until


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
