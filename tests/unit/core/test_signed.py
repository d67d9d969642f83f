"""Signed documents: one spelling, and no byte of them can be changed without being noticed."""

from __future__ import annotations

import base64
import json
import zlib
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from portal.core import signed
from portal.core.signed import NotGenuine

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
PAYLOAD = {"kind": "file", "file": {"name": "Ночной автобус 夜.wav", "size_bytes": 173_400_000, "length": None}}


def ring(*keys: Ed25519PrivateKey) -> dict[str, Ed25519PublicKey]:
    return {signed.key_id_of(key.public_key()): key.public_key() for key in keys}


def document(payload: dict[str, Any] | None = None) -> bytes:
    return signed.sign(payload or PAYLOAD, KEY).encode()


def test_the_spelling_has_sorted_keys_no_spaces_and_no_escapes() -> None:
    assert signed.canonical({"b": [True, None, 2], "a": 'é "x"\n'}) == '{"a":"é \\"x\\"\\n","b":[true,null,2]}'.encode()


@pytest.mark.parametrize("value", [1.5, {"a": [0.0]}, {1: "a"}, {"a": b"bytes"}, "\ud800", {"a": float("nan")}])
def test_what_could_be_spelled_in_two_ways_has_no_canonical_form(value: Any) -> None:
    with pytest.raises(ValueError):
        signed.canonical(value)


def test_a_document_says_who_signed_it_and_what() -> None:
    found = signed.verify(document(), ring(OTHER, KEY))
    assert found.payload == PAYLOAD
    assert found.key_id == signed.key_id_of(KEY.public_key())
    # SHA-256 of the raw public key, by hand.
    assert found.key_id == "56475aa75463474c"


def test_the_signature_is_over_the_payload_as_it_stands_in_the_line() -> None:
    line = document().decode()
    payload = line.partition('"payload":')[2].rpartition(',"signature":')[0]
    signature = base64.b64decode(json.loads(line)["signature"])
    KEY.public_key().verify(signature, payload.encode())


def test_every_single_changed_byte_is_refused() -> None:
    whole, keys = document(), ring(KEY, OTHER)
    for place in range(len(whole)):
        for change in (1, 0x20, 0x80):
            forged = whole[:place] + bytes([whole[place] ^ change]) + whole[place + 1 :]
            with pytest.raises(NotGenuine):
                signed.verify(forged, keys)


@pytest.mark.parametrize("cut", [0, 1, 50, -1])
def test_what_is_not_whole_is_refused(cut: int) -> None:
    with pytest.raises(NotGenuine):
        signed.verify(document()[:cut], ring(KEY))


def test_a_line_end_that_a_mail_program_adds_does_no_harm() -> None:
    assert signed.verify(b"\r\n" + document() + b"\r\n", ring(KEY)).payload == PAYLOAD


@given(st.binary(max_size=200))
def test_whatever_is_shown_gets_an_answer(data: bytes) -> None:
    with pytest.raises(NotGenuine):
        signed.verify(data, ring(KEY))


@pytest.mark.parametrize(
    "forged",
    [
        b"[" * 100_000,
        b'{"algorithm":' * 20_000,
        b'{"algorithm":"Ed25519","key_id":"x","payload":{"a":' + b"9" * 10_000 + b'},"signature":""}',
        b'{"algorithm":"Ed25519","key_id":{},"payload":[],"signature":null}',
        b"null",
        b"\xff\xfe",
    ],
)
def test_hostile_json_is_refused_in_words(forged: bytes) -> None:
    with pytest.raises(NotGenuine, match=r"This is (not a receipt|larger)"):
        signed.verify(forged, ring(KEY))


def test_a_key_that_stands_twice_is_refused() -> None:
    line = document().replace(b'"payload":{', b'"payload":{"kind":"application",', 1)
    with pytest.raises(NotGenuine, match="cannot be read"):
        signed.verify(line, ring(KEY))


def test_the_same_words_with_other_spaces_are_no_longer_the_document() -> None:
    pretty = json.dumps(json.loads(document()), indent=2, ensure_ascii=False).encode()
    with pytest.raises(NotGenuine, match="another program may have saved it again"):
        signed.verify(pretty, ring(KEY))


def test_a_changed_word_is_named_as_such() -> None:
    with pytest.raises(NotGenuine, match="something in it was changed after it was signed"):
        signed.verify(document().replace(b"173400000", b"173400001"), ring(KEY))


def test_another_key_with_our_name_on_it_is_refused() -> None:
    forged = json.loads(signed.sign(PAYLOAD, OTHER)) | {"key_id": signed.key_id_of(KEY.public_key())}
    with pytest.raises(NotGenuine, match="The signature does not fit"):
        signed.verify(signed.canonical(forged), ring(KEY))


def test_a_key_that_is_not_ours_is_named() -> None:
    with pytest.raises(NotGenuine, match="It names the key 56475aa75463474c, which is not one of the keys"):
        signed.verify(document(), ring(OTHER))


def test_the_letters_of_a_signature_have_one_spelling() -> None:
    parts = json.loads(document())
    last = parts["signature"][-3]
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    same_bytes = alphabet[alphabet.index(last) ^ 1]
    forged = parts | {"signature": parts["signature"][:-3] + same_bytes + "=="}
    assert base64.b64decode(forged["signature"]) == base64.b64decode(parts["signature"])
    with pytest.raises(NotGenuine):
        signed.verify(signed.canonical(forged), ring(KEY))


@pytest.mark.parametrize("wrap", [bytes, zlib.compress])
def test_the_document_is_found_in_a_pdf(wrap: Any) -> None:
    pdf = b"%PDF-1.7\n1 0 obj\nstream\n" + wrap(document()) + b"\nendstream\n2 0 obj\nstream\r\nx\nendstream\n%%EOF"
    assert signed.verify(pdf, ring(KEY)).payload == PAYLOAD


def test_a_pdf_without_or_with_two_documents_is_refused() -> None:
    one = b"stream\n" + document() + b"\nendstream\n"
    other = b"stream\n" + document({"kind": "x"}) + b"\nendstream\n"
    with pytest.raises(NotGenuine, match="No receipt is attached"):
        signed.verify(b"%PDF-1.7\n%%EOF", ring(KEY))
    with pytest.raises(NotGenuine, match="Several receipts"):
        signed.verify(b"%PDF-1.7\n" + one + other, ring(KEY))


def test_a_pdf_that_unpacks_to_gigabytes_costs_nothing() -> None:
    bomb = zlib.compress(bytes(50_000_000), 9)
    pdf = b"%PDF-1.7\n" + b"".join(b"stream\n" + bomb + b"\nendstream\n" for _ in range(60))
    assert len(pdf) < signed.MAX_PDF_BYTES
    with pytest.raises(NotGenuine, match="No receipt is attached"):
        signed.verify(pdf, ring(KEY))


def test_a_public_key_is_read_and_another_kind_refused() -> None:
    def pem(key: Any) -> bytes:
        return bytes(key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))

    assert signed.key_id_of(signed.public_key(pem(KEY))) == signed.key_id_of(KEY.public_key())
    with pytest.raises(NotGenuine, match="of another kind"):
        signed.public_key(pem(generate_private_key(SECP256R1())))
    with pytest.raises(NotGenuine, match="BEGIN PUBLIC KEY"):
        signed.public_key(b"no key")
