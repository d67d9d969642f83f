"""The whole portal with its seeded world, as `make demo` starts it, for browsers to look at."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Timer

ROOT = Path(__file__).resolve().parents[2]
START_WITHIN_S = 480
STOP_WITHIN_S = 60
# A server that the environment offers is somebody's; the demo for the tests stands on its own.
GIVEN_SERVERS = ("DATABASE_URL", "REDIS_URL", "PUBLIC_URL", "STORAGE_DIR", "SMTP_HOST")


class DidNotStart(RuntimeError):
    """The demo ended before it said where it is; the message holds its output."""


@contextmanager
def running_portal(state: Path) -> Iterator[str]:
    """Start the demo with its data in `state`, give its address, stop it in order. Raises DidNotStart."""
    environment = {name: value for name, value in os.environ.items() if name not in GIVEN_SERVERS}
    demo = subprocess.Popen(
        [sys.executable, "-m", "portal.cli", "demo", "--fresh", "--state", str(state)],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )
    impatience = Timer(START_WITHIN_S, demo.terminate)
    impatience.start()
    try:
        yield _address(demo)
    finally:
        impatience.cancel()
        _stop(demo)


def _address(demo: subprocess.Popen[str]) -> str:
    said = []
    assert demo.stdout is not None
    for line in demo.stdout:
        said.append(line)
        found = re.search(r"Open\s+(http://\S+)", line)
        if found:
            return found[1]
    raise DidNotStart("".join(said))


def _stop(demo: subprocess.Popen[str]) -> None:
    if demo.poll() is None:
        demo.send_signal(signal.SIGINT)
    try:
        demo.communicate(timeout=STOP_WITHIN_S)
    except subprocess.TimeoutExpired:
        os.killpg(demo.pid, signal.SIGKILL)
        demo.communicate()
        raise
