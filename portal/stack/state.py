"""The folder in which a demo keeps what it must remember: database, recordings, broker file, secrets, logs."""

import fcntl
import json
import os
import secrets
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import URL

LOCK_NAME = "demo.lock"
SETTINGS_NAME = "settings.json"
KEPT_BY_THE_DEMO = ("database", "files", "broker", "beat")
SECRET_NAMES = ("SECRET_KEY", "SECURITY_PASSWORD_SALT")
HANDOVER_S = 20.0


class StateError(RuntimeError):
    """The folder cannot be used; the message says what to do."""


@dataclass(frozen=True)
class State:
    folder: Path

    @property
    def database_url(self) -> str:
        return URL.create("sqlite", database=str(self.folder / "database" / "soundcheck.sqlite3")).render_as_string()

    @property
    def files(self) -> Path:
        return self.folder / "files"

    @property
    def broker(self) -> Path:
        return self.folder / "broker"

    @property
    def beat_schedule(self) -> Path:
        return self.folder / "beat" / "schedule"

    def log(self, name: str) -> Path:
        return self.folder / "logs" / f"{name}.log"

    def prepare(self, *, fresh: bool) -> None:
        """Make the sub-folders; with `fresh`, first remove what earlier demos kept. Needs the lock."""
        for name in KEPT_BY_THE_DEMO if fresh or self._half_planted.exists() else ():
            shutil.rmtree(self.folder / name, ignore_errors=True)
        self._half_planted.unlink(missing_ok=True)
        for name in (*KEPT_BY_THE_DEMO, "logs"):
            (self.folder / name).mkdir(mode=0o700, exist_ok=True)

    @contextmanager
    def planting(self) -> Iterator[None]:
        """While the world is planted. One that was interrupted is cleared away at the next start, not shown half."""
        self._half_planted.touch()
        yield
        self._half_planted.unlink()

    @property
    def _half_planted(self) -> Path:
        return self.folder / "half-planted"

    def secrets(self) -> dict[str, str]:
        """The keys that sign sessions and receipts: made once, so that sign-ins outlast a restart."""
        path = self.folder / "secrets.json"
        if not path.exists():
            path.touch(mode=0o600)
            path.write_text(json.dumps({name: secrets.token_urlsafe(48) for name in SECRET_NAMES}))
        kept: dict[str, str] = json.loads(path.read_text())
        return kept

    def keep_settings(self, settings: Mapping[str, str]) -> None:
        """Leave what this demo runs with, for commands that are to work in its world."""
        path = self.folder / SETTINGS_NAME
        path.touch(mode=0o600)
        path.write_text(json.dumps(dict(settings)))

    def kept_settings(self) -> dict[str, str]:
        """What the demo runs with, or ran with last. Raises StateError where none has."""
        try:
            kept: dict[str, str] = json.loads((self.folder / SETTINGS_NAME).read_text())
        except (OSError, ValueError) as problem:
            raise StateError(
                f"{self.folder} keeps no demo's settings; start one there: make demo STATE={self.folder}"
            ) from problem
        return kept


@contextmanager
def opened(folder: Path) -> Iterator[tuple[State, int]]:
    """The state and the lock's descriptor. Hand that to the warden, so the lock lasts until every child is gone.

    Raises StateError when the folder is somebody else's, cannot be written, or another demo runs in it.
    """
    folder = folder.resolve()
    _make(folder)
    lock = os.open(folder / LOCK_NAME, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _lock(lock, folder)
        remember_address(lock, "it is starting")
        yield State(folder), lock
    finally:
        os.close(lock)


def remember_address(lock: int, address: str) -> None:
    """Leave in the lock file where this demo is reached, for the one who tries to start a second."""
    os.ftruncate(lock, 0)
    os.pwrite(lock, f"{os.getpid()} {address}\n".encode(), 0)


def _make(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if any(folder.iterdir()) and not (folder / LOCK_NAME).exists():
            raise StateError(f"{folder} holds other things; name an empty or new folder: make demo STATE=…")
        folder.chmod(0o700)
    except OSError as problem:
        raise StateError(f"{folder} cannot be used ({problem.strerror}); name another: make demo STATE=…") from problem


def _lock(lock: int, folder: Path) -> None:
    """Take the lock, waiting for a demo that is on its way out but not for one that runs."""
    deadline = time.monotonic() + HANDOVER_S
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(lock, 200, 0).decode().split()
            if holder and _lives(int(holder[0])):
                raise StateError(
                    f"a demo runs in {folder} already (process {holder[0]}): {' '.join(holder[1:])}\n"
                    "Stop it with Ctrl-C, or start a second one elsewhere: make demo STATE=other-folder"
                ) from None
            if time.monotonic() > deadline:
                raise StateError(f"the processes of an earlier demo in {folder} do not end; see its logs") from None
            time.sleep(0.2)
        else:
            return


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
