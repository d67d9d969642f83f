"""Moving the deadline of an intake: who is in progress relies on it, and is told."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from portal.accounts.actor import Actor
from portal.applications.deadlines import deadline_of
from portal.applications.models import Application
from portal.applications.states import ApplicationState
from portal.core import clock, outbox
from portal.core.db import db, transaction
from portal.programmes.models import Intake
from portal.programmes.service import intakes
from portal.programmes.states import IntakeState
from portal.programmes.terms import IntakeTerms


def edit_intake(intake: Intake, terms: IntakeTerms, *, reason: str = "", actor: Actor) -> int:
    """Change an intake's dates and numbers, and owe a mail to everybody in progress whose deadline is another one now.

    Who has a later date of their own notices nothing, and is not told. Returns how many are. Raises what
    `intakes.edit` raises.
    """
    with transaction():
        before = [(one, deadline_of(one).at) for one in _in_progress(intake)]
        intakes.edit(intake, terms, reason=reason, actor=actor)
        moved = [(one, was) for one, was in before if deadline_of(one).at != was]
        for application, was in moved:
            application.deadline_set_at = clock.now()
            outbox.put(
                "deadline.moved",
                to_address=application.applicant.email,
                to_person_id=application.applicant_id,
                application_id=application.id,
                was=was.isoformat(),
                deadline_at=deadline_of(application).at.isoformat(),
            )
        return len(moved)


def _in_progress(intake: Intake) -> Sequence[Application]:
    """Drafts, as long as their intake is open: nobody relies on the dates of another one."""
    if intake.state is not IntakeState.PUBLISHED:
        return []
    return db.session.scalars(
        sa.select(Application)
        .where(Application.intake_id == intake.id, Application.state == ApplicationState.DRAFT)
        .options(joinedload(Application.applicant))
        .order_by(Application.id)
    ).all()
