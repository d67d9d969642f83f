"""What a container's own structure says, read without any library: sizes, claims, lies, and bytes that are neither.

Only headers are read. Damage is reported, not repaired; what makes reading dangerous is refused with a sentence.
"""

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from portal.checks.sniff import skip_id3
from portal.checks.sound_facts import Span
from workers.audio.decode import BROKEN_OFF, WAV_PACKET_BYTES, Unreadable
from workers.audio.limits import MAX_CHUNKS, MAX_TAG_BYTES
from workers.audio.tagweight import TAG_CHUNKS, TagWeight, weigh_tags

UNKNOWN_SIZES = (0xFFFFFFFF, 0xFFFFFFFFFFFFFFFF, 0x7FFFFFFFFFFFFFFF)
_NEAR_BYTES = 4096
_OWN_HEADER_BYTES = 44  # some programs count the header with the sound
_ZEROS = bytes(4)
_PIECE_BYTES = 1 << 16
_PADDING = frozenset({b"JUNK", b"junk", b"PAD ", b"FLLR", b"free", b"skip", b"wide", b"Filr"})
_LARGEST_PADDING = 64 * 1024
_RIFF_KNOWN = frozenset(
    b"fmt |fact|LIST|bext|iXML|id3 |ID3 |cue |smpl|inst|PEAK|axml|chna|_PMX|umid|levl|DISP|cart|acid|afsp|minf|elm1"
    b"|regn|ds64|strc|LGWV|ResU|plst|note|labl|bxml|olym|SyLp|tlst|clm |wamd|ovwf".split(b"|")
)
_AIFF_KNOWN = frozenset(b"COMM|FVER|MARK|INST|COMT|NAME|AUTH|(c) |ANNO|ID3 |id3 |APPL|MIDI|AESD|CHAN|bext".split(b"|"))
_CAF_KNOWN = frozenset(b"desc|kuki|chan|info|pakt|strg|mark|regn|inst|midi|ovvw|edct|umid|uuid|peak".split(b"|"))
_MP4_KNOWN = frozenset(b"ftyp|moov|moof|mfra|sidx|ssix|styp|udta|meta|uuid|pdin|prft|emsg".split(b"|"))


@dataclass
class Layout:
    """Byte counts and the claims of the header; None where the container says nothing."""

    audio_bytes: int | None = None
    metadata_bytes: int = 0
    hidden_bytes: int = 0
    faults: list[str] = field(default_factory=list)
    codec: str | None = None
    rate_hz: int | None = None
    channels: int | None = None
    bits: int | None = None
    frames: int | None = None
    md5: bytes | None = None
    max_frame_bytes: int | None = None  # of a FLAC stream
    block_size: int = 0  # of a FLAC stream, in samples
    contradictory: bool = False  # nothing in the header confirms how many bytes a sample has
    leading_bytes: int = 0  # foreign, in front of the container
    recordings: int = 1  # that stand one after the other
    recordings_heard: int = 1  # of these, how many a decoder goes through
    ending: str | None = None  # of ENDINGS
    damaged_bytes: int = 0  # within the sound
    damage_count: int = 0
    damage: list[Span] = field(default_factory=list)
    text_chunks: dict[bytes, tuple[int, int]] = field(default_factory=dict)  # id -> offset, bytes
    tag_chunks: list[tuple[bytes, int, int]] = field(default_factory=list)  # id, offset, bytes
    tags: TagWeight = field(default_factory=TagWeight)

    @property
    def duration_s(self) -> float | None:
        return self.frames / self.rate_hz if self.frames is not None and self.rate_hz else None

    def fault(self, name: str) -> None:
        if name not in self.faults:
            self.faults.append(name)


def read_layout(file: BinaryIO, container: str) -> Layout:
    """Read the structure of an open file of this sniffed container. Raises Unreadable for what must not be opened."""
    layout = Layout()
    size = file.seek(0, 2)
    readers: dict[str, Callable[[BinaryIO, int, Layout], None]] = {
        "wav": _read_riff, "rf64": _read_riff, "bw64": _read_riff, "w64": _read_w64, "aiff": _read_aiff,
        "aifc": _read_aiff, "caf": _read_caf, "mp4": _read_mp4, "flac": _read_flac, "mp3": _read_tags,
        "adts": _read_tags,
    }  # fmt: skip
    if container in readers:
        readers[container](file, size, layout)
    if layout.metadata_bytes > MAX_TAG_BYTES:
        megabytes = layout.metadata_bytes / 1e6
        raise Unreadable(
            f"{megabytes:.0f} MB of tags and pictures are embedded in this file. Remove the cover picture and upload "
            "it again."
        )
    layout.tags = weigh_tags(file, container, layout.tag_chunks)
    return layout


