"""Reading export jobs."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from portal.core.db import db
from portal.exports.models import ExportJob
from portal.programmes.models import Intake

SHOWN = 20
WITH_INTAKE = joinedload(ExportJob.intake).joinedload(Intake.programme)


def job(job_id: str) -> ExportJob | None:
    """A job with its intake and programme. One query."""
    return db.session.scalar(sa.select(ExportJob).where(ExportJob.id == job_id).options(WITH_INTAKE))


def jobs_of(intake_id: str) -> Sequence[ExportJob]:
    """The latest exports of an intake, newest first."""
    return db.session.scalars(
        sa.select(ExportJob)
        .where(ExportJob.intake_id == intake_id)
        .options(WITH_INTAKE)
        .order_by(ExportJob.created_at.desc(), ExportJob.id)
        .limit(SHOWN)
    ).all()
