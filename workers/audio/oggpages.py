"""Walks the pages of an Ogg file: checksums, ends, and streams that follow one another (RFC 3533)."""

import struct
import zlib
from dataclasses import dataclass, field
from typing import BinaryIO

from portal.checks.sound_facts import Span

_HEADER_BYTES = 27
_LARGEST_PAGE = _HEADER_BYTES + 255 + 255 * 255
_PIECE_BYTES = 1 << 20
_BEGINS, _ENDS = 2, 4  # of the header's flags
_MOST_PLACES = 50
_MOST_PAGES = 1_000_000  # more than five hours of one packet of 20 ms to a page
_MOST_GAPS = 10_000
_REVERSED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))
_SYNC = b"OggS\0"


@dataclass
class Link:
    """One recording in the chain."""

    serial: int
    rate_hz: int | None = None  # of its granule positions; None when the codec is none that we know
    last_granule: int = 0
    ended: bool = False  # its last page is marked as such

    @property
    def seconds(self) -> float:
        return self.last_granule / self.rate_hz if self.rate_hz else 0.0


@dataclass
class Pages:
    """What was found; offsets in bytes."""

    end: int = 0  # of the last whole page
    cut: bool = False  # the file ends within a page
    links: list[Link] = field(default_factory=list)
    damaged_bytes: int = 0
    damage_count: int = 0
    damage: list[Span] = field(default_factory=list)


def walk_pages(file: BinaryIO) -> Pages:
    """Walk an Ogg file from its start."""
    return _Walker(file).walk()


class _Walker:
    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._size = file.seek(0, 2)
        self._found = Pages()
        self._beginning = False  # the pages before this one began streams
        self._broken_at_s: float | None = None
        self._broken_bytes = 0
        self._before_s = 0.0  # the links that are over
        self._gaps = 0
        self._piece, self._base = b"", 0

    def walk(self) -> Pages:
        at, found = 0, self._found
        for _ in range(_MOST_PAGES):
            if at >= self._size or self._gaps > _MOST_GAPS:
                break
            page = self._bytes(at)
            length = page_bytes(page)
            if length and length <= len(page):
                at += self._take(page[:length])
                found.end = at
                continue
            following = self._next(at)
            if following is None:
                found.cut = length > len(page) or (len(page) < _HEADER_BYTES and page.startswith(_SYNC[: len(page)]))
                break
            self._note_damage(following - at)
            self._gaps += 1
            at = following
        self._close_damage(self._now_s(), 0)
        return found

    def _bytes(self, at: int) -> bytes:
        """What the largest page could take, or the rest of the file."""
        end = min(at + _LARGEST_PAGE, self._size)
        if not self._base <= at <= end <= self._base + len(self._piece):
            self._file.seek(at)
            self._piece, self._base = self._file.read(_PIECE_BYTES), at
        return self._piece[at - self._base : end - self._base]

    def _take(self, page: bytes) -> int:
        """Note what a page says and return its bytes; of a broken one those up to what may be the next."""
        if _checksum(page) != int.from_bytes(page[22:26], "little"):
            inside = page.find(_SYNC, 1)
            broken = inside if inside > 0 else len(page)
            self._note_damage(broken)
            return broken
        self._read(page)
        return len(page)

    def _read(self, page: bytes) -> None:
        flags, granule, serial = struct.unpack("<BqI", page[5:18])
        if flags & _BEGINS:
            if not self._beginning:
                self._before_s = self._now_s()
                self._found.links.append(Link(serial))
            self._read_codec(page, serial)
            self._beginning = True
            return
        self._beginning = False
        link = self._found.links[-1] if self._found.links else None
        if link is None or link.serial != serial:
            return
        link.ended = bool(flags & _ENDS)
        if granule > 0:
            link.last_granule = max(link.last_granule, granule)
            self._close_damage(self._now_s(), len(page))

    def _read_codec(self, page: bytes, serial: int) -> None:
        """Streams may run side by side; what counts of a link is its first one with sound."""
        link = self._found.links[-1]
        rate_hz = _rate_of(page[_HEADER_BYTES + page[26] :])
        if link.rate_hz is None and rate_hz:
            link.serial, link.rate_hz = serial, rate_hz

    def _now_s(self) -> float:
        links = self._found.links
        return self._before_s + links[-1].seconds if links else 0.0

    def _note_damage(self, size: int) -> None:
        self._found.damaged_bytes += size
        if self._broken_at_s is None:
            self._broken_at_s = self._now_s()
            self._found.damage_count += 1
            self._broken_bytes = 0
        self._broken_bytes += size

    def _close_damage(self, until_s: float, page_bytes: int) -> None:
        """A good page says when it ends: what is broken before it has its share of the time in between, by size."""
        if self._broken_at_s is not None and len(self._found.damage) < _MOST_PLACES:
            share = self._broken_bytes / (self._broken_bytes + page_bytes)
            lost_s = max(until_s - self._broken_at_s, 0.0) * share
            self._found.damage.append(Span(start_s=self._broken_at_s, end_s=self._broken_at_s + lost_s))
        self._broken_at_s = None

    def _next(self, at: int) -> int | None:
        """Where the next page begins, behind `at`; None when there is none."""
        at += 1
        while at < self._size:
            self._file.seek(at)
            piece = self._file.read(_PIECE_BYTES)
            found = piece.find(_SYNC)
            if found >= 0:
                return at + found
            at += max(len(piece) - len(_SYNC) + 1, 1)
        return None


def page_bytes(page: bytes) -> int:
    """Return the length of the page that begins here; 0 when none does."""
    if len(page) < _HEADER_BYTES or page[:5] != _SYNC:
        return 0
    segments = page[26]
    return _HEADER_BYTES + segments + sum(page[_HEADER_BYTES : _HEADER_BYTES + segments])


def with_checksum(page: bytes) -> bytes:
    """Return the page with the checksum that is true of it."""
    return page[:22] + _checksum(page).to_bytes(4, "little") + page[26:]


def _checksum(page: bytes) -> int:
    """CRC-32 with the polynomial 0x04c11db7, most significant bit first: zlib's, run over mirrored bytes."""
    mirrored = (page[:22] + bytes(4) + page[26:]).translate(_REVERSED)
    value = zlib.crc32(mirrored, 0xFFFFFFFF) ^ 0xFFFFFFFF
    return int.from_bytes(value.to_bytes(4, "little").translate(_REVERSED), "big")


def _rate_of(packet: bytes) -> int | None:
    if packet[:7] == b"\x01vorbis" and len(packet) >= 16:
        return int.from_bytes(packet[12:16], "little") or None
    if packet[:8] == b"OpusHead":
        return 48_000  # RFC 7845 section 4
    if packet[:5] == b"\x7fFLAC" and len(packet) >= 31:
        return int.from_bytes(packet[27:30], "big") >> 4 or None
    return None
