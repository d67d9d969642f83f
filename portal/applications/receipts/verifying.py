"""Whether a receipt is one of ours, what it says, and whether a recording is one that it names."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from portal.applications.receipts.in_words import File, InWords, in_words
from portal.core import signed


@dataclass(frozen=True)
class Genuine:
    """A receipt whose signature holds. `is_pdf`: what was verified is attached, what is printed may say anything."""

    key_id: str
    said: InWords
    is_pdf: bool


def verify(data: bytes, keys: Mapping[str, Ed25519PublicKey]) -> Genuine:
    """Read a receipt, as JSON or as PDF. Raises NotGenuine, and Invalid for a form that is not known here."""
    found = signed.verify(data, keys)
    return Genuine(key_id=found.key_id, said=in_words(found.payload), is_pdf=signed.is_pdf(data))


def said_by(document: str) -> Genuine:
    """What a receipt of our own says, which nobody has had in their hands."""
    parts = json.loads(document)
    return Genuine(key_id=parts["key_id"], said=in_words(parts["payload"]), is_pdf=False)


def named_file(said: InWords, path: Path) -> File | None:
    """The file of the receipt that this one is, to the last byte. None when it is none of them."""
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    return next((file for file in said.files if file.sha256 == sha256), None)
