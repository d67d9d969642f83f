"""A file is received when every byte is stored; a newer file takes the older one's place and both stay on record."""

from __future__ import annotations

import hashlib

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.models import Person
from portal.accounts.queries import actor_for
from portal.core.audit import AuditEntry
from portal.core.db import db, transaction
from portal.core.errors import TooLarge
from portal.core.storage import storage
from portal.programmes.models import Slot
from portal.recordings.errors import EmptyFile, RecordingGone
from portal.recordings.models import FileVersion, Recording
from portal.recordings.service.receive import clean_name
from portal.recordings.states import Processing
from tests.factories.applications import NOW, add_recording, make_application
from tests.factories.receiving import receive

SOUND = b"RIFF" + bytes(range(256)) * 40


@pytest.fixture
def recording(session: Session) -> Recording:
    application = make_application(filled=False)
    slot = session.scalars(sa.select(Slot)).first()
    assert slot is not None
    return add_recording(application, slot)


def send(recording: Recording, sound: bytes = SOUND, *, name: str = "night bus.wav", most: int = 10**6) -> FileVersion:
    actor = actor_for(db.session.scalars(sa.select(Person)).one())
    return receive(recording.id, sound, actor=actor, name=name, most=most)


def test_a_received_file_is_whole_hashed_and_on_record(recording: Recording) -> None:
    version = send(recording)

    assert version.state is Processing.RECEIVED
    assert (version.number, version.generation, version.attempt) == (1, 1, 0)
    assert (version.size_bytes, version.sha256) == (len(SOUND), hashlib.sha256(SOUND).hexdigest())
    with storage().open(version.storage_key) as file:
        assert file.read() == SOUND
    entry = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "recording.receive")).one()
    assert entry.after["sha256"] == version.sha256
    assert entry.application_id == recording.application_id


def test_a_newer_file_supersedes_and_the_older_one_stays(recording: Recording) -> None:
    first = send(recording)
    second = send(recording, SOUND + b"better", name="night bus final.wav")
    db.session.refresh(first)

    assert (first.state, second.state) == (Processing.SUPERSEDED, Processing.RECEIVED)
    assert second.number == 2
    assert storage().size(first.storage_key) == len(SOUND)


@pytest.mark.parametrize(("sound", "error"), [(b"", EmptyFile), (b"x" * 2000, TooLarge)])
def test_what_is_refused_leaves_neither_row_nor_file(
    recording: Recording, sound: bytes, error: type[Exception]
) -> None:
    with pytest.raises(error):
        send(recording, sound, most=1000)

    assert db.session.scalars(sa.select(FileVersion)).all() == []
    assert list(storage().keys("recordings")) == []


def test_a_recording_that_was_removed_meanwhile_takes_no_file(recording: Recording) -> None:
    with transaction():
        recording.removed_at = NOW

    with pytest.raises(RecordingGone, match="removed in the meantime"):
        send(recording)
    assert list(storage().keys("recordings")) == []


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("C:\\Users\\Ada\\mix.wav", "mix.wav"),
        ("../../etc/passwd", "passwd"),
        ("mix\x00\r\n.wav", "mix.wav"),
        ("  two   spaces .wav ", "two spaces .wav"),
        ("", "recording"),
        ("x" * 300 + ".flac", "x" * 195 + ".flac"),
    ],
)
def test_a_name_is_only_ever_the_last_part_and_never_long(given: str, kept: str) -> None:
    assert clean_name(given) == kept
