"""How much the tags of a file hold, counted by their lengths alone: libraries take minutes over half a million entries.

Tags beyond the limits are not read by anybody. `TagWeight.hidden` makes their place look like padding to the decoder,
which would otherwise compare each entry with all others.
"""

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from portal.checks.sniff import synchsafe
from workers.audio.limits import MAX_CHUNKS, MAX_TAG_BYTES, MAX_TAG_ENTRIES, MAX_TAG_TEXT_BYTES
from workers.audio.oggpages import page_bytes, with_checksum
from workers.audio.window import Patches, patched

_MOST_COUNTED = 500_000
_ATTACHED = frozenset({b"APIC", b"PIC", b"GEOB", b"GEO", b"PRIV", b"covr"})  # pictures, and data of programs
_ATTACHED_COMMENTS = (b"metadata_block_picture=", b"coverart=")
_ID3_OF_NO_VERSION = b"\x09"  # which nobody reads, and everybody skips
_ATOMS_WITH_ATOMS = {b"moov": 0, b"trak": 0, b"udta": 0, b"meta": 4, b"ilst": 0}  # bytes between header and first atom
_TAG_ATOMS = (b"udta", b"ilst")
_COMMENT_HEADERS = {b"\x01vorbis": 7, b"OpusHead": 8, b"\x7fFLAC": 4}  # first packet -> what precedes the comments
_HEAD_BYTES = 27 + 255 + 8  # of a page, with the mark of its codec
_MOST_PAGES = 1_000_000


@dataclass
class TagWeight:
    """Entries and bytes of text. `patches` is what hides the tags: offset -> other bytes."""

    entries: int = 0
    text_bytes: int = 0
    patches: Patches = field(default_factory=dict)

    @property
    def refusal(self) -> str | None:
        """A sentence when there is more than we read."""
        if self.entries > MAX_TAG_ENTRIES:
            most = f"more than {_MOST_COUNTED:,}" if self.entries >= _MOST_COUNTED else f"{self.entries:,}"
            return f"The tags hold {most} entries; we read at most {MAX_TAG_ENTRIES:,}, so they were not read."
        if self.text_bytes > MAX_TAG_TEXT_BYTES:
            size, limit = self.text_bytes / 1e6, MAX_TAG_TEXT_BYTES / 1e6
            return f"The tags hold {size:.1f} MB of text; we read at most {limit:.0f} MB, so they were not read."
        return None

    def hidden(self, file: BinaryIO) -> BinaryIO:
        """The file without tags that are too much to read; the file itself when they are not."""
        return patched(file, self.patches) if self.refusal else file

    def add(self, text_bytes: int) -> bool:
        """Count an entry; False when it makes no sense to go on."""
        self.entries += 1
        self.text_bytes += text_bytes
        return self.entries < _MOST_COUNTED


def weigh_tags(file: BinaryIO, container: str, chunks: list[tuple[bytes, int, int]]) -> TagWeight:
    """Count what the tags of a file hold: of `chunks` (id, offset, bytes) where a container has such."""
    weight = TagWeight()
    if container in ("mp3", "adts", "flac"):
        behind = 0
        for _ in range(MAX_CHUNKS):
            at, behind = behind, _weigh_id3(file, behind, weight)
            if behind == at:
                break
        if container == "flac":
            _weigh_flac(file, behind, weight)
    elif container == "mp4":
        _weigh_mp4(file, weight)
    elif container == "ogg":
        _weigh_ogg(file, weight)
    for name, at, size in chunks:
        _CHUNKS[name](file, at, size, weight)
    return weight


def _weigh_id3(file: BinaryIO, at: int, weight: TagWeight) -> int:
    """Weigh the ID3v2 tag at `at` (id3.org, ID3v2.2 to 2.4) and return where it ends."""
    file.seek(at)
    head = file.read(10)
    if head[:3] != b"ID3" or len(head) < 10:
        return at
    body = file.read(min(synchsafe(head[6:10]), MAX_TAG_BYTES))
    version, flags = head[3], head[5]
    if version < 4 and flags & 0x80:
        body = body.replace(b"\xff\0", b"\xff")
    starts = {0}
    if flags & 0x40 and version > 2 and len(body) >= 4:
        starts.add(synchsafe(body[:4]) if version == 4 else 4 + int.from_bytes(body[:4], "big"))
    # Programs disagree on the kind of length in 2.4 and on the extended header; what reads the most entries counts.
    sizes = (_plain, synchsafe) if version == 4 else (_plain,)
    found = [_count_id3(body, start, version, size) for start in starts for size in sizes]
    weight.entries += max(one.entries for one in found)
    weight.text_bytes += max(one.text_bytes for one in found)
    weight.patches[at + 3] = _ID3_OF_NO_VERSION
    return at + 10 + synchsafe(head[6:10])


def _plain(coded: bytes) -> int:
    return int.from_bytes(coded, "big")


def _count_id3(body: bytes, at: int, version: int, size_of: Callable[[bytes], int]) -> TagWeight:
    weight = TagWeight()
    letters, header = (3, 6) if version == 2 else (4, 10)
    while at + header <= len(body):
        name = body[at : at + letters]
        size = size_of(body[at + letters : at + 2 * letters])
        misread = at + header + size > len(body)  # the other kind of length, most likely
        if not name.strip(b"\0") or not weight.add(0 if name in _ATTACHED or misread else size):
            break
        at += header + size
    return weight


