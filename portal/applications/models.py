"""One person's file for one intake."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import Person
from portal.applications.states import ApplicationState, ExtensionState, GateState
from portal.core import clock
from portal.core.db import Base, UtcDateTime, enum_column, id_column, reference
from portal.core.ids import ID_LENGTH
from portal.core.stored import file_key
from portal.programmes.models import Concentration, Gate, Intake, Track
from portal.recordings.models import Recording


class Application(Base):
    """`number` is what people say on the telephone; `id` is what stands in addresses."""

    __tablename__ = "applications"
    __table_args__ = (
        sa.UniqueConstraint("applicant_id", "intake_id"),
        sa.Index("ix_applications_intake_state", "intake_id", "state"),
    )

    id: Mapped[str] = id_column()
    number: Mapped[str] = mapped_column(sa.String(20), unique=True)
    applicant_id: Mapped[str] = reference("people.id")
    intake_id: Mapped[str] = reference("intakes.id")
    concentration_id: Mapped[str | None] = reference("concentrations.id", nullable=True)
    track_id: Mapped[str | None] = reference("tracks.id", nullable=True)
    state: Mapped[ApplicationState] = mapped_column(enum_column(ApplicationState), default=ApplicationState.DRAFT)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # Set when staff reopen after the deadline: until then the applicant may change and submit again.
    reopened_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # A later deadline of this person alone, as the extension that is in force says.
    extended_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # Since when the person knows which deadline counts. Reminders that were due before are not sent.
    deadline_set_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    # What was submitted before receipts were signed and had a table; `sign_what_was_not` is all that looks here.
    unsigned_receipt: Mapped[dict[str, Any] | None] = mapped_column("receipt", sa.JSON, deferred=True)

    applicant: Mapped[Person] = relationship()
    intake: Mapped[Intake] = relationship()
    concentration: Mapped[Concentration | None] = relationship()
    track: Mapped[Track | None] = relationship()
    gate_answers: Mapped[list[GateAnswer]] = relationship(back_populates="application")
    recordings: Mapped[list[Recording]] = relationship(
        primaryjoin="and_(Application.id == Recording.application_id, Recording.removed_at.is_(None))",
        order_by="Recording.slot_id, Recording.position",
        viewonly=True,
    )
    extensions: Mapped[list[Extension]] = relationship(back_populates="application", order_by="Extension.created_at")


class GateAnswer(Base):
    """What the applicant says to a gate, and what staff found."""

    __tablename__ = "gate_answers"
    __table_args__ = (sa.UniqueConstraint("application_id", "gate_id"),)

    id: Mapped[str] = id_column()
    application_id: Mapped[str] = reference("applications.id")
    gate_id: Mapped[str] = reference("gates.id")
    answer: Mapped[str] = mapped_column(sa.Text, default="")
    score: Mapped[float | None]
    state: Mapped[GateState] = mapped_column(enum_column(GateState), default=GateState.UNKNOWN)
    checked_by_id: Mapped[str | None] = mapped_column(sa.String(ID_LENGTH))
    checked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)

    application: Mapped[Application] = relationship(back_populates="gate_answers")
    gate: Mapped[Gate] = relationship()
    evidence: Mapped[list[EvidenceFile]] = relationship(
        primaryjoin="and_(GateAnswer.id == EvidenceFile.gate_answer_id, EvidenceFile.removed_at.is_(None))",
        order_by="EvidenceFile.created_at",
    )


class EvidenceFile(Base):
    """A PDF that proves an answer."""

    __tablename__ = "evidence_files"

    id: Mapped[str] = id_column()
    gate_answer_id: Mapped[str] = reference("gate_answers.id")
    original_name: Mapped[str] = mapped_column(sa.String(255))
    storage_key: Mapped[str] = file_key("evidence", hashed_by="sha256")
    size_bytes: Mapped[int] = mapped_column(sa.BigInteger)
    sha256: Mapped[str] = mapped_column(sa.String(64))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Extension(Base):
    """More time for one person: asked for, granted with a date of its own, refused, revoked.

    `asked_until` is empty where nobody asked; `answer` is what staff last wrote to the applicant about it.
    """

    __tablename__ = "extensions"

    id: Mapped[str] = id_column()
    application_id: Mapped[str] = reference("applications.id")
    state: Mapped[ExtensionState] = mapped_column(enum_column(ExtensionState))
    asked_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    asked_reason: Mapped[str] = mapped_column(sa.Text, default="")
    until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answer: Mapped[str] = mapped_column(sa.Text, default="")
    access_code_id: Mapped[str | None] = reference("access_codes.id", nullable=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by_id: Mapped[str | None] = mapped_column(sa.String(ID_LENGTH))

    application: Mapped[Application] = relationship(back_populates="extensions")
    access_code: Mapped[AccessCode | None] = relationship()


class AccessCode(Base):
    """Opens an intake that takes no new applications any more, as often as `uses_allowed` says.

    An application that is begun with it may be submitted until `deadline_at`.
    """

    __tablename__ = "access_codes"
    __table_args__ = (sa.CheckConstraint("uses <= uses_allowed", name="uses"),)

    id: Mapped[str] = id_column()
    intake_id: Mapped[str] = reference("intakes.id")
    code: Mapped[str] = mapped_column(sa.String(20), unique=True)
    note: Mapped[str] = mapped_column(sa.String(200), default="")
    uses_allowed: Mapped[int] = mapped_column(default=1)
    uses: Mapped[int] = mapped_column(default=0)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    deadline_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by_id: Mapped[str] = mapped_column(sa.String(ID_LENGTH))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    intake: Mapped[Intake] = relationship()

    @property
    def readable(self) -> str:
        """`K7MQ2-4XHTP`: in halves, as it is read out."""
        half = len(self.code) // 2
        return f"{self.code[:half]}-{self.code[half:]}"


class DeadlineReminder(Base):
    """That a reminder of one deadline is owed or sent. Another deadline of the same person is reminded of anew."""

    __tablename__ = "deadline_reminders"
    __table_args__ = (sa.UniqueConstraint("application_id", "deadline_at", "hours_before"),)

    id: Mapped[str] = id_column()
    application_id: Mapped[str] = reference("applications.id")
    deadline_at: Mapped[datetime] = mapped_column(UtcDateTime)
    hours_before: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