def _walk(
    file: BinaryIO, size: int, at: int, *, header: struct.Struct, align: int = 2
) -> Iterator[tuple[bytes, int, int]]:
    """Yield (id, body offset, declared body bytes) until the file ends. Raises Unreadable beyond MAX_CHUNKS.

    Zeros count as one part however many they are: files are filled up to whole blocks of a disk.
    """
    count = 0
    while at + header.size <= size:
        count += 1
        if count > MAX_CHUNKS:
            raise Unreadable(
                f"This file is made of more than {MAX_CHUNKS:,} parts, which no recording is. Export it again."
            )
        file.seek(at)
        name, body = header.unpack(file.read(header.size))
        zeros = _zero_bytes(file, at, size, step=header.size) if name == _ZEROS else 0
        if zeros:
            yield name, at + header.size, zeros - header.size
            at += zeros
            continue
        yield name, at + header.size, body
        at += header.size + body + (-body % align)


def _zero_bytes(file: BinaryIO, at: int, size: int, *, step: int) -> int:
    """Return how many zeros stand at `at`: all of them up to the end of the file, else as many whole steps."""
    end = at
    file.seek(at)
    while piece := file.read(_PIECE_BYTES):
        rest = len(piece.lstrip(b"\0"))
        end += len(piece) - rest
        if rest:
            return (end - at) // step * step
    return size - at


def _sort_chunk(layout: Layout, name: bytes, body: int, known: frozenset[bytes], *, at: int | None = None) -> None:
    if at is not None and name in TAG_CHUNKS:
        layout.tag_chunks.append((name, at, body))
    if name in known or (name in _PADDING and body <= _LARGEST_PADDING):
        layout.metadata_bytes += body
    else:
        layout.hidden_bytes += body


def _read_riff(file: BinaryIO, size: int, layout: Layout) -> None:
    file.seek(0)
    kind, riff_size, _ = struct.unpack("<4sI4s", file.read(12))
    data64 = None
    for name, at, declared in _walk(file, size, 12, header=struct.Struct("<4sI")):
        body = min(declared, size - at)
        if name == b"ds64" and body >= 24:
            riff_size, data64 = struct.unpack("<QQ", file.read(16))
        elif name == b"fmt ":
            _read_fmt(file.read(min(body, 40)), layout)
        elif name == b"data" and layout.audio_bytes is None:
            real = data64 if data64 is not None and declared == 0xFFFFFFFF else declared
            _note_data(layout, real, size - at)
            if real != declared or real == 0 or real > size - at:
                _read_riff_rest(file, size, at + min(real or size, size - at), layout)
                break
            continue
        elif name in (b"bext", b"iXML", b"LIST") and body == declared:
            layout.text_chunks.setdefault(name, (at, body))
        _sort_chunk(layout, name, body, _RIFF_KNOWN, at=at)
    streamed = (riff_size == 0 or _left_open(riff_size, size)) and kind == b"RIFF"
    _check_size(file, size, riff_size + 8, layout, streamed=streamed)
    _count_frames(layout)


def _check_size(file: BinaryIO, size: int, claimed: int, layout: Layout, *, streamed: bool = False) -> None:
    """Compare the size that an IFF-like header claims with the file's; right behind it, another file may stand."""
    file.seek(min(claimed, size))
    following = file.read(12)
    if following[:4] in (b"RIFF", b"FORM") and following[8:12] in (b"WAVE", b"AIFF", b"AIFC"):
        layout.recordings += 1
    elif not streamed and abs(claimed - size) > 1:
        layout.fault("container_size_wrong")


def _read_riff_rest(file: BinaryIO, size: int, at: int, layout: Layout) -> None:
    """Chunks after the data of an RF64 or BW64 file, whose 32-bit size field does not lead there."""
    at += at % 2
    for name, offset, declared in _walk(file, size, at, header=struct.Struct("<4sI")):
        body = min(declared, size - offset)
        if name in (b"bext", b"iXML", b"LIST") and body == declared:
            layout.text_chunks.setdefault(name, (offset, body))
        _sort_chunk(layout, name, body, _RIFF_KNOWN, at=offset)


