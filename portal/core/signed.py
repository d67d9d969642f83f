"""Signed documents: one line of JSON that anybody can verify, with or without this program. Pure.

    {"algorithm":"Ed25519","key_id":"…","payload":{…},"signature":"…"}

The signature (RFC 8032, base64) is over the payload's canonical form. That has one spelling: keys sorted by code point,
no spaces, UTF-8 without escapes but those JSON demands, whole numbers only, each key once. The document around it is
spelled the same way, so that a single changed byte anywhere shows.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

from portal.core.errors import Invalid

ALGORITHM = "Ed25519"
MAX_BYTES = 512 * 1024
MAX_PDF_BYTES = 4 * 1024**2
MAX_STREAMS = 200
_PARTS = {"algorithm", "key_id", "payload", "signature"}
_BEGINNING = b'{"algorithm":'
_STREAM = re.compile(rb"stream\r?\n")


class NotGenuine(Invalid):
    """What was shown is not a document that one of the given keys has signed. The message says why."""

    code = "not_genuine"


@dataclass(frozen=True)
class Signed:
    """A document whose signature holds: what it says, and which key says so."""

    key_id: str
    payload: dict[str, Any]


def canonical(value: object) -> bytes:
    """The one spelling of a JSON value. Raises ValueError for what has more than one: fractions, keys that are no text,
    text that is not Unicode."""
    _refuse_what_has_two_spellings(value)
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.encode()


def key_id_of(key: Ed25519PublicKey) -> str:
    """The first 16 hexadecimal digits of the SHA-256 of the raw public key."""
    return hashlib.sha256(key.public_bytes(Encoding.Raw, PublicFormat.Raw)).hexdigest()[:16]


def sign(payload: dict[str, Any], key: Ed25519PrivateKey) -> str:
    """The document, without a line end."""
    signature = base64.b64encode(key.sign(canonical(payload))).decode()
    parts = {"algorithm": ALGORITHM, "key_id": key_id_of(key.public_key()), "payload": payload, "signature": signature}
    return canonical(parts).decode()


def verify(data: bytes, keys: Mapping[str, Ed25519PublicKey]) -> Signed:
    """Read a document, or the one attached to a PDF. `keys` are those that count, by their id. Raises NotGenuine."""
    document = document_in(data)
    parts = _parts_of(document)
    payload, key_id = parts["payload"], parts["key_id"]
    if parts["algorithm"] != ALGORITHM or not isinstance(payload, dict):
        raise NotGenuine("This is not a receipt: it is not signed with Ed25519.")
    key = keys.get(key_id) if isinstance(key_id, str) else None
    if key is None:
        raise NotGenuine(f"It names the key {str(key_id)[:40]}, which is not one of the keys to verify with.")
    try:
        key.verify(_signature(parts["signature"]), canonical(payload))
    except InvalidSignature:
        raise NotGenuine(
            "The signature does not fit what it says: something in it was changed after it was signed."
        ) from None
    return Signed(key_id=key_id, payload=payload)


def is_pdf(data: bytes) -> bool:
    return data.lstrip().startswith(b"%PDF-")


def document_in(data: bytes) -> bytes:
    """The document itself: of a PDF the one that is attached to it. Raises NotGenuine when there is none."""
    if not is_pdf(data):
        if len(data) > MAX_BYTES:
            raise NotGenuine("This is larger than any receipt.")
        return data.strip()
    if len(data) > MAX_PDF_BYTES:
        raise NotGenuine("This PDF is larger than any receipt.")
    found = {stream.strip() for stream in _streams(data) if stream.startswith(_BEGINNING)}
    if len(found) != 1:
        raise NotGenuine(
            "No receipt is attached to this PDF: another program may have saved it again. Take the file as you got it, "
            "or the JSON that came with it."
            if not found
            else "Several receipts are attached to this PDF. Verify each by its own file."
        )
    return found.pop()


def public_key(pem: bytes) -> Ed25519PublicKey:
    """Read a public key. Raises NotGenuine when it is not one for Ed25519."""
    try:
        key = load_pem_public_key(pem)
    except (ValueError, UnsupportedAlgorithm):
        raise NotGenuine("The key cannot be read. It should begin with “-----BEGIN PUBLIC KEY-----”.") from None
    if not isinstance(key, Ed25519PublicKey):
        raise NotGenuine("The key is of another kind: receipts are signed with Ed25519.")
    return key


def _parts_of(document: bytes) -> dict[str, Any]:
    try:
        parts = json.loads(document.decode(), object_pairs_hook=_each_key_once)
        spelled = canonical(parts)
    except (ValueError, RecursionError):
        raise NotGenuine("This is not a receipt, or not all of it: it cannot be read as one.") from None
    if not isinstance(parts, dict) or set(parts) != _PARTS:
        raise NotGenuine("This is not a receipt: it does not have the parts of one.")
    if spelled != document:
        raise NotGenuine(
            "Something in it was changed, if only its spaces: another program may have saved it again. "
            "Take the file as you got it."
        )
    return parts


def _each_key_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


def _signature(text: object) -> bytes:
    try:
        signature = base64.b64decode(str(text), validate=True)
    except binascii.Error:
        return b""
    # The last letter has bits that do not count; a letter that differs in them only is a changed letter.
    return signature if base64.b64encode(signature).decode() == text else b""


def _refuse_what_has_two_spellings(value: object) -> None:
    if isinstance(value, dict):
        for key, inner in value.items():
            if not isinstance(key, str):
                raise ValueError(f"a key must be text: {key!r}")
            _refuse_what_has_two_spellings(inner)
    elif isinstance(value, list):
        for inner in value:
            _refuse_what_has_two_spellings(inner)
    elif not isinstance(value, str | int | None):
        raise ValueError(f"{type(value).__name__} has no canonical spelling")


def _streams(pdf: bytes) -> Iterator[bytes]:
    """The first bytes of what lies in a PDF's streams, as they are or deflated; never more than a receipt can have."""
    for number, start in enumerate(_STREAM.finditer(pdf)):
        if number >= MAX_STREAMS:
            return
        raw = pdf[start.end() : pdf.find(b"endstream", start.end())]
        if raw.startswith(_BEGINNING):
            yield raw[:MAX_BYTES]
            continue
        try:
            yield zlib.decompressobj().decompress(raw, MAX_BYTES)
        except zlib.error:
            continue
