"""Moving files from one home to the other, while the portal runs. What is moved is copied, read back and compared.

A ledger, a small SQLite file beside the folder, remembers what has been read back whole, so that a move that was
stopped anywhere goes on where it was and a second pass only looks for what has come since. Nothing is deleted from the
old home but by `delete_source`, which reads each file in the new home once more before.
"""

from __future__ import annotations

import hashlib
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from portal.core import staging, stored
from portal.core.storage import Storage

# More than any kind of file may have.
MAX_BYTES = 64 * 1024**3


@dataclass
class Account:
    """What a pass did; `problems` are sentences, and none of what they name was moved or deleted."""

    seen: int = 0
    moved: int = 0
    moved_bytes: int = 0
    there_already: int = 0
    gone_meanwhile: int = 0
    deleted: int = 0
    problems: list[str] = field(default_factory=list)

    @property
    def summary(self) -> str:
        said = [
            f"{self.seen:,} files looked at",
            f"{self.moved:,} moved ({self.moved_bytes / 1000**2:,.1f} MB)",
            f"{self.there_already:,} there already",
        ]
        if self.deleted:
            said = [f"{self.deleted:,} files deleted from the old home"]
        if self.gone_meanwhile:
            said.append(f"{self.gone_meanwhile:,} deleted meanwhile by the portal")
        said.append(f"{len(self.problems):,} {'problem' if len(self.problems) == 1 else 'problems'}")
        return ", ".join(said) + "."


class Ledger:
    """Which files were read back whole in the new home, with the SHA-256 that they had."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._connection.execute("CREATE TABLE IF NOT EXISTS whole (key TEXT PRIMARY KEY, sha256 TEXT NOT NULL)")

    def sha256(self, key: str) -> str | None:
        row = self._connection.execute("SELECT sha256 FROM whole WHERE key = ?", (key,)).fetchone()
        return row[0] if row else None

    def note(self, key: str, sha256: str) -> None:
        self._connection.execute("INSERT OR REPLACE INTO whole VALUES (?, ?)", (key, sha256))

    def forget(self, key: str) -> None:
        self._connection.execute("DELETE FROM whole WHERE key = ?", (key,))


@contextmanager
def ledger(path: Path) -> Iterator[Ledger]:
    """The ledger in this file, made when it is not there yet."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        yield Ledger(connection)


def every(seconds: float, say: Callable[[str], object]) -> Callable[[Account], None]:
    """Say how far a move is, at most once in so many seconds."""
    last = time.monotonic()

    def told(account: Account) -> None:
        nonlocal last
        if time.monotonic() - last >= seconds:
            last = time.monotonic()
            say(account.summary)

    return told


class Move:
    """One pass from `source` to `target`. `told` is called after every file with the account so far."""

    def __init__(
        self, source: Storage, target: Storage, ledger: Ledger, *, told: Callable[[Account], None] = lambda _: None
    ) -> None:
        self._source, self._target, self._ledger, self._told = source, target, ledger, told
        self.account = Account()

    def copy(self, *, read_again: bool = False) -> Account:
        """Copy everything that is not in the new home yet, and look for what is in neither.

        With `read_again`, what earlier passes have moved is read once more, too. Raises Unavailable when one of the
        homes does not answer or the new one is full; a later pass goes on there.
        """
        for keys in stored.batches(self._source):
            recorded = stored.recorded_hashes(keys)
            for key in keys:
                self.account.seen += 1
                try:
                    self._bring(key, recorded.get(key), read_again=read_again)
                except FileNotFoundError:
                    # Deleted by the portal since it was listed.
                    self.account.gone_meanwhile += 1
                self._told(self.account)
        for _, row_id, key in stored.promised():
            if self._ledger.sha256(key) or self._target.size(key) is not None:
                continue
            if self._source.size(key) is None:
                self.account.problems.append(f"missing in both homes: {key}, which the row {row_id} names")
        return self.account

    def delete_source(self) -> Account:
        """Delete from the old home what the new one gives back whole, now. Everything else stays."""
        for key in chain.from_iterable(stored.batches(self._source)):
            expected = self._ledger.sha256(key)
            if expected is not None and self._is_whole(key, expected):
                self._source.delete(key)
                self.account.deleted += 1
            else:
                self._ledger.forget(key)
                self.account.problems.append(f"not deleted: {key} is not whole in the new home; move it again")
            self._told(self.account)
        return self.account

    def _bring(self, key: str, recorded: str | None, *, read_again: bool) -> None:
        known = self._ledger.sha256(key)
        if known is not None and self._target.size(key) == self._source.size(key):
            if read_again and not self._is_whole(key, known):
                self._ledger.forget(key)
                self.account.problems.append(f"damaged in the new home: {key}; the next pass copies it again")
            else:
                self.account.there_already += 1
            return
        with (
            self._source.open(key) as stream,
            staging.received(stream, staging=self._target.staging, max_bytes=MAX_BYTES) as staged,
        ):
            size, sha256 = staging.size_and_sha256(staged)
            if recorded not in (None, sha256):
                self.account.problems.append(f"damaged in the old home: {key} is not what was received; not moved")
                return
            if self._target.size(key) == size and self._is_whole(key, sha256):
                self._ledger.note(key, sha256)
                self.account.there_already += 1
                return
            self._target.adopt(staged, key=key)
            self.account.moved += 1
            self.account.moved_bytes += size
        if self._is_whole(key, sha256):
            self._ledger.note(key, sha256)
        else:
            self.account.problems.append(f"damaged on its way: {key} reads differently in the new home; move again")

    def _is_whole(self, key: str, sha256: str) -> bool:
        try:
            with self._target.open(key) as file:
                return hashlib.file_digest(file, "sha256").hexdigest() == sha256
        except FileNotFoundError:
            return False
