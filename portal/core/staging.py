"""The folder in which files arrive: size cap, hash and sync are the same for every home that they move to."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from portal.core.errors import TooLarge, Unavailable
from portal.core.ids import new_id

READ_BYTES = 256 * 1024
FREE_RESERVE_BYTES = 512 * 1024**2
# Many files arrive at once: what was free when one of them began may be gone long before its end.
GUARD_EVERY_BYTES = 8 * 1024**2
# How the name of a local copy begins that is there only to be read.
FETCHED = "read-"

FULL = "The server has no room for more files just now. Please try again later."
AWAY = "The store of files does not answer just now. Please try again in a few minutes."
BROKEN = "The server could not store the file just now. Please try again in a few minutes."


def prepare(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def demand_room(folder: Path, size_bytes: int = 0) -> None:
    """Raise Unavailable when the file would eat into the reserve that keeps the server alive."""
    if shutil.disk_usage(folder).free - size_bytes < FREE_RESERVE_BYTES:
        raise Unavailable(FULL)


def refusal(error: OSError) -> Unavailable:
    """What to tell of a file that could not be written: that the disk is full where it is."""
    return Unavailable(FULL if error.errno in (errno.ENOSPC, errno.EDQUOT) else BROKEN)


@contextmanager
def received(stream: BinaryIO, *, staging: Path, max_bytes: int) -> Iterator[Path]:
    """The stream as a synced file in staging; removed afterwards unless it was moved. Raises TooLarge, Unavailable."""
    demand_room(staging)
    staged = staging / new_id()
    try:
        try:
            _write(stream, staged, max_bytes)
        except OSError as error:
            raise refusal(error) from error
        yield staged
    finally:
        staged.unlink(missing_ok=True)


def size_and_sha256(path: Path) -> tuple[int, str]:
    """Read a whole file. What is said of a file is what is on the disk, not what was counted on the way."""
    with path.open("rb") as file:
        return path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest()


def new_key(kind: str) -> str:
    name = new_id()
    return f"{kind}/{name[:2]}/{name}"


def sync_folder(folder: Path) -> None:
    """A rename is only safe once the folder that names the file is on disk too."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _write(stream: BinaryIO, staged: Path, max_bytes: int) -> None:
    size, guarded = 0, 0
    with staged.open("xb") as out:
        os.fchmod(out.fileno(), 0o600)
        while chunk := stream.read(READ_BYTES):
            size += len(chunk)
            if size - guarded > GUARD_EVERY_BYTES:
                demand_room(staged.parent)
                guarded = size
            if size > max_bytes:
                raise TooLarge(f"The file is larger than the {max_bytes / 1024**2:,.0f} MB that may be sent here.")
            out.write(chunk)
        out.flush()
        os.fsync(out.fileno())
