"""What these stories look for in audit and outbox."""

from __future__ import annotations

import sqlalchemy as sa

from portal.core.audit import AuditEntry
from portal.core.db import db
from portal.core.outbox import MailState, OutboxMail


def deeds(*actions: str) -> list[AuditEntry]:
    """Entries of the audit, the oldest first."""
    return list(db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action.in_(actions)).order_by(AuditEntry.id)))


def owed(kind: str) -> list[OutboxMail]:
    """Mails of a kind that wait to be sent."""
    return list(
        db.session.scalars(
            sa.select(OutboxMail)
            .where(OutboxMail.kind == kind, OutboxMail.state == MailState.QUEUED)
            .order_by(OutboxMail.created_at, OutboxMail.id)
        )
    )
