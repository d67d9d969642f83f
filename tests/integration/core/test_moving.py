"""Files move from one home to the other and back: each is read back, a stop loses nothing, damage is told."""

from __future__ import annotations

import hashlib
import os
import signal
import sqlite3
import subprocess
import sys
import time
from io import BytesIO
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from flask import Flask
from sqlalchemy.orm import Session

from portal.bootstrap import bucket
from portal.cli.__main__ import cli
from portal.core import moving
from portal.core.db import transaction
from portal.core.local_storage import LocalStorage
from portal.core.s3_storage import S3Storage
from portal.core.settings import S3Place, Settings
from portal.core.storage import Storage
from portal.programmes.models import Slot
from tests.factories.applications import add_file, add_recording, make_application

REPO = Path(__file__).resolve().parents[3]


class World:
    """Both homes of one installation, with rows that name what lies in the folder."""

    def __init__(self, settings: Settings, place: S3Place, session: Session) -> None:
        self.settings, self.place = settings, place
        self.folder: Storage = LocalStorage(settings.storage_dir)
        self.s3: S3Storage = bucket(settings, place)
        self.s3.ensure_bucket()
        recording = add_recording(make_application(filled=False), session.scalars(sa.select(Slot)).one())
        self.recording, self.numbers = recording, iter(range(1, 1000))

    def add(self, content: bytes, *, home: Storage | None = None) -> str:
        """The key of a received file that a row names, with its hash."""
        kept = (home or self.folder).put(BytesIO(content), kind="recordings", max_bytes=10**9)
        version = add_file(self.recording, number=next(self.numbers))
        with transaction():
            version.storage_key, version.sha256, version.size_bytes = kept.key, kept.sha256, kept.size_bytes
        return kept.key

    def move(self, source: Storage, target: Storage, **how: bool) -> moving.Account:
        name = "s3" if target is self.s3 else "folder"
        with moving.ledger(self.settings.storage_dir / f"moved-to-{name}.sqlite3") as ledger:
            return moving.Move(source, target, ledger).copy(**how)

    def empty(self, source: Storage, target: Storage) -> moving.Account:
        name = "s3" if target is self.s3 else "folder"
        with moving.ledger(self.settings.storage_dir / f"moved-to-{name}.sqlite3") as ledger:
            return moving.Move(source, target, ledger).delete_source()

    def environment(self, *, storage: str) -> dict[str, str]:
        return os.environ | {
            "DATABASE_URL": self.settings.database_url,
            "REDIS_URL": self.settings.redis_url,
            "SECRET_KEY": self.settings.secret_key,
            "SECURITY_PASSWORD_SALT": self.settings.password_salt,
            "STORAGE_DIR": str(self.settings.storage_dir),
            "STORAGE": storage,
            "S3_BUCKET": self.place.bucket,
            "S3_ENDPOINT": self.place.endpoint or "",
            "S3_ACCESS_KEY": self.place.access_key,
            "S3_SECRET_KEY": self.place.secret_key,
        }

    def command(self, *options: str) -> subprocess.Popen[str]:
        """The command as a process of its own, to be stopped."""
        return subprocess.Popen(
            [sys.executable, "-m", "portal.cli", "move-storage", *options],
            cwd=REPO,
            env=self.environment(storage="folder"),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, *options: str, storage: str = "folder") -> tuple[int, str]:
        """The command to its end. Its exit code, and what it said."""
        before = signal.getsignal(signal.SIGTERM)
        try:
            done = CliRunner().invoke(cli, ["move-storage", *options], env=self.environment(storage=storage))
        finally:
            signal.signal(signal.SIGTERM, before)
        return done.exit_code, done.output


@pytest.fixture
def database_kind() -> str:
    """What differs here is the home of the files; the rows are asked one question."""
    return "sqlite"


@pytest.fixture
def world(
    app: Flask, settings: Settings, s3_place: S3Place, session: Session, monkeypatch: pytest.MonkeyPatch
) -> World:
    monkeypatch.setattr("portal.bootstrap.base_app", lambda _settings: app)
    return World(settings, s3_place, session)


def sha256(store: Storage, key: str) -> str:
    with store.open(key) as file:
        return hashlib.sha256(file.read()).hexdigest()


def test_everything_goes_to_the_bucket_and_back_with_its_hash(world: World) -> None:
    sounds = [bytes([number]) * 500_000 for number in range(5)] + [bytes(range(256)) * 70_000]
    keys = [world.add(sound) for sound in sounds]
    picture = world.folder.put(BytesIO(b"{}"), kind="waveforms", max_bytes=10).key

    there = world.move(world.folder, world.s3)
    assert (there.seen, there.moved, there.there_already, there.problems) == (7, 7, 0, [])
    assert there.moved_bytes == sum(map(len, sounds)) + 2
    assert [sha256(world.s3, key) for key in keys] == [hashlib.sha256(sound).hexdigest() for sound in sounds]
    assert [world.folder.size(key) for key in [*keys, picture]] == [*map(len, sounds), 2]

    late = world.add(b"arrived meanwhile")
    again = world.move(world.folder, world.s3)
    assert (again.seen, again.moved, again.there_already) == (8, 1, 7)

    emptied = world.empty(world.folder, world.s3)
    assert (emptied.deleted, emptied.problems) == (8, [])
    assert list(world.folder.keys("recordings")) == list(world.folder.keys("waveforms")) == []

    back = world.move(world.s3, world.folder)
    assert (back.moved, back.problems) == (8, [])
    assert [sha256(world.folder, key) for key in keys] == [hashlib.sha256(sound).hexdigest() for sound in sounds]
    assert sha256(world.folder, late) == hashlib.sha256(b"arrived meanwhile").hexdigest()
    assert list(world.folder.staging.iterdir()) == []


