"""Mail that is owed. A command notes it in its own transaction; the mail worker words and delivers it afterwards.

A domain package says *that* somebody has to hear of something (`kind` and the ids). What is said stands in
`notifications`, which may look at every domain.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.core import clock, queue
from portal.core.db import Base, UtcDateTime, db, enum_column, id_column, in_transaction
from portal.core.ids import ID_LENGTH


class MailState(StrEnum):
    """`dropped` is what was no longer true when it was to be sent, such as a reminder of something that is done."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    DROPPED = "dropped"


class OutboxMail(Base):
    """One message to one address. `subject` and `body` are filled in when it is worded."""

    __tablename__ = "outbox_mails"

    id: Mapped[str] = id_column()
    kind: Mapped[str] = mapped_column(sa.String(80), index=True)
    to_address: Mapped[str] = mapped_column(sa.String(255))
    to_person_id: Mapped[str | None] = mapped_column(sa.String(ID_LENGTH), index=True)
    context: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    state: Mapped[MailState] = mapped_column(enum_column(MailState), default=MailState.QUEUED, index=True)
    subject: Mapped[str] = mapped_column(sa.String(250), default="")
    body: Mapped[str] = mapped_column(sa.Text, default="")
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now, index=True)
    next_try_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now, index=True)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_error: Mapped[str] = mapped_column(sa.Text, default="")


def put(kind: str, *, to_address: str = "", to_person_id: str | None = None, **context: Any) -> OutboxMail:
    """Owe a mail of this kind. Raises RuntimeError outside of a command.

    Without an address it is a notice: the command does not know whom it concerns (the staff of a programme, say), and
    `notifications` puts one mail for each recipient in its place when it is worded.
    """
    if not in_transaction():
        raise RuntimeError("a mail is owed by a command, in its transaction")
    mail = OutboxMail(kind=kind, to_address=to_address, to_person_id=to_person_id, context=context)
    db.session.add(mail)
    queue.send_after_commit(queue.DELIVER_MAIL)
    return mail
