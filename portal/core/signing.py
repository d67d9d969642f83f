"""The keys that this installation signs with. Made at the first start; the private half rests sealed in the database.

The seal is a key derived from SECRET_KEY. A server whose SECRET_KEY opens none of the kept keys says so in the log and
makes a new one: what people hand in is worth more than a tidy list of keys, and everything that was signed before stays
verifiable, because every public half stays published.
"""

from __future__ import annotations

import base64
import logging
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from flask import current_app
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from portal.core import audit, clock, signed
from portal.core.db import Base, UtcDateTime, db, id_column, transaction

logger = logging.getLogger(__name__)

EXTENSION = "soundcheck_signer"
PURPOSE = b"soundcheck signing key 1"
NONCE_BYTES = 12
TRIES = 5


@dataclass(frozen=True)
class Signer:
    """Who signs: what seals the private keys, and whose name and address stand in what is signed."""

    secret_key: str
    school_name: str
    address: str


class SigningKey(Base):
    """A pair of keys. `id` is the key's own id (see `signed.key_id_of`), `number` counts them. Rows are only added."""

    __tablename__ = "signing_keys"

    id: Mapped[str] = id_column()
    number: Mapped[int] = mapped_column(unique=True)
    public_key: Mapped[str] = mapped_column(sa.String(64))
    sealed_private_key: Mapped[str] = mapped_column(sa.String(120))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    @property
    def public(self) -> Ed25519PublicKey:
        return Ed25519PublicKey.from_public_bytes(bytes.fromhex(self.public_key))

    @property
    def pem(self) -> str:
        return self.public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def signer() -> Signer:
    """The signer of the running application."""
    found: Signer = current_app.extensions[EXTENSION]
    return found


def sign(payload: dict[str, Any]) -> str:
    """The signed document; with the newest key that can be opened, and with a new one where there is none."""
    _, private = _usable(all_keys()) or _made(reason="No key could be used.")
    return signed.sign(payload, private)


def all_keys() -> list[SigningKey]:
    """Every key that was ever signed with, the newest first."""
    return list(db.session.scalars(sa.select(SigningKey).order_by(SigningKey.number.desc())))


def key(key_id: str) -> SigningKey | None:
    """One of them."""
    return db.session.get(SigningKey, key_id)


def public_keys() -> dict[str, Ed25519PublicKey]:
    """What to verify with, by key id."""
    return {key.id: key.public for key in all_keys()}


def key_in_use() -> SigningKey:
    """The key that is signed with now; made where there is none yet."""
    found, _ = _usable(all_keys()) or _made(reason="No key could be used.")
    return found


def rotate(*, reason: str) -> SigningKey:
    """Make a new key and sign with it from now on. The older ones stay published."""
    found, _ = _made(reason=reason, whatever_exists=True)
    return found


def _usable(known: Sequence[SigningKey]) -> tuple[SigningKey, Ed25519PrivateKey] | None:
    for key in known:
        try:
            return key, _opened(key)
        except InvalidTag:
            logger.warning(
                "The signing key %s was sealed with another SECRET_KEY and cannot be used by this server. "
                "What it signed stays verifiable. Give the server its old SECRET_KEY back, or let it use a new key.",
                key.id,
            )
    return None


def _made(*, reason: str, whatever_exists: bool = False) -> tuple[SigningKey, Ed25519PrivateKey]:
    """Two servers that start at once must agree on one key: who comes second takes what the first has made."""
    with transaction() as session:
        for _ in range(TRIES):
            known = all_keys()
            found = None if whatever_exists else _usable(known)
            if found:
                return found
            private = Ed25519PrivateKey.generate()
            # The number follows on what was looked at just now: whoever made a key since has taken it.
            key = _row(private, number=known[0].number + 1 if known else 1)
            try:
                with session.begin_nested():
                    session.add(key)
            except IntegrityError:
                continue
            audit.record("signing_key.make", key, after={"number": key.number}, reason=reason)
            return key, private
    raise RuntimeError("no signing key could be made: others make one at every moment")


def _row(private: Ed25519PrivateKey, *, number: int) -> SigningKey:
    public = private.public_key()
    raw = public.public_bytes(Encoding.Raw, PublicFormat.Raw)
    nonce = os.urandom(NONCE_BYTES)
    sealed = nonce + AESGCM(_seal(raw)).encrypt(nonce, private.private_bytes_raw(), raw)
    return SigningKey(
        id=signed.key_id_of(public),
        number=number,
        public_key=raw.hex(),
        sealed_private_key=base64.b64encode(sealed).decode(),
        created_at=clock.now(),
    )


def _opened(key: SigningKey) -> Ed25519PrivateKey:
    """Raises InvalidTag when it was sealed with another secret, or the row was tampered with."""
    raw, sealed = bytes.fromhex(key.public_key), base64.b64decode(key.sealed_private_key)
    private = AESGCM(_seal(raw)).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], raw)
    return Ed25519PrivateKey.from_private_bytes(private)


def _seal(public: bytes) -> bytes:
    """RFC 5869: another key for each purpose and each pair, so that SECRET_KEY itself never encrypts anything."""
    return HKDF(algorithm=SHA256(), length=32, salt=public, info=PURPOSE).derive(signer().secret_key.encode())