def test_a_flipped_byte_is_told_and_not_moved(world: World) -> None:
    good, bad = world.add(b"good" * 1000), world.add(b"fine" * 1000)
    with world.folder.local_path(bad) as path:
        path.write_bytes(b"fine" * 999 + b"fire")

    account = world.move(world.folder, world.s3)

    assert account.problems == [f"damaged in the old home: {bad} is not what was received; not moved"]
    assert (account.moved, world.s3.size(good), world.s3.size(bad)) == (1, 4000, None)


def test_what_is_damaged_in_the_new_home_keeps_its_original(world: World) -> None:
    key = world.add(b"good" * 1000)
    world.move(world.folder, world.s3)
    world.s3.client.put_object(Bucket=world.place.bucket, Key=key, Body=b"good" * 999 + b"goat")
    damaged = f"damaged in the new home: {key}; the next pass copies it again"

    assert world.move(world.folder, world.s3).problems == []  # not read again unless that is asked for
    assert world.move(world.folder, world.s3, read_again=True).problems == [damaged]
    assert world.empty(world.folder, world.s3).problems == [
        f"not deleted: {key} is not whole in the new home; move it again"
    ]
    assert world.folder.size(key) == 4000

    assert world.move(world.folder, world.s3).moved == 1
    assert sha256(world.s3, key) == hashlib.sha256(b"good" * 1000).hexdigest()


def test_a_file_that_is_in_neither_home_is_told(world: World) -> None:
    key = world.add(b"sound")
    world.folder.delete(key)

    (problem,) = world.move(world.folder, world.s3).problems
    assert problem.startswith(f"missing in both homes: {key}, which the row ")


def test_a_move_that_was_stopped_and_killed_goes_on_where_it_was(world: World) -> None:
    keys = [world.add(os.urandom(50_000)) for _ in range(60)]
    whole = 0
    for stop, code in ((signal.SIGTERM, 130), (signal.SIGKILL, -signal.SIGKILL)):
        process = world.command("--to", "s3")
        whole = noted(world, process, at_least=whole + 3)
        process.send_signal(stop)
        said, _ = process.communicate(timeout=60)
        assert process.returncode == code, said
        whole = noted(world, process, at_least=whole)
        assert whole < len(keys), "the move was over before it could be stopped"

    account = world.move(world.folder, world.s3)

    assert (account.seen, account.problems) == (60, [])
    # One file may have been copied and not yet noted down when the move was killed.
    assert account.there_already - whole in (0, 1)
    assert account.moved == 60 - account.there_already
    assert [sha256(world.s3, key) for key in keys] == [sha256(world.folder, key) for key in keys]


def noted(world: World, process: subprocess.Popen[str], *, at_least: int) -> int:
    """How many files the ledger calls whole, as soon as there are so many."""
    path = world.settings.storage_dir / "moved-to-s3.sqlite3"
    until = time.monotonic() + 60
    while time.monotonic() < until:
        if path.exists():
            connection = sqlite3.connect(path, timeout=10)
            try:
                (count,) = connection.execute("SELECT count(*) FROM whole").fetchone()
            except sqlite3.OperationalError:
                count = 0
            finally:
                connection.close()
            if count >= at_least:
                return int(count)
        time.sleep(0.01)
    process.kill()
    raise AssertionError(process.communicate()[0])


def test_the_command_gives_an_account_and_deletes_only_behind_the_switch(world: World) -> None:
    key = world.add(b"sound" * 100)

    code, said = world.run("--to", "s3")
    assert (code, said) == (0, "1 files looked at, 1 moved (0.0 MB), 0 there already, 0 problems.\n")

    code, said = world.run("--to", "s3", "--delete-source")
    assert code == 1
    assert "The portal still works with the other home: STORAGE is folder, not s3." in said
    assert world.folder.size(key) == 500

    code, said = world.run("--to", "s3", "--delete-source", storage="s3")
    assert (code, said) == (0, "1 files deleted from the old home, 0 problems.\n")
    assert (world.folder.size(key), world.s3.size(key)) == (None, 500)

    world.s3.delete(key)
    code, said = world.run("--to", "folder", storage="s3")
    assert code == 1
    assert f"missing in both homes: {key}" in said


def test_a_bucket_that_is_away_is_a_sentence(world: World) -> None:
    world.place = S3Place(**{**vars(world.place), "endpoint": "http://127.0.0.1:1"})

    code, said = world.run("--to", "s3")

    assert (code, said) == (
        1,
        "Error: The store of files does not answer just now. Please try again in a few minutes.\n",
    )