def _weigh_id3_chunk(file: BinaryIO, at: int, size: int, weight: TagWeight) -> None:
    _weigh_id3(file, at, weight)


def _weigh_list(file: BinaryIO, at: int, size: int, weight: TagWeight) -> None:
    """RIFF INFO: an id of four letters, a length, a text."""
    file.seek(at)
    body = file.read(min(size, MAX_TAG_BYTES))
    if body[:4] != b"INFO":
        return
    here, going = 4, True
    while going and here + 8 <= len(body):
        length = int.from_bytes(body[here + 4 : here + 8], "little")
        going = weight.add(min(length, len(body) - here))
        here += 8 + length + length % 2
    weight.patches[at] = b"none"


def _weigh_strings(file: BinaryIO, at: int, size: int, weight: TagWeight) -> None:
    """CAF: a count, then names and values that end in a zero."""
    file.seek(at)
    body = file.read(min(size, MAX_TAG_BYTES))
    weight.entries += min(body[4:].count(b"\0") // 2, _MOST_COUNTED)
    weight.text_bytes += len(body)
    weight.patches[at - 12] = b"free"


_CHUNKS = {b"id3 ": _weigh_id3_chunk, b"ID3 ": _weigh_id3_chunk, b"LIST": _weigh_list, b"info": _weigh_strings}
TAG_CHUNKS = frozenset(_CHUNKS)


def _weigh_flac(file: BinaryIO, at: int, weight: TagWeight) -> None:
    at += 4
    for _ in range(MAX_CHUNKS):
        file.seek(at)
        head = file.read(4)
        if len(head) < 4:
            break
        size = int.from_bytes(head[1:], "big")
        if head[0] & 127 == 4:
            _weigh_comments(file.read(size), weight)
            weight.patches[at] = bytes([head[0] & 128 | 1])  # a block of padding
        if head[0] & 128:
            break
        at += 4 + size


def _weigh_comments(body: bytes, weight: TagWeight) -> None:
    """Vorbis comments: the vendor, a count, then texts, each behind its length."""
    at = 4 + int.from_bytes(body[:4], "little")
    weight.text_bytes += min(at, len(body))
    at += 4
    going = True
    while going and at + 4 <= len(body):
        size = int.from_bytes(body[at : at + 4], "little")
        picture = body[at + 4 : at + 32].lower().startswith(_ATTACHED_COMMENTS)
        going = weight.add(0 if picture else min(size, len(body) - at))
        at += 4 + size


def _weigh_ogg(file: BinaryIO, weight: TagWeight) -> None:
    """The second packet of each stream with sound. Its vendor and its count, of length 0, hide the rest."""
    begun: dict[bytes, int] = {}  # serial -> the bytes in front of the comments
    read: dict[bytes, bytes] = {}
    for at, head in _pages(file):
        serial, start = head[14:18], 27 + head[26]
        if head[5] & 2:
            mark = next((mark for mark in _COMMENT_HEADERS if head[start:].startswith(mark)), None)
            begun.pop(serial, None)
            if mark:
                begun[serial], read[serial] = _COMMENT_HEADERS[mark], b""
        elif serial in begun:
            file.seek(at)
            page = file.read(page_bytes(head))
            if not read[serial]:
                _hide_comments(at, page, start + begun[serial], weight)
            lengths = page[27:start]
            packet = next((index for index, length in enumerate(lengths) if length < 255), None)
            read[serial] += page[start : start + sum(lengths[: packet + 1 if packet is not None else None])]
            if packet is not None or len(read[serial]) > MAX_TAG_BYTES:
                _weigh_comments(read.pop(serial)[begun.pop(serial) :], weight)
    for serial, comments in read.items():
        _weigh_comments(comments[begun.get(serial, 0) :], weight)


def _hide_comments(at: int, page: bytes, start: int, weight: TagWeight) -> None:
    emptied = page[:start] + bytes(8) + page[start + 8 :]
    weight.patches[at] = with_checksum(emptied[: len(page)])


def _pages(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Offset and first bytes of each page, as long as one follows the other."""
    at = 0
    for _ in range(_MOST_PAGES):
        file.seek(at)
        head = file.read(_HEAD_BYTES)
        length = page_bytes(head)
        if not length:
            return
        yield at, head
        at += length


def _weigh_mp4(file: BinaryIO, weight: TagWeight) -> None:
    """Count the atoms within the atoms that hold tags (ISO 14496-12 section 8.10; QuickTime's ilst)."""
    size = file.seek(0, 2)
    open_atoms = [(0, size, b"")]
    visited = 0
    while open_atoms and visited < _MOST_COUNTED:
        at, end, parent = open_atoms.pop()
        while at + 8 <= end and visited < _MOST_COUNTED:
            visited += 1
            file.seek(at)
            length, name = struct.unpack(">I4s", file.read(8))
            header = 16 if length == 1 else 8
            if length == 1:
                length = int.from_bytes(file.read(8), "big")
            length = end - at if length == 0 else max(length, header)
            if parent in _TAG_ATOMS and name not in _ATOMS_WITH_ATOMS:
                weight.add(0 if name in _ATTACHED else min(length, end - at))
            if name in _ATOMS_WITH_ATOMS:
                open_atoms.append((at + header + _ATOMS_WITH_ATOMS[name], min(at + length, end), name))
            if name in _TAG_ATOMS:
                weight.patches[at + 4] = b"free"
            at += length