def _read_fmt(body: bytes, layout: Layout) -> None:
    if len(body) < 16:
        return
    tag, channels, rate, byte_rate, align, bits = struct.unpack("<HHIIHH", body[:16])
    if tag == 0xFFFE and len(body) >= 26:
        tag = struct.unpack("<H", body[24:26])[0]
    layout.channels, layout.rate_hz, layout.bits = channels, rate, bits or None  # coded sound has none, and says 0
    layout.codec = {1: "PCM", 3: "PCM float"}.get(tag, f"WAVE format 0x{tag:04x}")
    if tag in (1, 3) and bits:
        frame_bytes = channels * -(-bits // 8)
        if byte_rate != rate * frame_bytes:
            layout.fault("byte_rate_wrong")
        if align != frame_bytes:
            layout.fault("block_align_wrong")
            # Smaller blocks than the samples need are a plain lie; larger ones may be padding that we cannot place.
            readable = align == 0 or (align < frame_bytes and WAV_PACKET_BYTES % align == 0)
            layout.contradictory = not readable or byte_rate != rate * frame_bytes


def _note_data(layout: Layout, declared: int, left: int) -> None:
    left_open = _left_open(declared, left)
    if left_open:
        layout.fault("streamed_size")
    elif declared == 0 and left > 0:
        layout.fault("data_size_zero")
    elif declared > left:
        layout.fault("data_size_beyond_file")
        if declared - left > _OWN_HEADER_BYTES:
            layout.ending = "broken_off"
    layout.audio_bytes = left if declared == 0 else min(declared, left)
    layout.frames = None if left_open else declared  # bytes for now; frames once fmt is known


def _left_open(declared: int, left: int) -> bool:
    """Return whether a size that the file does not reach is one that programs write into a pipe: near 2 or 4 GiB.

    All ones is one by definition; the others are the largest sizes that a program's own integers hold, often rounded
    down to whole pages or frames (0x7FFFF000) or up by the header.
    """
    near = any(abs(declared - limit) <= _NEAR_BYTES for limit in (1 << 31, 1 << 32))
    return declared in UNKNOWN_SIZES or (near and declared > left)


def _count_frames(layout: Layout) -> None:
    frame_bytes = (layout.channels or 0) * -(-(layout.bits or 0) // 8)
    known = layout.frames is not None and frame_bytes > 0 and (layout.codec or "").startswith("PCM")
    layout.frames = layout.frames // frame_bytes if known and layout.frames is not None else None


def _read_w64(file: BinaryIO, size: int, layout: Layout) -> None:
    file.seek(16)
    if struct.unpack("<Q", file.read(8))[0] != size:
        layout.fault("container_size_wrong")
    at, count = 40, 0
    while at + 24 <= size and count < MAX_CHUNKS:
        file.seek(at)
        name, length = struct.unpack("<4s12xQ", file.read(24))
        if name == _ZEROS:
            length = length or max(_zero_bytes(file, at, size, step=24), 24)
        body = min(max(length - 24, 0), size - at - 24)
        if name == b"fmt ":
            _read_fmt(file.read(min(body, 40)), layout)
        if name == b"data":
            _note_data(layout, max(length - 24, 0), size - at - 24)
        else:
            _sort_chunk(layout, name, body, _RIFF_KNOWN)
        at += max(length + (-length % 8), 24)
        count += 1
    _count_frames(layout)


def _read_aiff(file: BinaryIO, size: int, layout: Layout) -> None:
    file.seek(4)
    _check_size(file, size, struct.unpack(">I", file.read(4))[0] + 8, layout)
    frames = None
    for name, at, declared in _walk(file, size, 12, header=struct.Struct(">4sI")):
        body = min(declared, size - at)
        if name == b"SSND":
            _note_data(layout, max(declared - 8, 0), max(size - at - 8, 0))
            continue
        if name == b"COMM" and body >= 18:
            channels, frames, bits, exponent, mantissa = struct.unpack(">hIhHQ", file.read(18))
            power = (exponent & 0x7FFF) - 16383
            rate = mantissa * 2.0 ** (power - 63) if abs(power) < 64 else 0.0
            layout.channels, layout.bits = channels, bits
            layout.rate_hz = round(rate) if rate < 1e12 else 0
            layout.codec = "PCM float" if body >= 22 and file.read(4).lower() in (b"fl32", b"fl64") else "PCM"
        _sort_chunk(layout, name, body, _AIFF_KNOWN, at=at)
    layout.frames = frames


def _read_caf(file: BinaryIO, size: int, layout: Layout) -> None:
    for name, at, declared in _walk(file, size, 8, header=struct.Struct(">4sQ"), align=1):
        body = min(declared, size - at)
        if name == b"desc" and body >= 32:
            rate, kind, _, _, _, channels, bits = struct.unpack(">d4sIIIII", file.read(32))
            layout.rate_hz = round(rate) if 0 <= rate < 1e12 else 0
            layout.channels, layout.bits = channels, bits or None
            layout.codec = kind.decode("latin-1").strip()
        if name == b"data":
            _note_data(layout, declared, size - at)
            left_open = "streamed_size" in layout.faults
            layout.frames = max(declared - 4, 0) if layout.codec == "lpcm" and not left_open else None
        else:
            _sort_chunk(layout, name, body, _CAF_KNOWN, at=at)
    if layout.frames is not None and layout.channels and layout.bits:
        layout.frames //= layout.channels * -(-layout.bits // 8)


def _read_mp4(file: BinaryIO, size: int, layout: Layout) -> None:
    at, count, audio = 0, 0, 0
    seen: set[bytes] = set()
    while at + 8 <= size and count < MAX_CHUNKS:
        file.seek(at)
        length, name = struct.unpack(">I4s", file.read(8))
        if length == 1:
            length = struct.unpack(">Q", file.read(8).ljust(8, b"\0"))[0]
        length = size - at if length == 0 else max(length, 8)
        body = min(length, size - at)
        if name == b"ftyp" and {b"moov", b"mdat"} <= seen:
            layout.recordings += 1
            layout.hidden_bytes += size - at
            break
        seen.add(name)
        if name == b"mdat":
            audio += body
        elif name == b"moov" or name == b"moof":
            pass  # sample tables grow with the length; they are neither tags nor hidden
        else:
            _sort_chunk(layout, name, body, _MP4_KNOWN)
        if name in (b"mdat", b"moov", b"moof") and length > size - at:
            layout.fault("data_size_beyond_file")
            layout.ending = "broken_off"
        at, count = at + length, count + 1
    layout.audio_bytes = audio
    if b"moov" not in seen:
        raise Unreadable(
            "This MPEG-4 file breaks off before its table of contents, which stands at its end: the upload or the "
            "export was cut off. Play your copy; if it plays, upload it again, else export it again."
        )


def _read_flac(file: BinaryIO, size: int, layout: Layout) -> None:
    layout.metadata_bytes = skip_id3(file)
    at = layout.metadata_bytes + 4
    last, count = False, 0
    while not last and at + 4 <= size:
        count += 1
        if count > MAX_CHUNKS:
            raise Unreadable(f"This file has more than {MAX_CHUNKS:,} metadata blocks. Export it again.")
        file.seek(at)
        head = file.read(4)
        last, kind, body = bool(head[0] & 128), head[0] & 127, int.from_bytes(head[1:], "big")
        if kind == 0 and body >= 34 and at + 38 <= size:
            read_streaminfo(file.read(34), layout)
        at += 4 + body
        if kind != 0:
            layout.metadata_bytes += min(body, size)
    if layout.codec is None and at >= size:
        raise Unreadable(BROKEN_OFF)
    if not last or at >= size:
        layout.ending = "broken_off"
    layout.audio_bytes = max(size - at, 0)


def read_streaminfo(body: bytes, layout: Layout) -> None:
    """RFC 9639 section 8.2."""
    packed = int.from_bytes(body[10:18], "big")
    layout.codec = "FLAC"
    layout.block_size = int.from_bytes(body[2:4], "big")
    layout.max_frame_bytes = int.from_bytes(body[7:10], "big") or None
    layout.rate_hz, layout.channels = packed >> 44, (packed >> 41 & 7) + 1
    layout.bits = (packed >> 36 & 31) + 1
    layout.frames = packed & (1 << 36) - 1 or None
    layout.md5 = body[18:34] if any(body[18:34]) else None


def _read_tags(file: BinaryIO, size: int, layout: Layout) -> None:
    """ID3v2 in front (more than one may follow another), ID3v1 and APEv2 behind."""
    at = layout.metadata_bytes = skip_id3(file)
    if size >= 128:
        file.seek(size - 128)
        layout.metadata_bytes += 128 * (file.read(3) == b"TAG")
    if size >= 32:
        for end in (size, size - 128):
            file.seek(max(end - 32, 0))
            foot = file.read(32)
            if foot[:8] == b"APETAGEX":
                layout.metadata_bytes += min(int.from_bytes(foot[12:16], "little") + 32, size)
    layout.audio_bytes = max(size - at, 0)
