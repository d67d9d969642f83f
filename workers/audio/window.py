"""A part of an open file that reads like a file of its own."""

import io
from typing import Any, BinaryIO, cast

Patches = dict[int, bytes]  # offset -> the bytes that stand there instead


class _Window(io.RawIOBase):
    def __init__(self, file: BinaryIO, start: int, end: int) -> None:
        self._file, self._start, self._bytes, self._at = file, start, max(end - start, 0), 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        at = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._bytes}[whence]
        if at < 0:
            raise ValueError("before the beginning")
        self._at = at
        return at

    def tell(self) -> int:
        return self._at

    def readinto(self, room: Any) -> int:
        wanted = min(len(room), self._bytes - self._at)
        if wanted <= 0:
            return 0
        self._file.seek(self._start + self._at)
        data = self._file.read(wanted)
        room[: len(data)] = data
        self._at += len(data)
        return len(data)


class _Patched(_Window):
    def __init__(self, file: BinaryIO, patches: Patches) -> None:
        super().__init__(file, 0, file.seek(0, io.SEEK_END))
        self._patches = patches

    def readinto(self, room: Any) -> int:
        start = self._at
        count = super().readinto(room)
        for at, other in self._patches.items():
            first, last = max(at, start), min(at + len(other), start + count)
            if first < last:
                room[first - start : last - start] = other[first - at : last - at]
        return count


def patched(file: BinaryIO, patches: Patches) -> BinaryIO:
    """Return the file with other bytes at some places."""
    return cast(BinaryIO, _Patched(file, patches))


def window(file: BinaryIO, start: int, end: int) -> BinaryIO:
    """Return the bytes from `start` up to `end` as a file; the file itself when that is all of it."""
    if start == 0 and end >= file.seek(0, io.SEEK_END):
        return file
    return cast(BinaryIO, _Window(file, start, end))
