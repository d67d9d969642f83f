"""A listening copy is made once, whoever dies and however often the message comes, and without a name in it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core import clock, queue
from portal.core.audit import AuditEntry
from portal.core.db import db, transaction
from portal.core.queue import send_now
from portal.core.storage import storage
from portal.programmes.models import Slot
from portal.recordings.models import FileVersion
from portal.recordings.service import copies
from portal.recordings.service.receive import KIND
from portal.recordings.states import Processing
from tests.factories.applications import add_file, add_recording, make_application
from tests.services.worker import Worker, wait_for
from tests.signals.files import chunk, wav
from tests.signals.tones import both, sine

PLANTED = b"Ada Lindqvist"
SOUND = both(sine(0.4, 2.0, 44_100))


@pytest.fixture
def version(session: Session) -> FileVersion:
    """A checked version whose bytes carry a name."""
    application = make_application(filled=False)
    slot = session.scalars(sa.select(Slot)).one()
    made = add_file(add_recording(application, slot))
    file = wav(SOUND, 44_100, kind="pcm24", after=chunk(b"LIST", b"INFO" + chunk(b"IART", PLANTED)))
    stored = storage().put(BytesIO(file), kind=KIND, max_bytes=10**8)
    set_to(made, storage_key=stored.key, checked_at=clock.now())
    return made


def set_to(version: FileVersion, **values: object) -> None:
    with transaction():
        db.session.execute(sa.update(FileVersion).where(FileVersion.id == version.id).values(**values))


def claim(version: FileVersion) -> copies.CopyClaim | None:
    return copies.claim(version.id, generation=version.generation)


def held(version: FileVersion) -> copies.CopyClaim:
    found = claim(version)
    assert found is not None
    return found


def fresh(version: FileVersion) -> FileVersion:
    db.session.rollback()
    db.session.refresh(version)
    return version


def stored_copies() -> list[str]:
    return list(storage().keys(copies.KIND))


def test_a_copy_is_kept_once(version: FileVersion) -> None:
    first = held(version)
    assert claim(version) is None
    assert copies.record(first, BytesIO(b"the sound"), mime="audio/wav")
    found = fresh(version)
    assert (found.copy_mime, found.copy_error) == ("audio/wav", "")
    assert stored_copies() == [found.copy_key]
    with storage().open(found.copy_key) as kept:
        assert kept.read() == b"the sound"
    assert claim(version) is None
    assert not copies.record(first, BytesIO(b"a late one"), mime="audio/wav")
    assert stored_copies() == [fresh(version).copy_key]


def test_a_worker_that_went_silent_is_followed_by_another_and_its_result_is_dropped(version: FileVersion) -> None:
    now = clock.now()
    silent = held(version)
    with clock.frozen(now + timedelta(minutes=5)):
        second = held(version)
        assert not copies.renew(silent)
        assert not copies.record(silent, BytesIO(b"too late"), mime="audio/wav")
        assert copies.renew(second)
        assert copies.record(second, BytesIO(b"in time"), mime="audio/flac")
    assert fresh(version).copy_mime == "audio/flac"
    assert len(stored_copies()) == 1


def test_after_three_attempts_the_staff_read_why(version: FileVersion) -> None:
    now = clock.now()
    for minutes in (0, 5, 10):
        with clock.frozen(now + timedelta(minutes=minutes)):
            held(version)
    with clock.frozen(now + timedelta(minutes=15)):
        assert claim(version) is None
        assert copies.requeue_stuck() == 0
    assert "started several times" in fresh(version).copy_error
    assert db.session.query(AuditEntry).filter_by(action="recording.no_copy").count() == 1


def test_a_released_claim_can_be_taken_at_once(version: FileVersion) -> None:
    copies.release(held(version))
    assert claim(version) is not None


def test_only_checked_versions_of_the_same_generation_are_copied(version: FileVersion) -> None:
    assert copies.claim(version.id, generation=version.generation + 1) is None
    for state in (Processing.RECEIVED, Processing.CHECKING, Processing.SUPERSEDED, Processing.PURGED):
        set_to(version, state=state)
        assert claim(version) is None
    set_to(version, state=Processing.NEEDS_STAFF)
    assert claim(version) is not None


def test_housekeeping_sends_what_stopped_moving_once_a_minute(version: FileVersion) -> None:
    long_ago = clock.now() - timedelta(hours=1)
    set_to(version, checked_at=long_ago, queued_at=long_ago)
    unreadable = add_file(version.recording, number=2)
    set_to(unreadable, checked_at=long_ago, queued_at=long_ago, duration_s=None)
    assert copies.requeue_stuck() == 1
    assert copies.requeue_stuck() == 0
    set_to(version, queued_at=long_ago)
    assert copies.requeue_stuck() == 0, "its message waits in the queue"
    running = held(version)
    assert copies.requeue_stuck() == 0
    copies.record(running, BytesIO(b"the sound"), mime="audio/wav")
    assert copies.requeue_stuck() == 0


def test_a_worker_makes_the_copy_or_says_why_not(version: FileVersion, start_worker: Callable[..., Worker]) -> None:
    words = storage().put(BytesIO(b"These are only words."), kind=KIND, max_bytes=100)
    no_sound = add_file(version.recording, number=2)
    set_to(no_sound, storage_key=words.key)
    start_worker("media")
    for one in (version, no_sound):
        send_now(queue.MAKE_LISTENING_COPY, version_id=one.id, generation=one.generation)
    wait_for(lambda: bool(fresh(version).copy_key and fresh(no_sound).copy_error), within_s=60, what="both copies")
    with storage().open(version.copy_key) as copy:
        assert copy.read() == wav(SOUND, 44_100, kind="pcm24")
    assert version.copy_mime == "audio/wav"
    assert no_sound.copy_error == "This is not a sound file that we can read."
    assert no_sound.copy_key == ""
    assert claim(no_sound) is None


def test_what_a_killed_worker_left_is_cleared_away_once_it_is_old(version: FileVersion) -> None:
    left = storage().staging / f"{copies.SCRATCH}left"
    left.mkdir()
    (left / "copy").write_bytes(b"half a copy")
    assert copies.sweep_scratch() == 0
    with clock.frozen(clock.now() + timedelta(hours=7)):
        assert copies.sweep_scratch() == 1
    assert not left.exists()
