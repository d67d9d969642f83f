"""Exports that are too large for one request."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core import clock
from portal.core.db import Base, UtcDateTime, enum_column, id_column, reference
from portal.core.ids import ID_LENGTH
from portal.core.stored import file_key
from portal.programmes.models import Intake


class ExportState(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    READY = "ready"
    FAILED = "failed"
    EXPIRED = "expired"


class ExportJob(Base):
    """One export somebody asked for. `done` of `total` rows are written; the file is deleted after a while."""

    __tablename__ = "export_jobs"

    id: Mapped[str] = id_column()
    intake_id: Mapped[str] = reference("intakes.id")
    requested_by_id: Mapped[str] = mapped_column(sa.String(ID_LENGTH), index=True)
    kind: Mapped[str] = mapped_column(sa.String(40))
    format: Mapped[str] = mapped_column(sa.String(20))
    state: Mapped[ExportState] = mapped_column(enum_column(ExportState), default=ExportState.QUEUED, index=True)
    generation: Mapped[int] = mapped_column(default=1)
    attempt: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    storage_key: Mapped[str] = file_key("exports", lasting=False, only_while={"state": ExportState.READY})
    size_bytes: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    error: Mapped[str] = mapped_column(sa.Text, default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    intake: Mapped[Intake] = relationship()
