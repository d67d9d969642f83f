"""How a FLAC stream ends: which sample its last frame reaches, and whether that frame is whole (RFC 9639 section 9)."""

from dataclasses import dataclass
from typing import BinaryIO

_SEARCHED_BYTES = 1 << 20
_LARGEST_HEADER = 16
_LARGEST_FRAME = 200_000  # of what encoders write last
_BLOCK_SIZES = {
    1: 192,
    **{code: 576 << (code - 2) for code in range(2, 6)},
    **{code: 256 << (code - 8) for code in range(8, 16)},
}
_STREAM_MARKS = tuple(b"fLaC" + last + b"\0\0\x22" for last in (b"\0", b"\x80"))
_PIECE_BYTES = 1 << 20
_MOST_STREAMS = 1000


@dataclass(frozen=True)
class FlacEnd:
    """The last frame of the file."""

    frames: int  # samples per channel up to its end
    closed: bool  # it is whole, and shorter than the others: an encoder's last one


def find_flac_end(file: BinaryIO, *, block_size: int) -> FlacEnd | None:
    """Return what the last frame says; None when no frame is found near the end. `block_size` as in STREAMINFO."""
    size = file.seek(0, 2)
    start = max(size - _SEARCHED_BYTES, 0)
    file.seek(start)
    tail = file.read(_SEARCHED_BYTES)
    at = len(tail)
    while (at := tail.rfind(b"\xff", 0, at)) >= 0:
        header = _read_header(tail[at : at + _LARGEST_HEADER], block_size)
        if header is not None:
            first, length = header
            whole = len(tail) - at <= _LARGEST_FRAME and _crc(tail[at:], 0x8005, 16) == 0
            return FlacEnd(first + length, whole and length < block_size)
    return None


def count_flac_streams(file: BinaryIO) -> int:
    """Return how many FLAC streams the file holds one after the other."""
    count, overlap = 0, len(_STREAM_MARKS[0]) - 1
    kept = b""
    file.seek(0)
    while (piece := file.read(_PIECE_BYTES)) and count < _MOST_STREAMS:
        window = kept + piece
        count += sum(window.count(mark) for mark in _STREAM_MARKS)
        kept = window[-overlap:]
    return max(count, 1)


def _read_header(head: bytes, block_size: int) -> tuple[int, int] | None:
    """Return the first sample of a frame and its length in samples; None when its checksum says that it is none."""
    if len(head) < 6 or head[1] & 0xFE != 0xF8:
        return None
    number, used = _read_number(head[4:])
    at = 4 + used
    code = head[2] >> 4
    extra = {6: 1, 7: 2}.get(code, 0)
    length = int.from_bytes(head[at : at + extra], "big") + 1 if extra else _BLOCK_SIZES.get(code, 0)
    at += extra + {12: 1, 13: 2, 14: 2}.get(head[2] & 15, 0)
    if not used or not length or at >= len(head) or _crc(head[: at + 1], 0x07, 8):
        return None
    return (number if head[1] & 1 else number * block_size), length


def _read_number(coded: bytes) -> tuple[int, int]:
    """Return a number that is coded like UTF-8, and its bytes; 0 bytes when it is none."""
    ones = 8 - (coded[0] ^ 0xFF).bit_length()
    if ones == 0:
        return coded[0], 1
    if ones == 1 or ones == 8 or len(coded) < ones:
        return 0, 0
    value = coded[0] & (0x7F >> ones)
    for byte in coded[1:ones]:
        value = value << 6 | byte & 0x3F
    return value, ones


def _crc(data: bytes, polynomial: int, bits: int) -> int:
    top, mask, value = 1 << (bits - 1), (1 << bits) - 1, 0
    for byte in data:
        value ^= byte << (bits - 8)
        for _ in range(8):
            value = (value << 1 ^ polynomial if value & top else value << 1) & mask
    return value
