"""Freeing storage by the rules of retention, and by nothing else. Each freeing stands in the audit with its rule.

Three kinds of files may go, each so many days after something happened, and only where the installation says so:
what was replaced and never handed in, after its application was sent; what was never handed in at all, after the
deadline that counted; what was handed in, after the decision was released or the application withdrawn. An application
that is being judged keeps everything that was handed in, however old it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from portal.applications.deadlines import deadline_of
from portal.applications.models import Application
from portal.applications.states import ApplicationState
from portal.core import clock
from portal.core.db import db, transaction
from portal.core.retention import Retention, Rule, sentence
from portal.decisions.models import Decision
from portal.decisions.states import DecisionState
from portal.programmes.models import Intake
from portal.recordings.models import FileVersion, Recording
from portal.recordings.service import versions
from portal.recordings.states import STEPS, Processing, ProcessingAction

FREEABLE = tuple(state for state, action in STEPS if action is ProcessingAction.PURGE)


@dataclass(frozen=True)
class Due:
    """A file that a rule allows to go. `size_bytes` is the upload alone; its listening copy goes with it."""

    version_id: str
    application_id: str
    programme_id: str
    number: str
    title: str
    version: int
    size_bytes: int
    rule: Rule


def due(retention: Retention, *, application_id: str | None = None) -> Iterator[Due]:
    """What may go now, of one application or of all; nothing is changed."""
    for rule in Rule:
        days = retention.days(rule)
        if days is not None:
            yield from _due(rule, clock.now() - timedelta(days=days), application_id)


def free_due(retention: Retention, *, limit: int = 2000) -> int:
    """Free what may go. Returns how many files were freed."""
    found = [one for one, _ in zip(due(retention), range(limit), strict=False)]
    return sum(
        _free(application_id, retention) for application_id in dict.fromkeys(one.application_id for one in found)
    )


def _free(application_id: str, retention: Retention) -> int:
    """One application at a time, held meanwhile: it may have been reopened since it was looked at."""
    with transaction():
        db.session.get_one(Application, application_id, with_for_update=True)
        freed = 0
        for one in list(due(retention, application_id=application_id)):
            why = sentence(one.rule, retention.days(one.rule) or 0)
            freed += versions.free(
                one.version_id, reason=why, application_id=application_id, programme_id=one.programme_id
            )
        return freed


def _due(rule: Rule, before: datetime, application_id: str | None) -> Iterator[Due]:
    statement = (
        sa.select(FileVersion, Recording.title, Application, Intake.programme_id)
        .join(Recording, Recording.id == FileVersion.recording_id)
        .join(Application, Application.id == Recording.application_id)
        .join(Intake, Intake.id == Application.intake_id)
        .where(FileVersion.state.in_(FREEABLE), *_conditions(rule, before))
        .order_by(Application.number, Recording.id, FileVersion.number)
    )
    if application_id is not None:
        statement = statement.where(Application.id == application_id)
    for version, title, application, programme_id in db.session.execute(statement).unique():
        # The deadline of one person may be later than the intake's.
        if rule is Rule.UNSENT and deadline_of(application).last_at >= before:
            continue
        yield Due(
            version_id=version.id,
            application_id=application.id,
            programme_id=programme_id,
            number=application.number,
            title=title,
            version=version.number,
            size_bytes=version.size_bytes,
            rule=rule,
        )


def _conditions(rule: Rule, before: datetime) -> list[sa.ColumnElement[bool]]:
    handed_in = FileVersion.submitted_at.is_not(None)
    replaced = sa.or_(FileVersion.state == Processing.SUPERSEDED, Recording.removed_at.is_not(None))
    if rule is Rule.REPLACED:
        return [~handed_in, replaced, Application.state != ApplicationState.DRAFT, Application.submitted_at < before]
    if rule is Rule.UNSENT:
        drafts = Application.state.in_((ApplicationState.DRAFT, ApplicationState.WITHDRAWN))
        over = sa.func.coalesce(Application.withdrawn_at, Intake.visible_deadline_at) < before
        return [~handed_in, drafts, Application.submitted_at.is_(None), over, Intake.visible_deadline_at < before]
    released = sa.exists().where(
        Decision.application_id == Application.id,
        Decision.state == DecisionState.RELEASED,
        Decision.released_at < before,
    )
    told = sa.and_(Application.state == ApplicationState.RELEASED, released)
    left = sa.and_(
        Application.state == ApplicationState.WITHDRAWN,
        Application.submitted_at.is_not(None),
        Application.withdrawn_at < before,
    )
    return [handed_in, sa.or_(told, left)]
