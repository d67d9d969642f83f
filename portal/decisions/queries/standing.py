"""Scores and verdicts of many applications at once: light rows, a fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import sqlalchemy as sa

from portal.applications.models import Application
from portal.applications.states import IN_JUDGEMENT
from portal.checks.evaluate import Verdict
from portal.core.db import db
from portal.panel.ranking import Place, rank
from portal.recordings import queries as recordings
from portal.recordings.models import FileVersion, Recording
from portal.recordings.states import MOVING, Processing
from portal.reviews.models import Assignment, Review
from portal.reviews.states import AssignmentState

# The least good first: an application is as good as its worst recording.
WORST_FIRST = (Verdict.BLOCKED, Verdict.NOT_MEASURED, Verdict.REMARKS, Verdict.CLEAN)


def ranking_of(intake_id: str, *, read: sa.Connection | None = None) -> list[Place]:
    """Every application in judgement, best first, by the mean of its submitted reviews. Two queries.

    `read` is a connection to read by instead of the session: for an export, which reads everything in one snapshot.
    """
    reader = read or db.session
    scores: dict[str, list[float]] = {
        key: []
        for key in reader.scalars(
            sa.select(Application.id).where(Application.intake_id == intake_id, Application.state.in_(IN_JUDGEMENT))
        )
    }
    rows = reader.execute(
        sa.select(Assignment.application_id, Review.overall)
        .join(Review, Review.assignment_id == Assignment.id)
        .join(Application, Application.id == Assignment.application_id)
        .where(
            Application.intake_id == intake_id,
            Assignment.state == AssignmentState.SUBMITTED,
            Review.overall.is_not(None),
        )
    )
    for application_id, overall in rows:
        if application_id in scores and overall is not None:
            scores[application_id].append(overall)
    return rank(scores, seed=intake_id)


def worst_of(application_ids: Sequence[str]) -> dict[str, str]:
    """What the recordings of each application come to, waivers considered: a verdict's value, or the processing state
    that still keeps it open (`checking`, `needs_staff`). Applications without a file are left out. Three queries."""
    rows = db.session.execute(
        sa.select(Recording.application_id, FileVersion.id, FileVersion.state)
        .join(FileVersion, FileVersion.recording_id == Recording.id)
        .where(
            Recording.application_id.in_(application_ids),
            Recording.removed_at.is_(None),
            recordings.stands(),
        )
    ).all()
    verdicts = recordings.standing_verdicts([version_id for _, version_id, _ in rows])
    found: dict[str, set[str]] = defaultdict(set)
    for application_id, version_id, state in rows:
        found[application_id].add(_word(state, verdicts.get(version_id)))
    order = [Processing.NEEDS_STAFF.value, Processing.CHECKING.value, *(verdict.value for verdict in WORST_FIRST)]
    return {key: min(words, key=order.index) for key, words in found.items()}


def _word(state: Processing, verdict: Verdict | None) -> str:
    if state in MOVING:
        return Processing.CHECKING.value
    if state is Processing.NEEDS_STAFF or verdict is None:
        return Processing.NEEDS_STAFF.value
    return verdict.value
