"""Reading receipts, and finding the files that one can be had for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, defer

from portal.applications import queries
from portal.applications.models import Application
from portal.applications.receipts.models import Receipt
from portal.core.db import db
from portal.programmes.models import Slot
from portal.recordings.models import FileVersion, Recording
from portal.recordings.states import Processing


@dataclass(frozen=True)
class ReceivedFile:
    """A file that we hold or have held, and where it belongs."""

    application: Application
    slot: Slot
    version: FileVersion


def receipts_of(application_id: str) -> Sequence[Receipt]:
    """Every receipt of an application, the newest first, without the texts. One query."""
    return db.session.scalars(
        sa.select(Receipt)
        .where(Receipt.application_id == application_id)
        .options(defer(Receipt.document), defer(Receipt.contents))
        .order_by(Receipt.number.desc())
    ).all()


def receipt(application_id: str, number: int) -> Receipt | None:
    """The receipt of one submit, with its application and all that hangs on it. One query."""
    return _one(sa.and_(Receipt.application_id == application_id, Receipt.number == number))


def newest_receipt(application_id: str) -> Receipt | None:
    """The receipt of the last submit."""
    return _one(Receipt.application_id == application_id)


def received_file(version_id: str) -> ReceivedFile | None:
    """A file version that arrived whole, also one that was replaced, removed or deleted since."""
    version = db.session.get(FileVersion, version_id)
    if version is None or version.state is Processing.RECEIVING:
        return None
    recording = db.session.get_one(Recording, version.recording_id)
    application = queries.application(recording.application_id)
    slot = db.session.get(Slot, recording.slot_id)
    return ReceivedFile(application, slot, version) if application and slot else None


def _one(condition: sa.ColumnElement[bool]) -> Receipt | None:
    return db.session.scalar(
        sa.select(Receipt)
        .join(Receipt.application)
        .join(Application.intake)
        .where(condition)
        .options(contains_eager(Receipt.application).contains_eager(Application.intake))
        .order_by(Receipt.number.desc())
        .limit(1)
    )
