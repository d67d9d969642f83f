"""Reading the audit: what was done in a programme, by whom, to whom. Keyset paging, newest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from portal.applications.models import Application
from portal.core.audit import AuditEntry
from portal.core.db import db
from portal.core.paging import PAGE_SIZE, Page, page_of
from portal.programmes.models import Intake, Programme


@dataclass(frozen=True)
class Asked:
    """What somebody looks for; an empty word asks for everything. Days are meant in `zone`, both ends included."""

    number: str = ""
    person: str = ""
    action: str = ""
    since: date | None = None
    until: date | None = None
    zone: str = "UTC"
    before: int | None = None


@dataclass(frozen=True)
class Deed:
    """An entry with the number of the application that it is about, and what changed: (field, before, after)."""

    entry: AuditEntry
    number: str | None
    changes: Sequence[tuple[str, str, str]]


def deeds_in(programme: Programme, asked: Asked) -> Page[Deed]:
    """One page of what was done in a programme. One query."""
    statement = (
        sa.select(AuditEntry, Application.number)
        .outerjoin(Application, Application.id == AuditEntry.application_id)
        .outerjoin(Intake, Intake.id == Application.intake_id)
        .where(sa.or_(AuditEntry.programme_id == programme.id, Intake.programme_id == programme.id))
        .where(*_conditions(asked))
        .order_by(AuditEntry.id.desc())
        .limit(PAGE_SIZE + 1)
    )
    rows = [Deed(entry, number, changes(entry)) for entry, number in db.session.execute(statement)]
    return page_of(rows, key=lambda deed: str(deed.entry.id))


def deeds_about(application: Application) -> list[Deed]:
    """Everything that was done to one application, oldest first."""
    rows = db.session.scalars(
        sa.select(AuditEntry).where(AuditEntry.application_id == application.id).order_by(AuditEntry.id)
    )
    return [Deed(entry, application.number, changes(entry)) for entry in rows]


def actions_in(programme: Programme) -> Sequence[str]:
    """The actions that there are, for the filter."""
    of_application = sa.select(Application.id).join(Intake).where(Intake.programme_id == programme.id).scalar_subquery()
    return db.session.scalars(
        sa.select(AuditEntry.action)
        .where(sa.or_(AuditEntry.programme_id == programme.id, AuditEntry.application_id.in_(of_application)))
        .distinct()
        .order_by(AuditEntry.action)
    ).all()


def changes(entry: AuditEntry) -> list[tuple[str, str, str]]:
    """What an entry says, field by field, as (field, before, after); both are the same where nothing changed.

    A field that only `before` has beside others that changed tells what the entry is about, such as a requirement's
    title. The entry's own reason is not repeated.
    """
    names = [*entry.before, *(name for name in entry.after if name not in entry.before)]
    after = entry.before | entry.after if entry.after else {}
    said = [(name, _said(entry.before.get(name)), _said(after.get(name))) for name in names]
    return [one for one in said if (one[1] or one[2]) and one[2] != entry.reason]


def _said(value: Any) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, list):
        return ", ".join(_said(one) for one in value)
    if isinstance(value, dict):
        return "; ".join(f"{name}: {_said(one)}" for name, one in value.items())
    return str(value)


def _conditions(asked: Asked) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = []
    if asked.number:
        found.append(Application.number.icontains(asked.number, autoescape=True))
    if asked.person:
        found.append(AuditEntry.actor_name.icontains(asked.person, autoescape=True))
    if asked.action:
        found.append(AuditEntry.action == asked.action)
    if asked.since:
        found.append(AuditEntry.at >= _midnight(asked.since, asked.zone))
    if asked.until:
        found.append(AuditEntry.at < _midnight(asked.until + timedelta(days=1), asked.zone))
    if asked.before is not None:
        found.append(AuditEntry.id < asked.before)
    return found


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), tzinfo=ZoneInfo(zone))
