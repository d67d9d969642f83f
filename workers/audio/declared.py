"""What the file claims about itself, by mutagen: kept beside the truth, never shown as it.

mutagen may lie, raise, recurse without end or inflate a tag to gigabytes, so it only runs inside the confined child.
"""

import math
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from mutagen._file import FileType
from mutagen.aac import AAC
from mutagen.aiff import AIFF
from mutagen.flac import FLAC
from mutagen.mp3 import MP3, BitrateMode
from mutagen.mp4 import MP4
from mutagen.oggflac import OggFLAC
from mutagen.oggopus import OggOpus
from mutagen.oggvorbis import OggVorbis
from mutagen.wave import WAVE

from portal.checks.file_facts import Declared
from workers.audio.confine import TagTimeUp
from workers.audio.layout import Layout

_READERS: dict[str, type[FileType]] = {
    "wav": WAVE, "aiff": AIFF, "aifc": AIFF, "flac": FLAC, "mp3": MP3, "mp4": MP4, "adts": AAC,
}  # fmt: skip
_OGG_READERS: tuple[tuple[bytes, type[FileType]], ...] = (
    (b"\x01vorbis", OggVorbis), (b"OpusHead", OggOpus), (b"\x7fFLAC", OggFLAC),
)  # fmt: skip
_ENCODER_KEYS = ("encoder", "ENCODER", "TSSE", "\xa9too", "ISFT")  # not TENC: it often names a person
_MAX_TEXT = 200
TOOK_TOO_LONG = "Reading the tags took too long, so they were not read."


@dataclass
class Claims:
    """The declared facts and, for the identity check, mutagen's tags as they are."""

    declared: Declared
    tags: dict[str, Any] = field(default_factory=dict)
    pictures: int = 0
    tag_kind: str = ""
    unread: str | None = None  # why there are tags that were not read


def read_claims(
    file: BinaryIO, container: str, layout: Layout, *, guard: AbstractContextManager[object] | None = None
) -> Claims:
    """Return what the file claims; never raises for what is in it. `guard` bounds what reading tags may cost."""
    header: dict[str, Any] = {
        "codec": layout.codec,
        "duration_s": layout.duration_s,
        "sample_rate_hz": layout.rate_hz,
        "channels": layout.channels,
        "bits_per_sample": layout.bits,
    }
    if layout.tags.refusal:
        return _unread(header, layout.tags.refusal)
    reader = _reader(file, container)
    if reader is None:
        return Claims(Declared(**header))  # RF64, BW64, W64, CAF: mutagen does not know them, our header reader does
    try:
        with guard or nullcontext():
            file.seek(0)
            found = reader(fileobj=file)
            return _claims(found, header, layout)
    except TagTimeUp:
        return _unread(header, TOOK_TOO_LONG)
    except Exception as error:  # noqa: BLE001 - mutagen raises whatever a broken file makes it stumble over
        return Claims(Declared(read_error=_say(error), **header))


def _unread(header: dict[str, Any], reason: str) -> Claims:
    return Claims(Declared(read_error=reason, **header), unread=reason)


def _reader(file: BinaryIO, container: str) -> type[FileType] | None:
    if container != "ogg":
        return _READERS.get(container)
    file.seek(0)
    head = file.read(512)
    return next((reader for magic, reader in _OGG_READERS if magic in head), None)


def _claims(found: FileType, header: dict[str, Any], layout: Layout) -> Claims:
    info: Any = found.info
    said: dict[str, Any] = {
        "codec": _codec(found, header["codec"]),
        "duration_s": _number(getattr(info, "length", None)),
        "sample_rate_hz": _whole(getattr(info, "sample_rate", None)),
        "channels": _whole(getattr(info, "channels", None)),
        "bits_per_sample": _whole(getattr(info, "bits_per_sample", None)) or None,
        "bitrate_bps": _whole(getattr(info, "bitrate", None)) or None,
        "duration_estimated": isinstance(found, AAC) or getattr(info, "bitrate_mode", None) == BitrateMode.UNKNOWN,
    }
    if "block_align_wrong" in layout.faults:
        said["duration_s"] = None  # mutagen divides by it; our header reader does not
    claims = Claims(Declared(**{**header, **{name: value for name, value in said.items() if value is not None}}))
    tags: Any = found.tags
    if tags is not None:  # an untagged file is falsy, so never `if found`
        claims.tag_kind = type(tags).__name__
        claims.tags = {str(key): value for key, value in list(tags.items())[:1000]}
    claims.pictures = _count_pictures(found, claims.tags)
    encoder = getattr(info, "encoder_info", "") or _encoder(claims.tags)
    if encoder:
        plain = {**claims.declared.to_plain(), "encoder": str(encoder)[:_MAX_TEXT]}
        claims.declared = Declared.from_plain(plain)
    return claims


def _codec(found: FileType, header_codec: str | None) -> str:
    if isinstance(found, WAVE):
        return header_codec or "PCM"
    if isinstance(found, MP4):
        return str(getattr(found.info, "codec", "") or "mp4")[:_MAX_TEXT]
    if isinstance(found, MP3):
        info: Any = found.info
        return f"MPEG {info.version:g} layer {info.layer}"
    return type(found).__name__


def _count_pictures(found: FileType, tags: dict[str, Any]) -> int:
    pictures = len(getattr(found, "pictures", ()))
    pictures += sum(key.startswith("APIC") for key in tags)
    covers = tags.get("covr", ())
    return pictures + len(covers) + len(tags.get("metadata_block_picture", ()))


def _encoder(tags: dict[str, Any]) -> str:
    for key in _ENCODER_KEYS:
        if key in tags:
            value = tags[key]
            return str(value[0] if isinstance(value, list) and value else value)
    return ""


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and math.isfinite(value) else None


def _whole(value: object) -> int | None:
    number = _number(value)
    return None if number is None else int(number)


def _say(error: Exception) -> str:
    if isinstance(error, MemoryError):
        return "the tags unpack to more memory than a recording's tags may take"
    if isinstance(error, RecursionError):
        return "the tags are nested too deeply"
    return f"the tags could not be read: {str(error)[:_MAX_TEXT] or type(error).__name__}"
