"""Who gets more time in the demo, who asks for it, and a code for late entry."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from portal.accounts.models import Person
from portal.applications import queries
from portal.applications.models import Application
from portal.applications.service import extensions, late_entry
from portal.core import clock
from portal.core.db import db
from portal.programmes.models import Intake, Programme
from portal.programmes.zones import days_later
from portal.seed import people
from portal.seed.cast import PRODUCTION

GRACE = "grace@admissions.example.org"
ASKS, GETS = "leo@applicant.example.org", "noor@applicant.example.org"


def give_time(made: dict[str, Programme], *, now: datetime) -> None:
    """One wish that waits, one that was granted, and one access code."""
    grace = people.actor_named(GRACE)
    with clock.frozen(now - timedelta(hours=20)):
        why = "The hall where I record is closed after a burst pipe. I can send you the letter of the house."
        extensions.ask(_draft_of(ASKS), actor=people.actor_named(ASKS), days=4, reason=why)
    with clock.frozen(now - timedelta(hours=30)):
        why = "My laptop was stolen on the train, with the session on it. I have the police report."
        extensions.ask(_draft_of(GETS), actor=people.actor_named(GETS), days=5, reason=why)
    with clock.frozen(now - timedelta(hours=26)):
        draft = _draft_of(GETS)
        until = days_later(draft.intake.visible_deadline_at, draft.intake.time_zone, 5)
        words = "Granted. The report is in your file; we are sorry to hear it."
        extensions.grant(draft, actor=grace, until=until, reason=words)
    with clock.frozen(now - timedelta(days=1)):
        intake = db.session.scalars(sa.select(Intake).where(Intake.programme_id == made[PRODUCTION].id)).one()
        late_entry.make_code(
            intake,
            actor=grace,
            note="The two students from the exchange, whose papers come late",
            uses_allowed=2,
            expires_at=days_later(intake.visible_deadline_at, intake.time_zone, 7),
            deadline_at=days_later(intake.visible_deadline_at, intake.time_zone, 14),
        )


def _draft_of(email: str) -> Application:
    applicant = sa.select(Person.id).where(Person.email == email).scalar_subquery()
    found = db.session.scalars(sa.select(Application.id).where(Application.applicant_id == applicant)).one()
    return people.found(queries.application(found))
