"""An intake, people who apply to it, and their sessions, put straight into the database of a demo."""

from __future__ import annotations

import hashlib
import io
import secrets
import wave
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path

import numpy as np
from flask import Flask

from portal.accounts.models import Person
from portal.applications.models import Application
from portal.checks.preset import all_presets
from portal.core import clock, schema
from portal.core.db import transaction
from portal.core.settings import Settings
from portal.core.storage import StoredFile, storage
from portal.programmes.models import Intake, Programme, RuleSet, Slot
from portal.programmes.states import IntakeState
from portal.recordings.models import FileVersion, Recording
from portal.recordings.states import Processing
from portal.stack.state import State

RATE_HZ = 44_100
WAITING_SOUND_S = 20
PRESET = "own_recording_portfolio"


@dataclass
class Sender:
    """Somebody who sends a recording, what the server has said that it has, and how it ended."""

    cookie: str
    recording_id: str
    number: int
    sound: bytes
    address: str = ""
    offset: int = 0
    done: bool = False
    refused: str = ""
    lost_bytes: int = 0

    @property
    def size(self) -> int:
        return len(self.sound)

    @property
    def ended(self) -> bool:
        return self.done or bool(self.refused)

    @property
    def upload_id(self) -> str:
        return self.address.rpartition("/")[2]

    def content(self) -> bytes:
        """Everybody's file is another one: a number in its last samples."""
        return self.sound[:-4] + self.number.to_bytes(4, "little")

    def piece(self, start: int, length: int) -> bytes:
        end = min(start + length, self.size)
        return self.content()[start:end] if end > self.size - 4 else self.sound[start:end]

    def sha256(self) -> str:
        return hashlib.sha256(self.content()).hexdigest()

    def notice_loss(self, offset: int) -> None:
        """The server may have more than it acknowledged, never less."""
        self.lost_bytes += max(0, self.offset - offset)


@dataclass(frozen=True)
class Waiter:
    """Somebody whose recording waits for its check."""

    cookie: str
    recording_id: str

    @property
    def address(self) -> str:
        return f"/apply/recordings/{self.recording_id}/sound"


class Crowd:
    def __init__(self, folder: Path) -> None:
        self._state = State(folder.resolve())
        self._mark = secrets.token_hex(4)

    def prepare(self, state: State) -> None:
        """Before a demo starts for the first time: with somebody in the database it is not seeded."""
        schema.upgrade(state.database_url)
        with self.app.app_context():
            self._persons(1)

    @cached_property
    def app(self) -> Flask:
        from portal.app import create_app

        kept = self._state.secrets()
        return create_app(
            Settings(
                database_url=self._state.database_url,
                redis_url="redis://127.0.0.1:1/0",  # nothing is sent from here: housekeeping finds what waits
                secret_key=kept["SECRET_KEY"],
                password_salt=kept["SECURITY_PASSWORD_SALT"],
                storage_dir=self._state.files,
            )
        )

    def add_senders(self, count: int, *, seconds: int) -> list[Sender]:
        sound = _wav(seconds)
        with self.app.app_context():
            placed = self._recordings(count)
        return [Sender(cookie, recording_id, number, sound) for number, (cookie, recording_id) in enumerate(placed)]

    def add_waiters(self, count: int) -> list[Waiter]:
        """Their files lie in the store already and wait; one file does for all."""
        with self.app.app_context():
            placed = self._recordings(count)
            stored = storage().put(io.BytesIO(_wav(WAITING_SOUND_S)), kind="recordings", max_bytes=10**9)
            # Aged a little, so that the next round of housekeeping sends them to the workers.
            queued_at = clock.now() - timedelta(minutes=2)
            with transaction() as session:
                session.add_all(
                    _waiting_file(recording_id, stored, queued_at=queued_at + timedelta(milliseconds=place))
                    for place, (_, recording_id) in enumerate(placed)
                )
        return [Waiter(cookie, recording_id) for cookie, recording_id in placed]

    def _recordings(self, count: int) -> list[tuple[str, str]]:
        """A session and an empty recording for each of so many new people."""
        intake_id, slot_id = self._asked
        people = self._persons(count)
        made = []
        with transaction() as session:
            for person_id, cookie in people:
                application = Application(
                    number=f"S{secrets.token_hex(5)}", applicant_id=person_id, intake_id=intake_id
                )
                session.add(application)
                session.flush()
                recording = Recording(application_id=application.id, slot_id=slot_id, title="Night Bus")
                session.add(recording)
                session.flush()
                made.append((cookie, recording.id))
        return made

    def _persons(self, count: int) -> list[tuple[str, str]]:
        sign = self.app.session_interface.get_signing_serializer(self.app)
        with transaction() as session:
            people = [
                Person(
                    email=f"{secrets.token_hex(6)}@storm.example.org",
                    full_name="Ada Storm",
                    confirmed_at=clock.now(),
                )
                for _ in range(count)
            ]
            session.add_all(people)
            session.flush()
            return [(one.id, sign.dumps({"_user_id": one.fs_uniquifier, "_fresh": True})) for one in people]

    @cached_property
    def _asked(self) -> tuple[str, str]:
        """The ids of an open intake and of its one slot."""
        now = clock.now()
        rules = [
            {"check_key": rule.check_key, "params": dict(rule.params), "severity": rule.severity.value}
            for rule in all_presets()[PRESET].rules
        ]
        with transaction() as session:
            programme = Programme(slug=f"storm-{self._mark}", title="Storm", degree="M.M.", school="Lakeside")
            session.add(programme)
            session.flush()
            intake = Intake(
                programme_id=programme.id,
                title=f"Storm {self._mark}",
                state=IntakeState.PUBLISHED,
                time_zone="UTC",
                opens_at=now - timedelta(days=30),
                start_cutoff_at=now + timedelta(hours=2),
                visible_deadline_at=now + timedelta(hours=2),
            )
            session.add(intake)
            session.flush()
            slot = Slot(intake_id=intake.id, title="Own production", min_items=1, max_items=2)
            session.add(slot)
            session.flush()
            session.add(RuleSet(slot_id=slot.id, version=1, rules=rules))
            return intake.id, slot.id


def _waiting_file(recording_id: str, stored: StoredFile, *, queued_at: datetime) -> FileVersion:
    return FileVersion(
        recording_id=recording_id,
        number=1,
        state=Processing.RECEIVED,
        original_name="night bus.wav",
        storage_key=stored.key,
        size_bytes=stored.size_bytes,
        sha256=stored.sha256,
        received_at=queued_at,
        queued_at=queued_at,
    )


def _wav(seconds: int) -> bytes:
    """Music-like enough for every detector to have something to do: a chord under noise that swells."""
    t = np.arange(seconds * RATE_HZ) / RATE_HZ
    noise = np.random.default_rng(7).normal(0, 0.02, (len(t), 2))
    chord = sum(np.sin(2 * np.pi * pitch * t) for pitch in (220.0, 277.2, 329.6, 1108.7)) * 0.08
    sound = (chord * (0.6 + 0.4 * np.sin(2 * np.pi * 0.2 * t)))[:, None] + noise
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes((np.clip(sound, -1, 1) * 32767).astype("<i2").tobytes())
    return out.getvalue()
