"""Programmes and what they ask for. Rules and rubrics are versioned: a version is never changed, only followed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core import clock
from portal.core.db import Base, UtcDateTime, enum_column, id_column, reference
from portal.core.ids import ID_LENGTH
from portal.programmes.states import GateKind, IntakeState


class Programme(Base):
    """A degree with a public page. The prose fields hold plain paragraphs, separated by blank lines."""

    __tablename__ = "programmes"

    id: Mapped[str] = id_column()
    slug: Mapped[str] = mapped_column(sa.String(80), unique=True)
    title: Mapped[str] = mapped_column(sa.String(200))
    degree: Mapped[str] = mapped_column(sa.String(40))
    school: Mapped[str] = mapped_column(sa.String(200), default="")
    summary: Mapped[str] = mapped_column(sa.Text, default="")
    courses: Mapped[str] = mapped_column(sa.Text, default="")
    ensembles: Mapped[str] = mapped_column(sa.Text, default="")
    studio_terms: Mapped[str] = mapped_column(sa.Text, default="")
    careers: Mapped[str] = mapped_column(sa.Text, default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)

    concentrations: Mapped[list[Concentration]] = relationship(order_by="Concentration.position")
    tracks: Mapped[list[Track]] = relationship(order_by="Track.position")
    intakes: Mapped[list[Intake]] = relationship(back_populates="programme", order_by="Intake.opens_at.desc()")


class Concentration(Base):
    __tablename__ = "concentrations"
    __table_args__ = (sa.UniqueConstraint("programme_id", "key"),)

    id: Mapped[str] = id_column()
    programme_id: Mapped[str] = reference("programmes.id")
    position: Mapped[int] = mapped_column(default=0)
    key: Mapped[str] = mapped_column(sa.String(40))
    title: Mapped[str] = mapped_column(sa.String(120))
    description: Mapped[str] = mapped_column(sa.Text, default="")
    active: Mapped[bool] = mapped_column(default=True)


class Track(Base):
    __tablename__ = "tracks"
    __table_args__ = (sa.UniqueConstraint("programme_id", "key"),)

    id: Mapped[str] = id_column()
    programme_id: Mapped[str] = reference("programmes.id")
    position: Mapped[int] = mapped_column(default=0)
    key: Mapped[str] = mapped_column(sa.String(40))
    title: Mapped[str] = mapped_column(sa.String(120))
    description: Mapped[str] = mapped_column(sa.Text, default="")
    active: Mapped[bool] = mapped_column(default=True)


class Intake(Base):
    """One admission cycle. What its limits mean stands in `deadlines`.

    `extension_max_days` is the most that applicants may ask for (0: nothing), `extension_ask_hours` how long after the
    deadline they still may.
    """

    __tablename__ = "intakes"

    id: Mapped[str] = id_column()
    programme_id: Mapped[str] = reference("programmes.id")
    title: Mapped[str] = mapped_column(sa.String(120))
    state: Mapped[IntakeState] = mapped_column(enum_column(IntakeState), default=IntakeState.DRAFT, index=True)
    time_zone: Mapped[str] = mapped_column(sa.String(64))
    opens_at: Mapped[datetime] = mapped_column(UtcDateTime)
    start_cutoff_at: Mapped[datetime] = mapped_column(UtcDateTime)
    visible_deadline_at: Mapped[datetime] = mapped_column(UtcDateTime)
    grace_minutes: Mapped[int] = mapped_column(default=60)
    extension_max_days: Mapped[int] = mapped_column(default=14)
    extension_ask_hours: Mapped[int] = mapped_column(default=24)
    seats: Mapped[int] = mapped_column(default=0)
    blind: Mapped[bool] = mapped_column(default=True)
    reviews_wanted: Mapped[int] = mapped_column(default=3)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)

    programme: Mapped[Programme] = relationship(back_populates="intakes")
    slots: Mapped[list[Slot]] = relationship(back_populates="intake", order_by="Slot.position")
    gates: Mapped[list[Gate]] = relationship(back_populates="intake", order_by="Gate.position")
    rubrics: Mapped[list[Rubric]] = relationship(back_populates="intake", order_by="Rubric.version")

    @property
    def hard_deadline_at(self) -> datetime:
        """When the grace is over, for those without a date of their own."""
        return self.visible_deadline_at + timedelta(minutes=self.grace_minutes)


class Slot(Base):
    """A kind of recording that an intake asks for. Without a concentration it is asked of everybody."""

    __tablename__ = "slots"

    id: Mapped[str] = id_column()
    intake_id: Mapped[str] = reference("intakes.id")
    concentration_id: Mapped[str | None] = reference("concentrations.id", nullable=True)
    position: Mapped[int] = mapped_column(default=0)
    title: Mapped[str] = mapped_column(sa.String(120))
    description: Mapped[str] = mapped_column(sa.Text, default="")
    min_items: Mapped[int] = mapped_column(default=1)
    max_items: Mapped[int] = mapped_column(default=1)
    max_bytes: Mapped[int] = mapped_column(sa.BigInteger, default=1024**3)
    note_max_words: Mapped[int] = mapped_column(default=300)
    note_required: Mapped[bool] = mapped_column(default=True)
    credits_required: Mapped[bool] = mapped_column(default=True)
    archived_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    intake: Mapped[Intake] = relationship(back_populates="slots")
    rule_sets: Mapped[list[RuleSet]] = relationship(back_populates="slot", order_by="RuleSet.version")


class RuleSet(Base):
    """The technical rules of a slot, one version. `rules` is a list of {check_key, params, severity}."""

    __tablename__ = "rule_sets"
    __table_args__ = (sa.UniqueConstraint("slot_id", "version"),)

    id: Mapped[str] = id_column()
    slot_id: Mapped[str] = reference("slots.id")
    version: Mapped[int]
    rules: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON)
    based_on: Mapped[str] = mapped_column(sa.String(120), default="")
    published_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    published_by_id: Mapped[str | None] = mapped_column(sa.String(ID_LENGTH))

    slot: Mapped[Slot] = relationship(back_populates="rule_sets")


class Gate(Base):
    """A requirement that is passed, failed, unknown or waived."""

    __tablename__ = "gates"

    id: Mapped[str] = id_column()
    intake_id: Mapped[str] = reference("intakes.id")
    position: Mapped[int] = mapped_column(default=0)
    kind: Mapped[GateKind] = mapped_column(enum_column(GateKind))
    title: Mapped[str] = mapped_column(sa.String(160))
    question: Mapped[str] = mapped_column(sa.Text, default="")
    evidence_required: Mapped[bool] = mapped_column(default=True)
    minimum_score: Mapped[float | None]
    archived_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    intake: Mapped[Intake] = relationship(back_populates="gates")


class Rubric(Base):
    """What faculty score, one version for one concentration (or for all where none is named)."""

    __tablename__ = "rubrics"
    __table_args__ = (sa.UniqueConstraint("intake_id", "concentration_id", "version"),)

    id: Mapped[str] = id_column()
    intake_id: Mapped[str] = reference("intakes.id")
    concentration_id: Mapped[str | None] = reference("concentrations.id", nullable=True)
    version: Mapped[int]
    published_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    published_by_id: Mapped[str | None] = mapped_column(sa.String(ID_LENGTH))

    intake: Mapped[Intake] = relationship(back_populates="rubrics")
    criteria: Mapped[list[Criterion]] = relationship(order_by="Criterion.position")


class Criterion(Base):
    """One row of a rubric: whole points from `scale_min` to `scale_max`, with an anchor text where one is given."""

    __tablename__ = "criteria"

    id: Mapped[str] = id_column()
    rubric_id: Mapped[str] = reference("rubrics.id")
    position: Mapped[int] = mapped_column(default=0)
    title: Mapped[str] = mapped_column(sa.String(120))
    description: Mapped[str] = mapped_column(sa.Text, default="")
    weight: Mapped[int] = mapped_column(default=1)
    scale_min: Mapped[int] = mapped_column(default=1)
    scale_max: Mapped[int] = mapped_column(default=5)
    # {"1": "…", "5": "…"}: what a point means.
    anchors: Mapped[dict[str, str]] = mapped_column(sa.JSON, default=dict)
