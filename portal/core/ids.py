"""Identifiers. Random, so that neither order nor number of applications can be read from an address."""

from __future__ import annotations

import secrets

ID_LENGTH = 32
_UNAMBIGUOUS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_id() -> str:
    """128 random bits as 32 hexadecimal digits."""
    return secrets.token_hex(16)


def new_code(length: int = 6) -> str:
    """A short code that survives being read out on the telephone."""
    return "".join(secrets.choice(_UNAMBIGUOUS) for _ in range(length))
