"""Stepping back from an application: at any time, with or without a reason, and at once."""

from __future__ import annotations

from portal.accounts.actor import Actor
from portal.core import audit, clock, outbox
from portal.core.db import compare_and_set, db, transaction
from portal.core.errors import NotFound, Stale
from portal.core.states import next_state
from portal.reviews import policy
from portal.reviews.errors import TooLong
from portal.reviews.models import Assignment
from portal.reviews.queries.access import access as find_access
from portal.reviews.states import STEPS, AssignmentAction

MAX_REASON_CHARS = 2_000


def declare_conflict(assignment_id: str, *, actor: Actor, reason: str = "") -> None:
    """Recuse the reviewer. The application is closed to them from now on, and scores already given no longer count.

    Raises NotAllowed, NotFound, TooLong, Stale.
    """
    reason = reason.strip()
    if len(reason) > MAX_REASON_CHARS:
        raise TooLong("The reason", MAX_REASON_CHARS)
    with transaction():
        access = find_access(assignment_id)
        if access is None:
            raise NotFound
        policy.declare_conflict(actor, access, clock.now()).enforce()
        after = next_state(STEPS, access.state, AssignmentAction.RECUSE)
        done = compare_and_set(
            Assignment,
            assignment_id,
            expected={"state": access.state},
            values={"state": after, "conflict_reason": reason},
        )
        if not done:
            raise Stale
        audit.record(
            "review.declare_conflict",
            db.session.get_one(Assignment, assignment_id),
            actor=actor,
            before={"state": access.state},
            after={"state": after},
            reason=reason,
            application_id=access.application_id,
            programme_id=access.programme_id,
        )
        outbox.put("review.conflict_declared", application_id=access.application_id, assignment_id=assignment_id)
