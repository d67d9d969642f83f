"""tus 1.0.0 (https://tus.io/protocols/resumable-upload): headers in, headers out. No storage, no database."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime

from werkzeug.datastructures import Headers

from portal.core.errors import DomainError
from portal.core.resumable import Checksum

VERSION = "1.0.0"
EXTENSIONS = ("creation", "creation-with-upload", "termination", "checksum", "expiration")
CHECKSUMS = {"sha1": "sha1", "sha256": "sha256", "md5": "md5"}
OFFSET_TYPE = "application/offset+octet-stream"
MAX_METADATA_CHARS = 4096
CHECKSUM_MISMATCH = 460


class ProtocolError(DomainError):
    """The request is not tus 1.0.0. `status` is what the protocol asks for."""

    code = "tus_protocol"

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True)
class Creation:
    """What a client says before it sends: bytes in all, the name of the file, and perhaps the SHA-256 of the whole.

    `sha256` is in hexadecimal, as `sha256sum` prints it; empty when nothing was said.
    """

    size_bytes: int
    file_name: str
    sha256: str


def demand_version(headers: Headers) -> None:
    """Raises ProtocolError 412, as everything but OPTIONS must name the version."""
    if headers.get("Tus-Resumable") != VERSION:
        raise ProtocolError(f"Say Tus-Resumable: {VERSION}.", 412)


def creation(headers: Headers) -> Creation:
    """Read the headers of a POST. Raises ProtocolError."""
    if headers.get("Upload-Concat") or headers.get("Upload-Defer-Length"):
        raise ProtocolError("Uploads in parts, or of unknown length, are not taken here.")
    said = metadata(headers)
    return Creation(_whole(headers, "Upload-Length"), said.get("filename", ""), _sha256(said.get("sha256", "")))


def metadata(headers: Headers) -> dict[str, str]:
    """`Upload-Metadata`: pairs of a key and a base64 value. Raises ProtocolError."""
    text = headers.get("Upload-Metadata", "")
    if len(text) > MAX_METADATA_CHARS:
        raise ProtocolError("Upload-Metadata is too long.")
    found: dict[str, str] = {}
    for pair in filter(None, (part.strip() for part in text.split(","))):
        key, _, value = pair.partition(" ")
        try:
            found[key] = base64.b64decode(value, validate=True).decode()
        except ValueError:
            raise ProtocolError(f"Upload-Metadata {key!r} is not base64 of UTF-8.") from None
    return found


def offset(headers: Headers) -> int:
    """Where a PATCH begins. Raises ProtocolError."""
    return _whole(headers, "Upload-Offset")


def demand_offset_type(content_type: str | None) -> None:
    """Raises ProtocolError 415."""
    if content_type != OFFSET_TYPE:
        raise ProtocolError(f"Send the bytes as {OFFSET_TYPE}.", 415)


def checksum(headers: Headers) -> Checksum | None:
    """`Upload-Checksum`: an algorithm that we offer, and base64. Raises ProtocolError."""
    text = headers.get("Upload-Checksum")
    if text is None:
        return None
    name, _, value = text.partition(" ")
    if name not in CHECKSUMS:
        raise ProtocolError(f"Checksums are taken as {', '.join(CHECKSUMS)}.")
    try:
        return Checksum(CHECKSUMS[name], base64.b64decode(value, validate=True))
    except ValueError:
        raise ProtocolError("Upload-Checksum is not base64.") from None


def capabilities(max_bytes: int) -> dict[str, str]:
    """The answer to OPTIONS."""
    return {
        "Tus-Version": VERSION,
        "Tus-Extension": ",".join(EXTENSIONS),
        "Tus-Checksum-Algorithm": ",".join(CHECKSUMS),
        "Tus-Max-Size": str(max_bytes),
    }


def standing(offset_bytes: int, expires_at: datetime) -> dict[str, str]:
    """Where an upload stands and until when it can be continued."""
    return {"Upload-Offset": str(offset_bytes), "Upload-Expires": format_datetime(expires_at, usegmt=True)}


def _sha256(text: str) -> str:
    if text and not re.fullmatch(r"[0-9a-fA-F]{64}", text):
        raise ProtocolError("The sha256 in Upload-Metadata must have 64 hexadecimal digits.")
    return text.lower()


def _whole(headers: Headers, name: str) -> int:
    text = headers.get(name, "")
    if not (text.isascii() and text.isdigit()) or len(text) > 15:
        raise ProtocolError(f"{name} must be a whole number of bytes.")
    return int(text)
