"""Walks the frames of an MP3 or ADTS file: where the sound begins and ends, and what stands between frames.

Frames follow one another without a gap (ISO 11172-3, ISO 13818-7). So bytes between two frames are either a tag, and
then another file was joined there, or damage: a frame whose header was overwritten. Bytes that are overwritten inside a
frame stay unseen, as the formats protect them by no checksum.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import BinaryIO

from portal.checks.sniff import MPEG_RATES_HZ, adts_frame_bytes, mpeg_frame_bytes, synchsafe
from portal.checks.sound_facts import Span

_PIECE_BYTES = 1 << 20
_HEADER_BYTES = 7
_ADTS_RATES_HZ = (96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350)
_LENGTH_MARKS = (b"Xing", b"Info", b"VBRI")
_SPARE_FRAMES = 2  # by which a stated count may be too high: some programs count the frame that states it
_MOST_TRIES = 200_000  # places that look like a frame; random bytes have one in 10,000
_MOST_TAGS = 10_000
_MOST_PLACES = 50


@dataclass(frozen=True)
class _Kind:
    frame_bytes: Callable[[bytes], int]
    sync: re.Pattern[bytes]
    signature: Callable[[bytes], tuple[int, int]]  # what does not change within one recording
    seconds: Callable[[bytes], float]


def _mpeg_seconds(header: bytes) -> float:
    version = header[1] >> 3 & 3
    return (1152 if version == 3 else 576) / MPEG_RATES_HZ[version][header[2] >> 2 & 3]


_KINDS = {
    "mp3": _Kind(
        mpeg_frame_bytes,
        re.compile(rb"\xff[\xe2\xe3\xf2\xf3\xfa\xfb]"),
        lambda header: (header[1] & 0xFE, header[2] & 0x0C),
        _mpeg_seconds,
    ),
    "adts": _Kind(
        adts_frame_bytes,
        re.compile(rb"\xff[\xf0\xf1\xf8\xf9]"),
        lambda header: (header[1] & 0xFE, header[2] & 0xFC),
        lambda header: 1024 * ((header[6] & 3) + 1) / _ADTS_RATES_HZ[header[2] >> 2 & 15],
    ),
}


@dataclass
class Walk:
    """What was found; offsets in bytes from the start of the file."""

    start: int = 0  # of the first frame
    end: int = 0  # of the last frame, which may be cut
    frame_bytes: int = 0
    seconds: float = 0.0
    cut: bool = False  # the last frame is longer than what is left of the file
    ended_early: bool = False  # the last recording states more frames than it has
    tags: int = 0  # tags that stand between frames
    tag_bytes: int = 0
    recordings: int = 0
    damaged_bytes: int = 0
    damage_count: int = 0
    damage: list[Span] = field(default_factory=list)


def xing_at(header: bytes) -> int:
    """Return where in an MPEG frame the Xing or Info mark stands: behind the side information of ISO 11172-3."""
    is_mpeg1, is_mono = header[1] >> 3 & 3 == 3, header[3] >> 6 == 3
    return 4 + ((17 if is_mono else 32) if is_mpeg1 else (9 if is_mono else 17))


def walk_frames(file: BinaryIO, container: str, at: int) -> Walk:
    """Walk the frames of an MP3 or ADTS file from `at` on, where its leading tags end."""
    return _Walker(file, _KINDS[container]).walk(at)


class _Walker:
    def __init__(self, file: BinaryIO, kind: _Kind) -> None:
        self._file, self._kind = file, kind
        self._size = file.seek(0, 2)
        self._piece, self._base = b"", 0
        self._tries = 0
        self._found = Walk()
        self._signature: tuple[int, int] | None = None
        self._tags = self._tags_since = self._tag_bytes_since = 0
        self._announced = 0  # frames of the present recording; 0 when it does not say
        self._counted = self._lost = self._frame_s = 0.0

    def walk(self, at: int) -> Walk:
        found = self._found
        found.start = found.end = at
        while at < self._size:
            header = self._bytes(at, _HEADER_BYTES)
            length = self._kind.frame_bytes(header)
            if length and self._belongs(at, header, length):
                self._take(at, header, length)
                at += length
            elif self._tags < _MOST_TAGS and (tag := self._tag_bytes(at)):
                self._tags += 1
                self._tags_since += 1
                self._tag_bytes_since += tag
                at += tag
            else:
                following = self._next(at)
                if following is None:
                    break
                if found.recordings and not self._tags_since:
                    self._note_damage(at, following)
                at = following
        spare = _SPARE_FRAMES + 2 * self._lost  # how many were lost in between is an estimate
        found.ended_early = self._announced - self._counted > spare
        return found

    def _bytes(self, at: int, count: int) -> bytes:
        if not self._base <= at <= self._base + len(self._piece) - count:
            self._file.seek(at)
            self._piece, self._base = self._file.read(_PIECE_BYTES), at
        return self._piece[at - self._base : at - self._base + count]

    def _belongs(self, at: int, header: bytes, length: int) -> bool:
        """Whether a frame goes on with the stream, or begins one that goes on itself."""
        if self._kind.signature(header) == self._signature:
            return True
        return self._chain(at, 2 if self._signature is None else 3)

    def _chain(self, at: int, frames: int) -> bool:
        """Whether that many frames alike stand one behind the other, or as many as the file has left."""
        signature = None
        for count in range(frames):
            header = self._bytes(at, _HEADER_BYTES)
            length = self._kind.frame_bytes(header)
            if not length or (signature or self._kind.signature(header)) != self._kind.signature(header):
                return count > 1 and (at >= self._size or self._tag_bytes(at) > 0)
            signature = self._kind.signature(header)
            at += length
        return True

    def _take(self, at: int, header: bytes, length: int) -> None:
        found = self._found
        first = not found.recordings
        joined = self._tags_since > 0 or self._length_mark(at, header)
        if first or joined:
            found.recordings += 1
            self._announced, self._lost = self._frames_announced(at, header), 0.0
            self._counted = -1.0 if self._announced else 0.0  # the frame that states the count has no sound
        if first:
            found.start = at
        else:
            found.tags += self._tags_since
            found.tag_bytes += self._tag_bytes_since
        self._tags_since = self._tag_bytes_since = 0
        self._signature = self._kind.signature(header)
        found.end = min(at + length, self._size)
        found.cut = at + length > self._size
        found.frame_bytes += found.end - at
        found.seconds += self._kind.seconds(header)
        self._counted += 1
        self._frame_s = self._kind.seconds(header)

    def _length_mark(self, at: int, header: bytes) -> bool:
        """Whether this is the frame that states a length, with which encoders begin a file."""
        if self._kind is not _KINDS["mp3"]:
            return False
        return self._bytes(at + xing_at(header), 4) in _LENGTH_MARKS or self._bytes(at + 36, 4) == b"VBRI"

    def _frames_announced(self, at: int, header: bytes) -> int:
        """How many frames the recording that begins here states; 0 when it does not say."""
        if self._kind is not _KINDS["mp3"]:
            return 0
        xing = self._bytes(at + xing_at(header), 12)
        if xing[:4] in (b"Xing", b"Info"):
            return int.from_bytes(xing[8:], "big") if len(xing) == 12 and xing[7] & 1 else 0
        vbri = self._bytes(at + 36, 18)
        return int.from_bytes(vbri[14:], "big") if vbri[:4] == b"VBRI" and len(vbri) == 18 else 0

    def _tag_bytes(self, at: int) -> int:
        """The length of the tag that begins here; 0 when none does."""
        head = self._bytes(at, 32)
        if head[:3] == b"ID3" and len(head) >= 10 and max(head[6:10]) < 128:
            return 10 + synchsafe(head[6:10])
        if head[:3] == b"TAG" and (at + 128 == self._size or self._kind.frame_bytes(self._bytes(at + 128, 7))):
            return 128
        if head[:3] == b"TAG" and self._bytes(at + 128, 3) == b"ID3":
            return 128
        if head[:8] == b"APETAGEX" and len(head) == 32:
            return int.from_bytes(head[12:16], "little") + 32
        return 0

    def _next(self, at: int) -> int | None:
        """Where the next three frames in a row begin, behind `at`; None when there are none."""
        at += 1
        while at < self._size:
            self._file.seek(at)
            piece = self._file.read(_PIECE_BYTES)
            for match in self._kind.sync.finditer(piece):
                self._tries += 1
                if self._tries > _MOST_TRIES:
                    return None
                start = match.start()
                if self._kind.frame_bytes(piece[start : start + _HEADER_BYTES]) and self._chain(at + start, 3):
                    return at + start
            at += max(len(piece) - _HEADER_BYTES, 1)
        return None

    def _note_damage(self, start: int, end: int) -> None:
        found = self._found
        rate = found.frame_bytes / found.seconds
        lost_s = (end - start) / rate
        found.damaged_bytes += end - start
        found.damage_count += 1
        if len(found.damage) < _MOST_PLACES:
            found.damage.append(Span(start_s=found.seconds, end_s=found.seconds + lost_s))
        found.seconds += lost_s
        self._lost += lost_s / self._frame_s
