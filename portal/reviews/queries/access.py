"""What decides about one assignment."""

from __future__ import annotations

import sqlalchemy as sa

from portal.applications.models import Application
from portal.core.db import db
from portal.programmes.models import Intake
from portal.reviews.models import Assignment
from portal.reviews.policy import Access


def access(assignment_id: str) -> Access | None:
    """What policies need to know of an assignment. One query."""
    row = db.session.execute(
        sa.select(
            Assignment.id,
            Assignment.state,
            Assignment.reviewer_id,
            Assignment.application_id,
            Application.state,
            Application.applicant_id,
            Application.intake_id,
            Intake.programme_id,
            Application.concentration_id,
        )
        .join(Application, Assignment.application_id == Application.id)
        .join(Intake, Application.intake_id == Intake.id)
        .where(Assignment.id == assignment_id)
    ).one_or_none()
    return Access(*row) if row is not None else None
