"""Beginning an application, and the choices that it rests on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from portal.accounts.actor import Actor
from portal.applications import policy
from portal.applications.errors import AlreadyWithdrawn, NoNumberFree
from portal.applications.models import Application
from portal.applications.service.steps import editing
from portal.applications.states import ApplicationState
from portal.core import audit, clock
from portal.core.db import db, transaction
from portal.core.errors import Invalid
from portal.programmes import queries as programmes
from portal.programmes.models import Concentration, Intake, Track

MAX_TRIES = 100


def start(intake: Intake, *, actor: Actor) -> Application:
    """Begin an application, or find the one that the person has begun in this intake already.

    Raises NotAllowed outside of the intake's time or without a confirmed mail address, AlreadyWithdrawn.
    """
    with transaction():
        existing = own_in(actor, intake)
        if existing is not None:
            return _not_withdrawn(existing)
        policy.start(actor, intake, clock.now()).enforce()
        return add_draft(intake, actor=actor) or db.session.execute(_own_in(actor, intake)).scalar_one()


def own_in(actor: Actor, intake: Intake) -> Application | None:
    """What the person has begun in this intake, whatever became of it."""
    return db.session.scalar(_own_in(actor, intake))


def add_draft(intake: Intake, *, actor: Actor) -> Application | None:
    """A new draft with its audit entry, inside a command that has asked its policy. None when another tab was first."""
    application = _insert(intake, actor)
    if application is not None:
        audit.record(
            "application.start",
            application,
            actor=actor,
            after={"number": application.number, "intake": intake.id},
            application_id=application.id,
            programme_id=intake.programme_id,
        )
    return application


def choose(application: Application, *, actor: Actor, concentration_id: str | None, track_id: str | None) -> None:
    """Set concentration and track. Raises Invalid for one that the programme does not offer."""
    with editing(application, actor=actor):
        programme_id = application.intake.programme_id
        _offered(concentration_id, programmes.concentrations_of(programme_id), "concentration")
        _offered(track_id, programmes.tracks_of(programme_id), "track")
        before = {"concentration": application.concentration_id, "track": application.track_id}
        after = {"concentration": concentration_id, "track": track_id}
        if before == after:
            return
        application.concentration_id, application.track_id = concentration_id, track_id
        audit.record(
            "application.choose",
            application,
            actor=actor,
            before=before,
            after=after,
            application_id=application.id,
            programme_id=programme_id,
        )


def _own_in(actor: Actor, intake: Intake) -> sa.Select[Application]:
    return sa.select(Application).where(Application.applicant_id == actor.person_id, Application.intake_id == intake.id)


def _not_withdrawn(application: Application) -> Application:
    if application.state is ApplicationState.WITHDRAWN:
        raise AlreadyWithdrawn(
            f"You have withdrawn your application {application.number} to this intake. "
            "Please write to the admissions office if that was a mistake."
        )
    return application


def _insert(intake: Intake, actor: Actor) -> Application | None:
    """None when the person's other browser tab was first.

    Two people may ask for the same number at the same moment: the second one takes the next.
    """
    year = intake.visible_deadline_at.astimezone(ZoneInfo(intake.time_zone)).year
    for _ in range(MAX_TRIES):
        application = Application(
            number=_next_number(year), applicant_id=actor.person_id, intake_id=intake.id, created_at=clock.now()
        )
        try:
            with db.session.begin_nested():
                db.session.add(application)
        except IntegrityError:
            if db.session.scalar(_own_in(actor, intake)) is not None:
                return None
            continue
        return application
    raise NoNumberFree("Very many people are starting just now. Please try again in a minute.")


def _next_number(year: int) -> str:
    """`2027-0042`: counted within the year of the intake's deadline."""
    length = sa.func.length(Application.number)
    highest = db.session.scalar(
        sa.select(Application.number)
        .where(Application.number.like(f"{year}-%"))
        .order_by(length.desc(), Application.number.desc())
        .limit(1)
    )
    counted = re.fullmatch(r"\d+-(\d+)", highest or "")
    return f"{year}-{int(counted[1]) + 1 if counted else 1:04d}"


def _offered(chosen: str | None, options: Sequence[Concentration] | Sequence[Track], what: str) -> None:
    if chosen is not None and chosen not in {option.id for option in options}:
        sentence = f"This {what} is not offered. Choose one of the list."
        raise Invalid(sentence, fields={f"{what}_id": sentence})
