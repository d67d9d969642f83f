"""The copy that is listened to: the same sound, sample by sample, and not one byte of anything else.

Lossless sound is decoded and written anew, so that nothing of the original file is left but its samples. Lossy sound is
not encoded a second time: its packets are put into a fresh container without tags. Whatever way was taken, the copy is
decoded and its samples are compared with the original's; a way that fails, for whatever reason, gives way to the next
one, and the last is always plain WAV.

What remains are bits inside a lossy packet that no decoder reads; taking those out would mean to encode again.
"""

import hashlib
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO

import av

from portal.checks.sniff import find_sound, sniff
from workers.audio.copy_lossless import write_flac, write_rf64, write_wav
from workers.audio.copy_packets import write_mp3, write_mp4, write_ogg
from workers.audio.decode import Decoder, Unreadable
from workers.audio.layout import read_layout
from workers.audio.limits import Limits
from workers.audio.notthisway import NotThisWay
from workers.audio.survey import Survey
from workers.audio.window import window

Write = Callable[[Decoder, BinaryIO, BinaryIO], None]


@dataclass(frozen=True)
class Way:
    """How a copy is written (`write(decoder, source, out)`), and what a browser is told that it is."""

    write: Write
    mime: str


WAV = Way(write_wav, "audio/wav")
RF64 = Way(write_rf64, "audio/wav")
FLAC = Way(write_flac, "audio/flac")
MP3 = Way(write_mp3, "audio/mpeg")
MP4 = Way(write_mp4, "audio/mp4")
OGG = Way(write_ogg, "audio/ogg")

_COMPACT = {
    ("mp3", "mp3"): MP3,
    ("mp4", "aac"): MP4,
    ("adts", "aac"): MP4,
    ("ogg", "vorbis"): OGG,
    ("ogg", "opus"): OGG,
}


class CannotCopy(Exception):
    """No way led to a copy with the same sound; the message is a sentence for staff."""


@dataclass(frozen=True)
class Sound:
    """What must be the same in original and copy."""

    sha256: str
    rate_hz: int
    channels: int
    frames: int


@dataclass(frozen=True)
class Copy:
    mime: str
    sound: Sound


def make_copy(source: BinaryIO, out: BinaryIO, *, limits: Limits | None = None) -> Copy:
    """Write the listening copy of `source` into `out`, which is empty and can be read and sought.

    Raises CannotCopy.
    """
    limits = limits or Limits()
    container, at = find_sound(source)
    if container is None:
        raise CannotCopy("This is not a sound file that we can read.")
    source = window(source, at, source.seek(0, io.SEEK_END))
    try:
        source = Survey(source, container, read_layout(source, container)).sound
        original = _sound_of(source, container, limits)
        with _decoder(source, container, limits) as decoder:
            ways = _ways(container, decoder)
    except (Unreadable, av.error.FFmpegError) as error:
        raise CannotCopy("The recording could not be read to its end, so no listening copy was made.") from error
    for way in ways:
        if _succeeds(way, source, out, container, limits, original):
            return Copy(mime=way.mime, sound=original)
    raise CannotCopy("No listening copy with exactly the same sound could be made of this recording.")


def _ways(container: str, decoder: Decoder) -> list[Way]:
    compact = _COMPACT.get((container, decoder.codec))
    if compact is not None:
        return [compact, WAV, RF64]
    return [FLAC, WAV, RF64] if decoder.codec in ("flac", "alac") else [WAV, RF64]


def _succeeds(way: Way, source: BinaryIO, out: BinaryIO, container: str, limits: Limits, original: Sound) -> bool:
    out.seek(0)
    out.truncate()
    try:
        with _decoder(source, container, limits) as decoder:
            way.write(decoder, source, out)
        out.flush()
        written = sniff(out)
        return written is not None and _sound_of(out, written, limits) == original
    except (NotThisWay, Unreadable, av.error.FFmpegError, IndexError, ValueError):  # PyAV trips over late streams
        return False


def _sound_of(file: BinaryIO, container: str, limits: Limits) -> Sound:
    digest = hashlib.sha256()
    with _decoder(file, container, limits) as decoder:
        for piece in decoder.pieces():
            digest.update(piece.tobytes())
        return Sound(digest.hexdigest(), decoder.rate_hz, decoder.channels, decoder.frames)


@contextmanager
def _decoder(file: BinaryIO, container: str, limits: Limits) -> Iterator[Decoder]:
    decoder = Decoder(file, container=container, limits=limits)
    try:
        yield decoder
    finally:
        decoder.close()
