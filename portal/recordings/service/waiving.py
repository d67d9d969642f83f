"""A person's exception from one check for one file. The machine's outcome stays beside it, unchanged."""

from __future__ import annotations

import sqlalchemy as sa

from portal.accounts.actor import Actor
from portal.core import audit, clock
from portal.core.db import db, transaction
from portal.core.errors import Invalid, NotFound
from portal.recordings.models import FileVersion, Outcome, Recording, Waiver

MIN_REASON_CHARS = 10
MAX_REASON_CHARS = 2000


def waive(version: FileVersion, *, check_key: str, reason: str, actor: Actor) -> Waiver:
    """Except a version from a check. The caller has asked whether the actor may.

    Raises Invalid without a real reason, NotFound when that check said nothing of this version.
    """
    reason = reason.strip()
    if not MIN_REASON_CHARS <= len(reason) <= MAX_REASON_CHARS:
        raise Invalid(
            f"Give the reason in {MIN_REASON_CHARS} to {MAX_REASON_CHARS} characters; it stands in the file.",
            fields={"reason": "A reason is needed."},
        )
    with transaction():
        known = sa.select(Outcome.id).where(Outcome.file_version_id == version.id, Outcome.check_key == check_key)
        if db.session.scalar(known) is None:
            raise NotFound("That check said nothing about this file.")
        existing = sa.select(Waiver).where(Waiver.file_version_id == version.id, Waiver.check_key == check_key)
        if (waiver := db.session.scalar(existing)) is not None:
            return waiver
        waiver = Waiver(
            file_version_id=version.id,
            check_key=check_key,
            reason=reason,
            granted_by_id=actor.person_id,
            created_at=clock.now(),
        )
        db.session.add(waiver)
        recording = db.session.get_one(Recording, version.recording_id)
        audit.record(
            "recording.waive",
            version,
            actor=actor,
            after={"check": check_key},
            reason=reason,
            application_id=recording.application_id,
        )
    return waiver
