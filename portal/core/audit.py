"""Who did what, when, before and after: written by every command in its own transaction."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.core import clock, log
from portal.core.db import Base, UtcDateTime, db, in_transaction
from portal.core.ids import ID_LENGTH

SYSTEM = "system"


class AuditEntry(Base):
    """One deed. Rows are only ever added; nothing in the application changes or deletes one."""

    __tablename__ = "audit_entries"

    id: Mapped[int] = mapped_column(sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    actor_id: Mapped[str | None] = mapped_column(sa.String(ID_LENGTH), index=True)
    actor_name: Mapped[str] = mapped_column(sa.String(200))
    action: Mapped[str] = mapped_column(sa.String(80), index=True)
    object_type: Mapped[str] = mapped_column(sa.String(40))
    object_id: Mapped[str] = mapped_column(sa.String(64))
    application_id: Mapped[str | None] = mapped_column(sa.String(ID_LENGTH), index=True)
    programme_id: Mapped[str | None] = mapped_column(sa.String(ID_LENGTH), index=True)
    before: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    after: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    request_id: Mapped[str] = mapped_column(sa.String(40), default="")


def record(
    action: str,
    thing: Any,
    *,
    actor: Any = None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str = "",
    application_id: str | None = None,
    programme_id: str | None = None,
) -> None:
    """Add an entry about `thing` (a row with an id). `action` is `noun.verb`, such as `application.submit`.

    `actor` is an `accounts.actor.Actor`; None means the system itself (a worker, the command line).
    Raises RuntimeError outside of a command: an entry without its change would be a lie.
    """
    if not in_transaction():
        raise RuntimeError("an audit entry belongs into the transaction of its change")
    db.session.flush()
    db.session.add(
        AuditEntry(
            at=clock.now(),
            actor_id=actor.person_id if actor is not None else None,
            actor_name=actor.name if actor is not None else SYSTEM,
            action=action,
            object_type=type(thing).__tablename__,
            object_id=str(thing.id),
            application_id=application_id,
            programme_id=programme_id,
            before=dict(before or {}),
            after=dict(after or {}),
            reason=reason,
            request_id=log.request_id(),
        )
    )
