"""Files on their way in: kept only if the command that they belong to succeeds."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from portal.core.db import db, in_transaction
from portal.core.storage import StoredFile, storage


@contextmanager
def stored(stream: BinaryIO, *, kind: str, max_bytes: int) -> Iterator[StoredFile]:
    """Store a stream, then run the block that writes the rows about it; when that fails, the file is deleted again.

    Bytes may take an hour to arrive, so no transaction stays open for them.
    Raises RuntimeError inside of one, TooLarge, Unavailable.
    """
    if in_transaction():
        raise RuntimeError("a file is received before the transaction that tells of it")
    db.session.rollback()
    kept = storage().put(stream, kind=kind, max_bytes=max_bytes)
    try:
        yield kept
    except BaseException:
        storage().delete(kept.key)
        raise


class Prefixed:
    """A stream whose first bytes were read already to see what it is."""

    def __init__(self, head: bytes, rest: BinaryIO) -> None:
        self._head = head
        self._rest = rest

    def read(self, size: int = -1) -> bytes:
        if not self._head:
            return self._rest.read(size)
        cut = len(self._head) if size < 0 else size
        taken, self._head = self._head[:cut], self._head[cut:]
        return taken if size >= 0 else taken + self._rest.read()
