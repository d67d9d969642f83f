"""Files that arrive piece by piece, in the staging folder. Nothing here knows which protocol brings the pieces.

How far an upload has come is the size of its file. One writer at a time holds a kernel lock, which dies with its
process; a newcomer asks the older writer to stop, and waits for it a short time only.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from portal.core import staging
from portal.core.errors import DomainError

# Small, because what a read has buffered is lost when it times out.
READ_BYTES = 16 * 1024
# So many bytes show what a file is, wherever that can be seen at its beginning.
LOOK_BYTES = 64 * 1024
LOCK_WAIT_S = 5.0
LOCK_POLL_S = 0.05


class UploadGone(DomainError):
    code = "upload_gone"


class UploadBusy(DomainError):
    """Another request is writing, and did not stop in time."""

    code = "upload_busy"


class OffsetMismatch(DomainError):
    """The piece does not begin where the file ends."""

    code = "offset_mismatch"

    def __init__(self, offset: int) -> None:
        super().__init__(f"The file ends at byte {offset}; send the rest from there.")
        self.offset = offset


class ChecksumMismatch(DomainError):
    code = "checksum_mismatch"


# Answers at how many bytes it wants to look again; None when it has seen enough.
Look = Callable[[BinaryIO], int | None]


@dataclass(frozen=True)
class Checksum:
    """What the sender says of a piece: an algorithm of `hashlib` and the digest."""

    algorithm: str
    digest: bytes


class StagedUpload:
    """One file in the staging folder, named by the id of its upload."""

    def __init__(self, folder: Path, upload_id: str) -> None:
        self.path = folder / f"upload-{upload_id}"
        self._stop = folder / f"upload-{upload_id}.stop"

    def create(self) -> None:
        """Raises FileExistsError when it was there already."""
        self.path.touch(mode=0o600, exist_ok=False)
        staging.sync_folder(self.path.parent)

    def offset(self) -> int:
        """How many bytes are there. Raises UploadGone."""
        try:
            return self.path.stat().st_size
        except FileNotFoundError:
            raise UploadGone("This upload is no longer here. Please begin again.") from None

    def append(
        self, stream: BinaryIO, *, at: int, most: int, checksum: Checksum | None = None, look: Look | None = None
    ) -> int:
        """Write what the stream gives, from `at` on and not beyond `most` bytes in all. Returns the new offset.

        `look` gets the file to read as soon as LOOK_BYTES of it are there (or all of it), and again as it asks; what it
        raises ends the piece. Every byte that was read is on disk when this returns or raises, unless the piece had a
        checksum that is wrong: then the file is as before. Raises OffsetMismatch, ChecksumMismatch, UploadBusy,
        UploadGone, Unavailable.
        """
        with self._locked() as file:
            end = file.seek(0, os.SEEK_END)
            if end != at:
                raise OffsetMismatch(end)
            # Asked again for each piece: of many uploads that began while there was room, not all may find any.
            staging.demand_room(self.path.parent, most - at)
            try:
                wrong = self._write(file, stream, most - at, checksum, self._looking(look, most))
            except OSError as error:
                if isinstance(error, ConnectionError | TimeoutError):
                    raise
                raise staging.refusal(error) from error
            finally:
                os.fdatasync(file.fileno())
            if wrong:
                file.truncate(at)
                os.fdatasync(file.fileno())
                raise ChecksumMismatch("The piece did not arrive as it was sent. Send it again.")
            return file.tell()

    def delete(self) -> None:
        """Remove the file; harmless when it is gone already. A writer is asked to stop."""
        self._stop.touch()
        self.path.unlink(missing_ok=True)
        self._stop.unlink(missing_ok=True)

    @contextmanager
    def exclusively(self) -> Iterator[Path]:
        """Hold the file so that nobody writes to it. Raises UploadBusy, UploadGone."""
        with self._locked():
            yield self.path

    def _looking(self, look: Look | None, most: int) -> Callable[[int], None]:
        """What to call with the size of the file after each write."""
        due: int | None = LOOK_BYTES

        def grown(size: int) -> None:
            nonlocal due
            if look and due is not None and size >= min(due, most):
                with self.path.open("rb") as seen:
                    due = look(seen)

        return grown

    def _write(
        self, file: BinaryIO, stream: BinaryIO, most: int, checksum: Checksum | None, grown: Callable[[int], None]
    ) -> bool:
        """Copy until the stream ends. True when a checksum was given and does not fit."""
        digest = hashlib.new(checksum.algorithm) if checksum else None
        left = most
        while left > 0 and not self._stop.exists():
            chunk = stream.read(min(READ_BYTES, left))
            if not chunk:
                break
            _write_all(file, chunk)
            left -= len(chunk)
            grown(file.tell())
            if digest is not None:
                digest.update(chunk)
        return digest is not None and checksum is not None and digest.digest() != checksum.digest

    @contextmanager
    def _locked(self) -> Iterator[BinaryIO]:
        try:
            file = self.path.open("r+b", buffering=0)
        except FileNotFoundError:
            raise UploadGone("This upload is no longer here. Please begin again.") from None
        with file:
            self._take_lock(file.fileno())
            yield file

    def _take_lock(self, descriptor: int) -> None:
        end = time.monotonic() + LOCK_WAIT_S
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > end:
                    self._stop.unlink(missing_ok=True)
                    raise UploadBusy("Another connection is still sending this file. Try again in a moment.") from None
                self._stop.touch()
                time.sleep(LOCK_POLL_S)
            else:
                self._stop.unlink(missing_ok=True)
                return


def _write_all(file: BinaryIO, chunk: bytes) -> None:
    """A disk that is nearly full takes a part of what it is given, without an error before the next write."""
    left = memoryview(chunk)
    while left:
        left = left[file.write(left) :]
