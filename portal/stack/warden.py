"""The warden ends our children when the parent that started them is gone, however it went (SIGKILL included).

It is a tiny process of its own that reads `+pid` and `-pid` lines from a pipe. When the pipe closes, the parent is
dead or done; every process still noted is asked to stop and, after a grace time, killed with its whole group. This
file is run by path with the standard library alone, so that it starts in a few milliseconds.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

GRACE_S = 8.0


class Warden:
    """The parent's handle. `held_fds` stay open in the warden, so a lock on them lasts until all children are gone."""

    def __init__(self, *, held_fds: tuple[int, ...] = ()) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-I", str(Path(__file__).resolve())],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            pass_fds=held_fds,
            cwd="/",
        )

    def watch(self, pid: int) -> None:
        self._tell(f"+{pid}\n")

    def forget(self, pid: int) -> None:
        self._tell(f"-{pid}\n")

    def close(self) -> None:
        if self._process.stdin:
            self._process.stdin.close()
        self._process.wait()

    def _tell(self, line: str) -> None:
        if self._process.stdin is None:
            raise RuntimeError("the warden has no pipe")
        self._process.stdin.write(line.encode())
        self._process.stdin.flush()


@contextmanager
def warden(*, held_fds: tuple[int, ...] = ()) -> Iterator[Warden]:
    handle = Warden(held_fds=held_fds)
    try:
        yield handle
    finally:
        handle.close()


def keep_watch(lines: Iterable[str]) -> None:
    watched: set[int] = set()
    for line in lines:
        sign, pid = line[0], int(line[1:])
        (watched.add if sign == "+" else watched.discard)(pid)
    _end(watched)


def _end(pids: set[int]) -> None:
    for pid in pids:
        with suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + GRACE_S
    while any(_group_lives(pid) for pid in pids) and time.monotonic() < deadline:
        time.sleep(0.1)
    for pid in pids:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)


def _group_lives(pgid: int) -> bool:
    try:
        os.killpg(pgid, 0)
    except (ProcessLookupError, PermissionError):
        return False
    return True


if __name__ == "__main__":
    keep_watch(sys.stdin)
