"""What was decided, by whom, and the letter that belongs to it."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.applications.models import Application
from portal.core import clock
from portal.core.db import Base, UtcDateTime, enum_column, id_column, reference
from portal.core.ids import ID_LENGTH
from portal.decisions.states import DecisionState, OutcomeKind


class Decision(Base):
    """Never edited: a correction discards this row and drafts another. The letter is worded when it is released."""

    __tablename__ = "decisions"
    __table_args__ = (
        # One living decision per application; discarded ones stay as history.
        sa.Index(
            "uq_decisions_living",
            "application_id",
            unique=True,
            sqlite_where=sa.text("state != 'discarded'"),
            postgresql_where=sa.text("state != 'discarded'"),
        ),
    )

    id: Mapped[str] = id_column()
    application_id: Mapped[str] = reference("applications.id", index=False)
    outcome: Mapped[OutcomeKind] = mapped_column(enum_column(OutcomeKind))
    state: Mapped[DecisionState] = mapped_column(enum_column(DecisionState), default=DecisionState.DRAFTED, index=True)
    reason: Mapped[str] = mapped_column(sa.Text)
    conditions: Mapped[str] = mapped_column(sa.Text, default="")
    drafted_by_id: Mapped[str] = mapped_column(sa.String(ID_LENGTH))
    drafted_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    confirmed_by_id: Mapped[str | None] = mapped_column(sa.String(ID_LENGTH))
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    released_by_id: Mapped[str | None] = mapped_column(sa.String(ID_LENGTH))
    released_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    letter_subject: Mapped[str] = mapped_column(sa.String(250), default="")
    letter_body: Mapped[str] = mapped_column(sa.Text, default="")

    application: Mapped[Application] = relationship()


class LetterTemplate(Base):
    """The letter of one outcome in one intake. Placeholders: {name}, {programme}, {intake}, {conditions}, {number}."""

    __tablename__ = "letter_templates"
    __table_args__ = (sa.UniqueConstraint("intake_id", "outcome"),)

    id: Mapped[str] = id_column()
    intake_id: Mapped[str] = reference("intakes.id")
    outcome: Mapped[OutcomeKind] = mapped_column(enum_column(OutcomeKind))
    subject: Mapped[str] = mapped_column(sa.String(250))
    body: Mapped[str] = mapped_column(sa.Text)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
