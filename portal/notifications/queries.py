"""Reading the outbox: for the mailbox of a demonstration, and for admins who must know what was not delivered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa

from portal.applications.models import Application
from portal.core import clock
from portal.core.db import db
from portal.core.outbox import MailState, OutboxMail
from portal.core.paging import PAGE_SIZE, Page, page_of
from portal.programmes.models import Intake
from portal.reviews.models import Assignment

PATIENCE = timedelta(minutes=15)
# The application that a mail is about: named by the mail itself, or by the assignment that it names.
_CONCERNED = sa.func.coalesce(
    OutboxMail.context["application_id"].as_string(),
    sa.select(Assignment.application_id)
    .where(Assignment.id == OutboxMail.context["assignment_id"].as_string())
    .scalar_subquery(),
)


@dataclass(frozen=True)
class FailedMail:
    """A mail that did not arrive, and the application that it was about."""

    mail: OutboxMail
    application: Application


def mailbox(before: str | None = None) -> Page[OutboxMail]:
    """Every mail of the installation, newest first. For demonstrations alone."""
    rows = sa.select(OutboxMail).order_by(OutboxMail.created_at.desc(), OutboxMail.id.desc()).limit(PAGE_SIZE + 1)
    last = db.session.get(OutboxMail, before) if before else None
    if last is not None:
        rows = rows.where(
            sa.or_(
                OutboxMail.created_at < last.created_at,
                sa.and_(OutboxMail.created_at == last.created_at, OutboxMail.id < last.id),
            )
        )
    return page_of(db.session.scalars(rows).all(), key=lambda mail: mail.id)


def mail(mail_id: str) -> OutboxMail | None:
    return db.session.get(OutboxMail, mail_id)


def overdue() -> int:
    """How many mails have waited longer than a mail should: the mail server is away, or none is set up."""
    waiting = sa.select(sa.func.count(OutboxMail.id)).where(
        OutboxMail.state == MailState.QUEUED, OutboxMail.created_at < clock.now() - PATIENCE
    )
    return db.session.scalar(waiting) or 0


def failed_for(programme_ids: Sequence[str], *, limit: int = 20) -> Sequence[FailedMail]:
    """Undelivered mail about applications to these programmes, newest first."""
    rows = db.session.execute(
        sa.select(OutboxMail, Application)
        .join(Application, Application.id == _CONCERNED)
        .join(Intake, Intake.id == Application.intake_id)
        .where(OutboxMail.state == MailState.FAILED, Intake.programme_id.in_(programme_ids))
        .order_by(OutboxMail.created_at.desc(), OutboxMail.id)
        .limit(limit)
    )
    return [FailedMail(mail=mail, application=application) for mail, application in rows]


def failed(mail_id: str) -> FailedMail | None:
    """One undelivered mail about an application, or None."""
    row = db.session.execute(
        sa.select(OutboxMail, Application)
        .join(Application, Application.id == _CONCERNED)
        .where(OutboxMail.id == mail_id, OutboxMail.state == MailState.FAILED)
    ).one_or_none()
    return FailedMail(mail=row[0], application=row[1]) if row else None


def about(application_id: str) -> Sequence[OutboxMail]:
    """Every mail about an application, oldest first, without notices that were passed on: those mails stand here."""
    passed_on = sa.and_(OutboxMail.to_address == "", OutboxMail.state == MailState.SENT)
    return db.session.scalars(
        sa.select(OutboxMail)
        .where(OutboxMail.context["application_id"].as_string() == application_id, sa.not_(passed_on))
        .order_by(OutboxMail.created_at, OutboxMail.id)
    ).all()
