"""Signing receipts. One is kept for each submit; that of a file is signed whenever it is asked for.

Ed25519 gives the same signature for the same words, so a file's receipt says the same each time: what it says is what
the row of the file says, which nobody changes; only the decoded length joins it once it is known.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import undefer

from portal.applications.models import Application
from portal.applications.queries import WHOLE
from portal.applications.receipts import payloads
from portal.applications.receipts.models import Receipt
from portal.applications.receipts.queries import ReceivedFile
from portal.core import clock, signing
from portal.core.db import db, transaction


def issue(application: Application, contents: dict[str, Any]) -> Receipt:
    """Sign and keep what was submitted. Inside the command that submits, which holds the application's row."""
    number = (_newest_number(application.id) or 0) + 1
    text = json.dumps(contents, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    payload = payloads.of_application(
        application,
        contents,
        number=number,
        contents_sha256=hashlib.sha256(text.encode()).hexdigest(),
        signer=signing.signer(),
    )
    receipt = Receipt(
        application_id=application.id,
        number=number,
        document=signing.sign(payload),
        contents=text,
        issued_at=clock.now(),
    )
    db.session.add(receipt)
    db.session.flush()
    return receipt


def for_file(found: ReceivedFile) -> str:
    """The signed document about a file that was received."""
    return signing.sign(payloads.of_file(found, signer=signing.signer()))


def sign_what_was_not() -> int:
    """Sign what was submitted before receipts were signed. Returns how many."""
    signed = sa.select(Receipt.application_id)
    with transaction() as session:
        left = session.scalars(
            sa.select(Application)
            .where(Application.submitted_at.is_not(None), Application.id.not_in(signed))
            .options(*WHOLE, undefer(Application.unsigned_receipt))
        )
        # The column is JSON: its empty value is not the database's own, so it is looked at here.
        found = [application for application in left if application.unsigned_receipt]
        for application in found:
            issue(application, application.unsigned_receipt or {})
    return len(found)


def _newest_number(application_id: str) -> int | None:
    return db.session.scalar(sa.select(sa.func.max(Receipt.number)).where(Receipt.application_id == application_id))
