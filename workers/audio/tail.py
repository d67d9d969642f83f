"""What lies behind the sound: bytes that were glued to the end of a file whose format does not say where it ends.

A decoder takes them for damage, or swallows them with the last packet; they are neither sound nor a fault of it.
"""

from typing import BinaryIO

from workers.audio.decode import Decoder
from workers.audio.layout import Layout

LARGEST_MPEG_FRAME = 8192  # ADTS: 13 bits; up to here it may be a last frame that was cut
_MAX_PAGES = 2_000_000
_PAGE_HEADER = 27
_CHUNK = 1 << 20


def set_tail_apart(file: BinaryIO, container: str, decoder: Decoder, layout: Layout) -> None:
    """Move the foreign bytes at the end from the counts of sound and damage to `layout.hidden_bytes`.

    To be called when the decoder has run to its end, before its counts are reported.
    """
    if decoder.stopped_at_limit:
        return
    if container in ("mp3", "adts"):
        if decoder.tail_bytes > LARGEST_MPEG_FRAME and 2 * decoder.tail_bad > decoder.tail_packets:
            decoder.drop_tail()
        layout.audio_bytes = decoder.audio_bytes
        layout.hidden_bytes = max(file.seek(0, 2) - layout.metadata_bytes - decoder.audio_bytes, 0)
    elif container == "ogg":
        layout.hidden_bytes = _behind_last_page(file)
        if layout.hidden_bytes:
            decoder.drop_tail()
    elif container == "flac" and layout.max_frame_bytes:
        surplus = decoder.last_packet_bytes - layout.max_frame_bytes
        if surplus > 0:
            layout.hidden_bytes = surplus
            layout.audio_bytes = max((layout.audio_bytes or 0) - surplus, 0)
            decoder.audio_bytes -= surplus


def _behind_last_page(file: BinaryIO) -> int:
    """Return the bytes after the last Ogg page (RFC 3533 section 6); 0 when the file ends within a page."""
    size, at = file.seek(0, 2), 0
    for _ in range(_MAX_PAGES):
        file.seek(at)
        head = file.read(_PAGE_HEADER + 255)
        if head[:4] != b"OggS":
            following = _find_page(file, at)
            if following is None:
                return size - at
            at = following
            continue
        if len(head) < _PAGE_HEADER:
            return 0
        segments = head[_PAGE_HEADER - 1]
        at += _PAGE_HEADER + segments + sum(head[_PAGE_HEADER : _PAGE_HEADER + segments])
        if at >= size:
            return 0
    return 0


def _find_page(file: BinaryIO, at: int) -> int | None:
    """Return where the next page begins, at or after `at`; None when there is none."""
    file.seek(at)
    kept = b""
    while piece := file.read(_CHUNK):
        window = kept + piece
        found = window.find(b"OggS")
        if found >= 0:
            return at + found
        kept = window[-3:]
        at += len(window) - len(kept)
    return None
