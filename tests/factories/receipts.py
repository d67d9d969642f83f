"""Receipts without an application behind them: the payload of a submit, word for word, and a key to sign it with."""

from __future__ import annotations

from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from portal.core import signed

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))


def payload_of_submit(*, applicant: str = "Ada Lovelace", file_names: tuple[str, ...] = ("night bus.wav",)) -> Any:
    return {
        "schema": 1,
        "kind": "application",
        "issuer": {"name": "Lakeside", "address": "https://apply.example.edu"},
        "application": "2026-0042",
        "programme": "M.M. Music Production",
        "intake": "Fall 2027",
        "received_at": "2026-11-22T12:00:00.000+00:00",
        "received_at_local": "2026-11-22T07:00:00.000-05:00",
        "time_zone": "America/New_York",
        "receipt_number": 1,
        "applicant": {"name": applicant, "email": "ada@example.org"},
        "contents_sha256": "c0" * 32,
        "files": [
            {
                "slot": "Own production",
                "title": "Night Bus",
                "name": name,
                "size_bytes": 173_400_000,
                "sha256": f"{number:064x}",
                "received_at": "2026-11-22T11:59:59.500+00:00",
                "decoded_length_ms": 185_250,
            }
            for number, name in enumerate(file_names)
        ],
    }


def signed_submit(**more: Any) -> str:
    return signed.sign(payload_of_submit(**more), KEY)
