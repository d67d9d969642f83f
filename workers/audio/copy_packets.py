"""Putting lossy packets into a fresh container: no tag, no picture, no name of a program.

MP3 by ISO 11172-3 with the customary Xing/Info frame; the other containers are written by FFmpeg in its reproducible
mode.
"""

import struct
from collections.abc import Iterator
from typing import Any, BinaryIO

import av
from av.bitstream import BitStreamFilterContext

from portal.checks.sniff import DEMUXERS, mpeg_frame_bytes, skip_id3, sniff
from workers.audio.decode import CODECS, Decoder
from workers.audio.frames import xing_at
from workers.audio.notthisway import NotThisWay

_READ_BYTES = 1 << 20
_LARGEST_FRAME_BYTES = 2048  # 320 kbit/s at 32 kHz need 1,441
_LAME_BYTES = 36  # the part of an Info frame after the Xing fields
_PADDING = slice(21, 24)  # encoder delay and padding, 12 bits each, within it
_READERS_OF_PADDING = (b"LAME", b"Lavf", b"Lavc")  # decoders read it only behind one of these words


def write_mp4(decoder: Decoder, source: BinaryIO, out: BinaryIO) -> None:
    """AAC from MPEG-4 or from a bare ADTS stream."""
    _remux(source, out, "mp4", filters="aac_adtstoasc" if sniff(source) == "adts" else None)


def write_ogg(decoder: Decoder, source: BinaryIO, out: BinaryIO) -> None:
    """Vorbis or Opus, with an empty comment header."""
    _remux(source, out, "ogg", filters=None)


def write_mp3(decoder: Decoder, source: BinaryIO, out: BinaryIO) -> None:
    """The frames one after another; ID3, APE and Lyrics3 lie between or behind them and are left out."""
    first = True
    for frame in _frames(source):
        out.write(_without_names(frame) if first else frame)
        first = False
    if first:
        raise NotThisWay("there is no frame")


def _remux(source: BinaryIO, out: BinaryIO, muxer: str, *, filters: str | None) -> None:
    found = DEMUXERS[sniff(source) or ""]
    source.seek(0)
    options = {"protocol_whitelist": "none", "format_whitelist": found, "codec_whitelist": CODECS}
    with (
        av.open(source, "r", format=found, options=options, metadata_errors="replace") as original,
        av.open(out, "w", format=muxer, options={"fflags": "+bitexact"}) as copy,
    ):
        stream: Any = original.streams.audio[0]
        target: Any = copy.add_stream_from_template(stream)
        through = BitStreamFilterContext(filters, stream, target) if filters else None
        for packet in original.demux(stream):
            for made in through.filter(packet) if through is not None else [packet]:
                if made.size:
                    made.stream = target
                    copy.mux(made)


def _frames(source: BinaryIO) -> Iterator[bytes]:
    """Every MPEG frame that follows another one or is followed by one; what lies between is skipped."""
    source.seek(skip_id3(source))
    data, chained = bytearray(), False
    while True:
        if len(data) < 2 * _LARGEST_FRAME_BYTES:
            data += source.read(_READ_BYTES)
        if len(data) < 4:
            return
        size = mpeg_frame_bytes(bytes(data[:4]))
        if 0 < size <= len(data) and (chained or mpeg_frame_bytes(bytes(data[size : size + 4]))):
            yield bytes(data[:size])
            del data[:size]
            chained = True
        else:
            following = data.find(b"\xff", 1)
            del data[: following if following > 0 else len(data)]
            chained = False


def _without_names(frame: bytes) -> bytes:
    """An Info frame with the numbers that players need (length, index, encoder delay) alone; others as they are."""
    start = xing_at(frame)
    if frame[start : start + 4] not in (b"Xing", b"Info"):
        return frame
    flags = struct.unpack(">I", frame[start + 4 : start + 8])[0]
    fields = start + 8 + 4 * bool(flags & 1) + 4 * bool(flags & 2) + 100 * bool(flags & 4) + 4 * bool(flags & 8)
    named = frame[fields : fields + _LAME_BYTES]
    lame = bytearray(_LAME_BYTES)
    if named[:4] in _READERS_OF_PADDING:
        lame[:4] = _READERS_OF_PADDING[0]
        lame[_PADDING] = named[_PADDING]
    return (frame[:fields] + lame + bytes(len(frame)))[: len(frame)]
