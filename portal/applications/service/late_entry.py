"""Access codes: beginning an application when the intake takes no new ones any more."""

from __future__ import annotations

import logging
from datetime import datetime

import sqlalchemy as sa

from portal.accounts.actor import Actor
from portal.applications import policy
from portal.applications.errors import CodeRefused
from portal.applications.models import AccessCode, Application
from portal.applications.service import drafts, extensions
from portal.applications.service.given_dates import LONGEST, moment_problems, refuse_if
from portal.core import audit, clock
from portal.core.db import compare_and_set, db, transaction
from portal.core.errors import Stale
from portal.core.ids import new_code
from portal.programmes.models import Intake

logger = logging.getLogger(__name__)

CODE_LENGTH = 10
MAX_TYPED_CHARS = 40
MAX_NOTE_CHARS = 200
MAX_USES = 500
UNKNOWN = "This is not a code for this intake. Look at it again: it has no letter O and no digit 0 or 1."


def make_code(
    intake: Intake, *, actor: Actor, note: str, uses_allowed: int, expires_at: datetime, deadline_at: datetime
) -> AccessCode:
    """A new code. With it people can begin until `expires_at` and submit until `deadline_at`. Raises Invalid."""
    with transaction() as session:
        now = clock.now()
        policy.run_deadlines(actor, intake, now).enforce()
        _check(note, uses_allowed, expires_at, deadline_at, now)
        code = AccessCode(
            intake_id=intake.id,
            code=new_code(CODE_LENGTH),
            note=note.strip(),
            uses_allowed=uses_allowed,
            expires_at=expires_at,
            deadline_at=deadline_at,
            created_by_id=actor.person_id,
            created_at=now,
        )
        session.add(code)
        session.flush()
        after = {
            "code": code.readable,
            "note": code.note,
            "uses": uses_allowed,
            "expires_at": expires_at.isoformat(),
            "deadline_at": deadline_at.isoformat(),
        }
        audit.record("access_code.make", code, actor=actor, after=after, programme_id=intake.programme_id)
        return code


def revoke_code(code: AccessCode, *, actor: Actor) -> None:
    """Nobody can begin with it any more; applications that were begun with it stay as they are. Raises Stale."""
    with transaction():
        now = clock.now()
        policy.revoke_code(actor, code, now).enforce()
        if not compare_and_set(AccessCode, code.id, expected={"revoked_at": None}, values={"revoked_at": now}):
            raise Stale
        before = {"code": code.readable, "uses": code.uses}
        audit.record("access_code.revoke", code, actor=actor, before=before, programme_id=code.intake.programme_id)


def start_with_code(intake: Intake, typed: str, *, actor: Actor) -> Application:
    """Begin an application with a code. Who has one already, or can begin without, spends none.

    Raises NotAllowed, CodeRefused, AlreadyWithdrawn.
    """
    with transaction():
        now = clock.now()
        if drafts.own_in(actor, intake) is not None or policy.start(actor, intake, now):
            return drafts.start(intake, actor=actor)
        policy.start_late(actor, intake, now).enforce()
        code = _find(intake, typed, actor)
        application = drafts.add_draft(intake, actor=actor)
        if application is None:  # the person's other browser tab was first
            return drafts.start(intake, actor=actor)
        uses = _spend(code, now)
        until, words = code.deadline_at, f"Begun with the access code {code.readable}."
        extensions.set_own_deadline(application, until, actor=actor, answer=words, access_code_id=code.id)
        audit.record(
            "access_code.use",
            code,
            actor=actor,
            after={"code": code.readable, "uses": uses, "until": until.isoformat()},
            application_id=application.id,
            programme_id=intake.programme_id,
        )
        return application


def as_stored(typed: str) -> str:
    """What somebody types, free of case, spaces and hyphens."""
    return "".join(sign for sign in typed.upper() if sign.isascii() and sign.isalnum())


def _find(intake: Intake, typed: str, actor: Actor) -> AccessCode:
    wanted = as_stored(typed[:MAX_TYPED_CHARS])
    code = db.session.scalar(sa.select(AccessCode).where(AccessCode.intake_id == intake.id, AccessCode.code == wanted))
    if code is None:
        logger.warning("person %s typed an unknown access code for intake %s", actor.person_id, intake.id)
        raise CodeRefused(UNKNOWN)
    return code


def _spend(code: AccessCode, now: datetime) -> int:
    """Count one use; of two people at once only one gets the last. Returns how many there are now."""
    while True:
        ruling = policy.use_code(code, now)
        if not ruling:
            raise CodeRefused(ruling.reason)
        seen = code.uses
        if compare_and_set(AccessCode, code.id, expected={"uses": seen, "revoked_at": None}, values={"uses": seen + 1}):
            return seen + 1
        db.session.refresh(code)


def _check(note: str, uses_allowed: int, expires_at: datetime, deadline_at: datetime, now: datetime) -> None:
    wrong = {}
    if not note.strip():
        wrong["note"] = "Say whom it is for; only staff read it."
    elif len(note) > MAX_NOTE_CHARS:
        wrong["note"] = f"At most {MAX_NOTE_CHARS} characters."
    if not 1 <= uses_allowed <= MAX_USES:
        wrong["uses_allowed"] = f"Enter a whole number from 1 to {MAX_USES}."
    wrong |= moment_problems("expires_at", expires_at, now)
    if deadline_at < expires_at:
        wrong["deadline_at"] = "Who begins at the last moment must still be able to submit: choose a later date."
    elif deadline_at > now + 2 * LONGEST:
        wrong["deadline_at"] = "Choose a date within the next two years."
    refuse_if(wrong)
