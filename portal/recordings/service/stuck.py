"""When a row's message is taken for lost, and its worker for dead. As conditions in SQL.

In a deadline hour a message may wait for hours with nothing wrong, so waiting long is no sign of loss: it is lost when
the queue is empty, or when one that was sent well after it has been taken already. To send again is harmless when it
was not lost after all, since claims are exclusive; but a long queue must not grow by it every minute.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from portal.core.db import db

PATIENCE = timedelta(seconds=60)
# How far back is looked for messages that were taken.
LATELY = timedelta(hours=1)

Time = sa.SQLColumnExpression[Any]


def silent(lease_until: Time, *, sent_at: Time, now: datetime) -> sa.ColumnElement[bool]:
    """Held by a lease that ran out: to be sent at once, and then once a minute."""
    return sa.and_(lease_until < now, sa.or_(sent_at < lease_until, sent_at < now - PATIENCE))


def lost(
    sent_at: Time, *, taken: sa.ColumnElement[bool], queue_is_empty: bool, now: datetime
) -> sa.ColumnElement[bool]:
    """Sent long enough ago, and nobody will get the message; `taken` says whose messages have been taken lately."""
    waits = sent_at < now - PATIENCE
    if queue_is_empty:
        return waits
    newest_taken = db.session.scalar(sa.select(sa.func.max(sent_at)).where(taken))
    return sa.and_(waits, sent_at < newest_taken - PATIENCE) if newest_taken else sa.false()
