"""One child process of ours: started in its own session, logged to a file, stopped politely and then surely."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

POLL_S = 0.05
KEPT_LOG_SUFFIX = ".previous"


@dataclass(eq=False)
class Child:
    """A program to run. `user` (uid and gid) is only for a root parent whose child refuses to be root."""

    name: str
    argv: Sequence[str]
    log: Path
    env: Mapping[str, str] | None = None
    cwd: Path | None = None
    user: tuple[int, int] | None = None
    pass_fds: tuple[int, ...] = ()
    stop_signal: signal.Signals = signal.SIGTERM
    grace_s: float = 10.0
    popen: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def start(self) -> int:
        """Start it and return its pid. An own session keeps a terminal's Ctrl-C from reaching it before us."""
        if self.log.exists():
            self.log.replace(self.log.with_name(self.log.name + KEPT_LOG_SUFFIX))
        uid, gid = self.user if self.user else (None, None)
        with self.log.open("wb") as log:
            self.popen = subprocess.Popen(
                list(self.argv),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=None if self.env is None else dict(self.env),
                cwd=self.cwd,
                start_new_session=True,
                pass_fds=self.pass_fds,
                user=uid,
                group=gid,
                extra_groups=None if uid is None else [],
                umask=0o077,
            )
        return self.popen.pid

    @property
    def exit_code(self) -> int | None:
        """None while it runs (or was never started); negative for the signal that ended it."""
        return self.popen.poll() if self.popen else None

    @property
    def running(self) -> bool:
        return self.popen is not None and self.popen.poll() is None

    def ask_to_stop(self) -> None:
        if self.running and self.popen:
            self.popen.send_signal(self.stop_signal)

    def stop(self, *, grace_s: float | None = None) -> None:
        """Ask, wait, and then end the whole process group: what the child started must not outlive it."""
        if self.popen is None:
            return
        self.ask_to_stop()
        try:
            self.popen.wait(self.grace_s if grace_s is None else grace_s)
        except subprocess.TimeoutExpired:
            kill_group(self.popen.pid)
            self.popen.wait()
        kill_group(self.popen.pid)

    def last_lines(self, count: int = 12) -> list[str]:
        return tail(self.log, count)


def kill_group(pgid: int) -> None:
    try:
        os.killpg(pgid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        # Gone already; macOS answers EPERM when only the unreaped leader is left.
        return


def tail(path: Path, count: int, *, window_bytes: int = 65_536) -> list[str]:
    """The last lines of a log, read from its end so that a huge log costs nothing."""
    try:
        with path.open("rb") as log:
            log.seek(max(0, path.stat().st_size - window_bytes))
            return log.read().decode("utf-8", "replace").splitlines()[-count:]
    except FileNotFoundError:
        return []


class NotReady(RuntimeError):
    """A child did not come up; the message carries its last lines."""


def wait_until_ready(
    child: Child, is_ready: Callable[[], bool], *, within_s: float, idle: Callable[[], None] | None = None
) -> None:
    """Poll until the child answers. Fails at once when it has ended; `idle` runs between two looks."""
    deadline = time.monotonic() + within_s
    while not is_ready():
        if not child.running:
            raise NotReady(describe_end(child))
        if time.monotonic() > deadline:
            raise NotReady(f"{child.name} did not answer within {within_s:g} s. Its last lines:\n{_indented(child)}")
        if idle:
            idle()
        time.sleep(POLL_S)


def describe_end(child: Child) -> str:
    """One sentence that names the child and how it ended, then its last lines and where the rest is."""
    code = child.exit_code
    if code is None:
        how = "is still running"
    elif code < 0:
        how = f"was ended by {signal.Signals(-code).name}"
    else:
        how = f"ended with exit code {code}"
    return f"{child.name} {how}. Its last lines (all of them: {child.log}):\n{_indented(child)}"


def _indented(child: Child) -> str:
    return "\n".join(f"    {line}" for line in child.last_lines()) or "    (it wrote nothing)"
