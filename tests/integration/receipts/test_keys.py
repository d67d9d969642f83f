"""The keys that receipts are signed with: made once, sealed, rotated, and never a reason to refuse a submit."""

from __future__ import annotations

import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from portal.app import create_app
from portal.core import signed, signing
from portal.core.audit import AuditEntry
from portal.core.db import db, transaction
from portal.core.settings import Settings
from portal.core.signing import SigningKey

PAYLOAD = {"says": "we have it"}


def numbers_of_keys() -> list[int]:
    db.session.rollback()
    return [key.number for key in signing.all_keys()]


def test_the_first_signature_makes_the_key_and_the_next_one_uses_it(session: Session) -> None:
    first, second = signing.sign(PAYLOAD), signing.sign(PAYLOAD)
    assert first == second
    (key,) = signing.all_keys()
    assert signed.verify(first.encode(), signing.public_keys()).key_id == key.id == signed.key_id_of(key.public)
    (entry,) = session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "signing_key.make"))
    assert (entry.actor_name, entry.object_id, entry.after) == ("system", key.id, {"number": 1})


def test_the_private_half_is_sealed(session: Session) -> None:
    key = signing.key_in_use()
    assert len(key.sealed_private_key) == 80  # 12 bytes of nonce, 32 of key, 16 of tag, in base64
    assert key.public_key not in key.sealed_private_key
    assert "PUBLIC KEY" in key.pem


def test_two_servers_that_start_at_once_agree_on_one_key(app: Flask) -> None:
    starting = threading.Barrier(6)

    def start(_: int) -> str:
        starting.wait(timeout=20)
        with app.app_context():
            return signing.sign(PAYLOAD)

    with ThreadPoolExecutor(max_workers=6) as servers:
        documents = list(servers.map(start, range(6)))
    with app.app_context():
        assert numbers_of_keys() == [1]
        assert set(documents) == {signing.sign(PAYLOAD)}


def test_a_new_key_signs_from_now_on_and_the_old_one_stays_published(session: Session) -> None:
    old = signing.sign(PAYLOAD)
    made = signing.rotate(reason="A year has passed.")
    new = signing.sign(PAYLOAD)
    assert numbers_of_keys() == [2, 1]
    assert signed.verify(new.encode(), signing.public_keys()).key_id == made.id
    assert signed.verify(old.encode(), signing.public_keys()).key_id != made.id
    reasons = session.scalars(sa.select(AuditEntry.reason).where(AuditEntry.action == "signing_key.make")).all()
    assert reasons == ["No key could be used.", "A year has passed."]


def test_another_secret_is_said_and_signs_with_a_key_of_its_own(
    session: Session, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    old = signing.sign(PAYLOAD)
    old_id = signing.key_in_use().id
    elsewhere = create_app(replace(settings, secret_key="another secret, " * 4))
    with elsewhere.app_context(), caplog.at_level(logging.WARNING, logger="portal.core.signing"):
        new = signing.sign(PAYLOAD)
        assert f"The signing key {old_id} was sealed with another SECRET_KEY" in caplog.text
        assert "Give the server its old SECRET_KEY back" in caplog.text
        found = signing.public_keys()
        assert signed.verify(old.encode(), found).key_id == old_id
        assert signed.verify(new.encode(), found).key_id != old_id
        assert signing.sign(PAYLOAD) == new
        db.session.remove()
        db.engine.dispose()
    # The server with the first secret goes on with its own.
    db.session.rollback()
    assert signing.sign(PAYLOAD) == old
    assert numbers_of_keys() == [2, 1]


def test_a_key_row_that_somebody_bent_is_not_used(session: Session) -> None:
    bent, other = signing.key_in_use().id, signing.rotate(reason="Another one to borrow from.").id
    with transaction():
        sealed = session.get_one(SigningKey, other).sealed_private_key
        session.get_one(SigningKey, other).sealed_private_key = session.get_one(SigningKey, bent).sealed_private_key
        session.get_one(SigningKey, bent).sealed_private_key = sealed
    document = signing.sign(PAYLOAD)
    assert numbers_of_keys() == [3, 2, 1]
    assert signed.verify(document.encode(), signing.public_keys()).key_id not in (bent, other)
