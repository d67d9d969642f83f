"""`make demo` as the person at the terminal has it: real processes, started, broken and stopped."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from portal.accounts.models import Person
from portal.bootstrap import load_models
from portal.core.db import db
from portal.core.settings import Settings
from portal.recordings.states import Processing
from portal.seed.cast import SIGN_INS
from portal.stack.state import State, opened
from portal.stack.valkey import free_port
from tests.factories.sounds import long_flac, tone, wav
from tests.services.compose import ROOT
from tests.services.processes import all_gone, family_of, until
from tests.services.running import Sender, session_cookie
from tests.stack.drills.story import (
    an_open_application,
    assert_arrived,
    assert_checked_once,
    its_lease_runs_out,
    owner_of,
    put_in,
    state_of,
    until_checked,
)

PATIENCE_S = 120


class RunningDemo:
    def __init__(self, state: Path, *arguments: str) -> None:
        self.state = state
        with (state.parent / "said.txt").open("wb") as said:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "portal.cli", "demo", "--state", str(state), *arguments],
                cwd=ROOT,
                stdout=said,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                env={name: value for name, value in os.environ.items() if not name.endswith("_URL")},
            )

    @property
    def said(self) -> str:
        return (self.state.parent / "said.txt").read_text()

    @property
    def address(self) -> str:
        return re.search(r"Open +(http://\S+)", self.said)[1]

    @property
    def port(self) -> int:
        return int(self.address.rpartition(":")[2])

    def child(self, *words: str) -> psutil.Process:
        """The one direct child whose command line holds all these words."""
        children = psutil.Process(self.process.pid).children()
        [found] = [child for child in children if all(word in " ".join(child.cmdline()) for word in words)]
        return found

    def until(self, holds: Callable[[], object]) -> None:
        until(holds, within_s=PATIENCE_S, story=lambda: self.said)


@pytest.fixture(scope="module")
def inhabited_database(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("inhabited") / "soundcheck.sqlite3"
    shutil.copyfile(sqlite_template, path)
    load_models()
    engine = sa.create_engine(f"sqlite:///{path}")
    with Session(engine) as session:
        session.add(Person(email="ada@example.org", full_name="Ada Lovelace"))
        session.commit()
    engine.dispose()
    return path


@pytest.fixture
def state(tmp_path: Path, inhabited_database: Path) -> Path:
    """The folder of a demo that ran before: its database has people in it, so nothing is seeded again."""
    folder = tmp_path / "a folder"
    (folder / "database").mkdir(parents=True)
    (folder / "demo.lock").touch()
    shutil.copyfile(inhabited_database, folder / "database" / "soundcheck.sqlite3")
    return folder


@contextmanager
def running(state: Path, *arguments: str) -> Iterator[RunningDemo]:
    demo = RunningDemo(state, *arguments)
    try:
        demo.until(lambda: "Ctrl-C stops everything" in demo.said or demo.process.poll() is not None)
        assert demo.process.poll() is None, demo.said
        yield demo
    finally:
        demo.process.send_signal(signal.SIGTERM)
        demo.process.wait(PATIENCE_S)


def test_it_serves_mends_a_worker_refuses_a_twin_and_stops_on_ctrl_c(state: Path) -> None:
    with running(state) as demo:
        with urllib.request.urlopen(demo.address, timeout=10) as page:
            assert "<main" in page.read().decode()
        for sign_in in SIGN_INS:
            assert all(cell in demo.said for cell in sign_in)

        twin = refusal("--state", str(state))
        assert f"a demo runs in {state} already" in twin
        assert demo.address in twin

        demo.child("celery", "checks@").kill()
        demo.until(lambda: "worker-checks was ended by SIGKILL. Its last lines" in demo.said)
        demo.until(lambda: "worker-checks was started again (1 of at most 3 times)" in demo.said)

        family = family_of(demo.process.pid)
        assert len(family) >= 8, "supervisor, warden, broker, web, two workers with children, clock"
        demo.process.send_signal(signal.SIGINT)
        assert demo.process.wait(PATIENCE_S) == 0
        assert all_gone(family)
        assert "Everything you did is kept" in demo.said


def test_without_its_web_server_it_says_so_and_stops(state: Path) -> None:
    with running(state) as demo:
        family = family_of(demo.process.pid)
        demo.child("gunicorn").kill()
        assert demo.process.wait(PATIENCE_S) == 1
        assert "web was ended by SIGKILL. Its last lines" in demo.said
        assert "Starting gunicorn" in demo.said
        assert all_gone(family)


def test_killed_outright_it_leaves_no_orphan_and_the_next_start_goes_on_where_it_was(state: Path) -> None:
    with running(state) as demo, inside(state) as app:
        sending, waiting = an_open_application()
        cookie = session_cookie(app, owner_of(sending))
        sender = Sender(demo.port, cookie, wav(tone(6.0)), files=State(state).files)
        assert sender.begin(sending.id).status == 201
        assert sender.send(200_000).status == 204
        listened = put_in(waiting, long_flac(900), name="long.flac")
        demo.until(lambda: state_of(listened) is Processing.CHECKING)

        family = family_of(demo.process.pid)
        demo.process.kill()
        demo.process.wait()
        with opened(state):  # the kernel opens the lock while it takes the last of them apart
            until(lambda: all_gone(family), within_s=2)

    with running(state) as demo, inside(state):
        sender.port = demo.port
        assert sender.look() == 200_000
        assert sender.send().status == 204
        arrived = assert_arrived(sender)
        its_lease_runs_out(listened)
        until_checked(arrived, listened, story=lambda: demo.said)
        assert_checked_once(arrived, listened)


@contextmanager
def inside(folder: Path) -> Iterator[Flask]:
    """The demo's own settings in this process: its database, its files, its broker."""
    from portal.app import create_app

    state = State(folder)
    broker = dict(line.split(" ", 1) for line in (state.broker / "valkey.conf").read_text().splitlines())
    secrets = state.secrets()
    app = create_app(
        Settings(
            database_url=state.database_url,
            redis_url=f"redis://:{broker['requirepass']}@127.0.0.1:{broker['port']}/0",
            secret_key=secrets["SECRET_KEY"],
            password_salt=secrets["SECURITY_PASSWORD_SALT"],
            storage_dir=state.files,
        )
    )
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def refusal(*arguments: str) -> str:
    refused = subprocess.run(
        [sys.executable, "-m", "portal.cli", "demo", *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert refused.returncode == 1
    return refused.stdout


def test_a_strangers_folder_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.odt").touch()
    assert "holds other things; name an empty or new folder" in refusal("--state", str(tmp_path))
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.odt"]


def test_a_port_that_is_taken_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        assert f"port {port} is not free" in refusal("--state", str(tmp_path / "state"), "--port", str(port))


def test_a_given_broker_that_is_not_there_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDIS_URL", f"redis://127.0.0.1:{free_port()}/0")
    assert "REDIS_URL was given, but nothing usable answers there" in refusal("--state", str(tmp_path / "state"))


def test_a_given_database_is_never_emptied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'theirs.sqlite3'}")
    assert "DATABASE_URL was given: empty that yourself" in refusal("--state", str(tmp_path / "state"), "--fresh")
