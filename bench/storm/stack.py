"""The demo that the storm is let loose on: one that runs in the folder, or a fresh one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.storm.clients import Place
from portal.stack.services import ROOT
from portal.stack.state import LOCK_NAME, State, StateError, opened

START_WITHIN_S, STOP_WITHIN_S = 180, 60
GIVEN_SERVERS = ("DATABASE_URL", "REDIS_URL", "PUBLIC_URL", "STORAGE_DIR", "SMTP_HOST")


@dataclass(frozen=True)
class Demo:
    """`pid` is that of its supervisor."""

    url: str
    pid: int

    @property
    def place(self) -> Place:
        return Place(self.url)


@contextmanager
def running_demo(folder: Path, *, prepare: Callable[[State], None]) -> Iterator[Demo]:
    """Use the demo that runs in the folder; else make the folder ready, start one and stop it afterwards."""
    try:
        with opened(folder) as (state, _):
            state.prepare(fresh=False)
            prepare(state)
    except StateError:
        yield _found(folder)
        return
    environment = {name: value for name, value in os.environ.items() if name not in GIVEN_SERVERS}
    with (folder / "storm.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "portal.cli", "demo", "--state", str(folder)],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield _await(folder, process)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(STOP_WITHIN_S)


def _await(folder: Path, process: subprocess.Popen[bytes]) -> Demo:
    end = time.monotonic() + START_WITHIN_S
    while time.monotonic() < end and process.poll() is None:
        demo = _found(folder)
        if demo.pid == process.pid and demo.url.startswith("http"):
            return demo
        time.sleep(0.2)
    raise SystemExit(f"The demo did not start:\n{(folder / 'storm.log').read_text()[-4000:]}")


def _found(folder: Path) -> Demo:
    pid, _, url = (folder / LOCK_NAME).read_text().strip().partition(" ")
    return Demo(url, int(pid or 0))
