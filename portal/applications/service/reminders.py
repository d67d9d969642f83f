"""Reminding people of a deadline that comes near, while their application is a draft."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from portal.applications.deadlines import HOURS_BEFORE, deadline_of, reminder_due
from portal.applications.models import Application, DeadlineReminder
from portal.applications.states import ApplicationState
from portal.core import clock, outbox
from portal.core.db import db, transaction
from portal.programmes import policy as programmes_policy
from portal.programmes.models import Intake
from portal.programmes.states import IntakeState

BATCH = 500


def remind(*, limit: int = BATCH) -> int:
    """Owe the mails that are due, each once; at most `limit` of them. Returns how many.

    Run again, or twice at once, it owes nothing twice: the row that says so is unique.
    """
    now = clock.now()
    due = [one.id for one in _in_progress(now) if _due(one, now) is not None]
    db.session.rollback()
    return sum(_remind(application_id, now) for application_id in due[:limit])


def _in_progress(now: datetime) -> list[Application]:
    """Drafts of which some deadline comes within the longest time before, and has no reminder for the moment yet."""
    soon = now + timedelta(hours=max(HOURS_BEFORE))
    dates = (Intake.visible_deadline_at, Application.extended_until, Application.reopened_until)
    rows = db.session.scalars(
        sa.select(Application)
        .join(Application.intake)
        .where(
            Application.state == ApplicationState.DRAFT,
            Intake.state != IntakeState.DRAFT,
            sa.or_(*(sa.and_(date >= now, date <= soon) for date in dates)),
        )
        .options(joinedload(Application.intake), joinedload(Application.applicant))
        .order_by(Intake.visible_deadline_at, Application.id)
    ).all()
    sent = {
        (row.application_id, row.deadline_at, row.hours_before)
        for row in db.session.scalars(sa.select(DeadlineReminder).where(DeadlineReminder.deadline_at >= now))
    }
    return [one for one in rows if (one.id, deadline_of(one).at, _due(one, now)) not in sent]


def _due(application: Application, now: datetime) -> int | None:
    deadline = deadline_of(application)
    if not programmes_policy.may_change(application.intake, deadline, now):
        return None
    return reminder_due(deadline.at, known_since=application.deadline_set_at, now=now)


def _remind(application_id: str, now: datetime) -> bool:
    with transaction() as session:
        application = session.get_one(Application, application_id)
        hours = _due(application, now)
        if application.state is not ApplicationState.DRAFT or hours is None:
            return False
        deadline_at = deadline_of(application).at
        try:
            with session.begin_nested():
                session.add(
                    DeadlineReminder(application_id=application.id, deadline_at=deadline_at, hours_before=hours)
                )
        except IntegrityError:
            return False
        outbox.put(
            "deadline.reminder",
            to_address=application.applicant.email,
            to_person_id=application.applicant_id,
            application_id=application.id,
            deadline_at=deadline_at.isoformat(),
        )
        return True
