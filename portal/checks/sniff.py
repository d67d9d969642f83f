"""What a file is, by its bytes and never by its name. Nothing but these containers ever reaches a decoder."""

from collections.abc import Callable
from typing import BinaryIO

from portal.checks.foreign import is_foreign

HEAD_BYTES = 64 * 1024

# Container -> the one FFmpeg demuxer that may open it.
DEMUXERS = {
    "wav": "wav",
    "rf64": "wav",
    "bw64": "wav",
    "w64": "w64",
    "aiff": "aiff",
    "aifc": "aiff",
    "flac": "flac",
    "ogg": "ogg",
    "mp3": "mp3",
    "mp4": "mov",
    "adts": "aac",
    "caf": "caf",
}

_MP4_STARTS = (b"ftyp", b"moov", b"wide", b"mdat")  # QuickTime wrote files without "ftyp" for a long time
_W64_RIFF = bytes.fromhex("726966662e91cf11a5d628db04c10000")
_MPEG1_LAYER3_KBPS = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_MPEG2_LAYER3_KBPS = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
MPEG_RATES_HZ = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}
_MOST_TAGS = 1_000  # of ID3v2, one behind the other
_JUNK_BYTES = 4096  # what players skip before the first MPEG frame when two frames follow one another
_MOST_JUNK_BYTES = 64 * 1024  # the same, when a whole row of frames alike follows
_FRAMES_IN_A_ROW = 6
_LARGEST_FRAME = 8192  # of ADTS; those of MPEG audio are smaller
REACH_BYTES = _MOST_JUNK_BYTES + _FRAMES_IN_A_ROW * _LARGEST_FRAME  # enough to know what a file is, mostly
MOST_ZEROS = 1 << 20  # the same, when it is nothing but zeros


def sniff(file: BinaryIO) -> str | None:
    """Return one of the keys of DEMUXERS, or None. `file` is read from its start; its position moves."""
    return find_sound(file)[0]


def find_sound(file: BinaryIO) -> tuple[str | None, int]:
    """Return the container and the offset where it begins, behind what players skip: tags, zeros, a little junk.

    An ID3v2 tag in front of MPEG audio or FLAC belongs to the file; in front of other containers it is foreign.
    """
    file.seek(0)
    head = file.read(HEAD_BYTES)
    found = _by_magic(head)
    if found is not None:
        return found, 0
    if is_foreign(head):
        return None, 0
    if head[:3] == b"ID3":
        return _behind_tags(file)
    zeros = _leading_zeros(file, head)
    if zeros:
        file.seek(zeros)
        head = file.read(HEAD_BYTES)
        if head[:3] == b"ID3":
            found, inside = _behind_tags(file, zeros)
            return (found, zeros) if found in _FRAMED and inside == 0 else (None, 0)
    file.seek(zeros)
    found, junk = _by_frames(file.read(REACH_BYTES))
    return found, zeros + junk


def _behind_tags(file: BinaryIO, at: int = 0) -> tuple[str | None, int]:
    behind = skip_id3(file, at)
    file.seek(behind)
    head = file.read(HEAD_BYTES)
    found = _by_magic(head)
    if found is not None:
        return found, 0 if found == "flac" else behind
    return _by_frames(head)[0], 0


def _leading_zeros(file: BinaryIO, head: bytes) -> int:
    """Return how many zero bytes the file begins with; 0 when there are more than a player would skip."""
    count, piece = 0, head
    while count <= MOST_ZEROS:
        kept = piece.lstrip(b"\0")
        count += len(piece) - len(kept)
        if kept:
            return count
        file.seek(count)
        piece = file.read(HEAD_BYTES)
        if not piece:
            break
    return 0


def skip_id3(file: BinaryIO, at: int = 0) -> int:
    """Return where the ID3v2 tags end that begin at `at`: more than one may stand there, or none."""
    for _ in range(_MOST_TAGS):
        file.seek(at)
        head = file.read(10)
        if head[:3] != b"ID3" or len(head) < 10:
            break
        at += 10 + synchsafe(head[6:10])
    return at


def synchsafe(four: bytes) -> int:
    """Return the 28-bit length of an ID3v2 tag (id3.org, ID3v2.4.0 section 6.2)."""
    return (four[0] & 127) << 21 | (four[1] & 127) << 14 | (four[2] & 127) << 7 | four[3] & 127


def _by_magic(head: bytes) -> str | None:
    riff = {b"RIFF": "wav", b"RF64": "rf64", b"BW64": "bw64"}.get(head[:4])
    if riff and head[8:12] == b"WAVE":
        return riff
    if head[:4] == b"FORM" and head[8:12] in (b"AIFF", b"AIFC"):
        return "aiff" if head[8:12] == b"AIFF" else "aifc"
    if head[4:8] in _MP4_STARTS:
        return "mp4"
    starts = ((b"fLaC", "flac"), (b"OggS", "ogg"), (b"caff\x00\x01", "caf"), (_W64_RIFF, "w64"))
    return next((name for magic, name in starts if head.startswith(magic)), None)


def _by_frames(head: bytes) -> tuple[str | None, int]:
    """MPEG audio has no magic: a header counts only when others stand where the first says it ends."""
    start = head.find(b"\xff")
    while 0 <= start < _MOST_JUNK_BYTES:
        for name, length in _FRAMED.items():
            if (_has_two if start < _JUNK_BYTES else _has_row)(head, start, length):
                return name, start
        start = head.find(b"\xff", start + 1)
    return None, 0


def _has_two(head: bytes, at: int, length: Callable[[bytes], int]) -> bool:
    size = length(head[at : at + 7])
    return size > 0 and length(head[at + size : at + size + 7]) > 0


def _has_row(head: bytes, at: int, length: Callable[[bytes], int]) -> bool:
    """Whether a row of frames of one version, layer and sample rate begins here."""
    kind = head[at + 1 : at + 2], head[at + 2 : at + 3][0] & 0x0C if at + 2 < len(head) else 0
    for _ in range(_FRAMES_IN_A_ROW):
        size = length(head[at : at + 7])
        if not size or (head[at + 1 : at + 2], head[at + 2] & 0x0C) != kind:
            return False
        at += size
    return True


def mpeg_frame_bytes(header: bytes) -> int:
    """Return the bytes of the MPEG-1/2/2.5 layer III frame that begins with `header`, 0 when none does."""
    if len(header) < 4 or header[0] != 0xFF or header[1] & 0xE0 != 0xE0:
        return 0
    version, layer = header[1] >> 3 & 3, header[1] >> 1 & 3
    rate_index, bitrate_index = header[2] >> 2 & 3, header[2] >> 4
    if version == 1 or layer != 1 or rate_index == 3 or bitrate_index in (0, 15):
        return 0
    kbps = (_MPEG1_LAYER3_KBPS if version == 3 else _MPEG2_LAYER3_KBPS)[bitrate_index]
    slots = 144 if version == 3 else 72
    return slots * kbps * 1000 // MPEG_RATES_HZ[version][rate_index] + (header[2] >> 1 & 1)


def adts_frame_bytes(header: bytes) -> int:
    """Return the bytes of the ADTS frame (ISO 13818-7) that begins with `header`, 0 when none does."""
    if len(header) < 7 or header[0] != 0xFF or header[1] & 0xF6 != 0xF0 or header[2] >> 2 & 15 > 12:
        return 0
    size = (header[3] & 3) << 11 | header[4] << 3 | header[5] >> 5
    return size if size > 7 else 0


_FRAMED: dict[str, Callable[[bytes], int]] = {"mp3": mpeg_frame_bytes, "adts": adts_frame_bytes}
