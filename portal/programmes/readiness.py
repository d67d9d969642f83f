"""What an intake still lacks before applicants may see it."""

from __future__ import annotations

from datetime import datetime

from portal.programmes import queries
from portal.programmes.models import Intake


def missing_before_publishing(intake: Intake, *, now: datetime) -> list[str]:
    """A sentence for each thing that is missing; empty when the intake can be published."""
    return [*_dates(intake, now), *_recordings(intake), *_rubrics(intake)]


def _dates(intake: Intake, now: datetime) -> list[str]:
    return ["The deadline is in the past: choose new dates."] if intake.visible_deadline_at <= now else []


def _recordings(intake: Intake) -> list[str]:
    slots = queries.all_slots(intake)
    if not slots:
        return ["No recording is asked for: add at least one."]
    return [f"“{slot.title}” has no technical rules yet: publish some." for slot in slots if not slot.rule_sets]


def _rubrics(intake: Intake) -> list[str]:
    rubrics = queries.current_rubrics(intake)
    if None in rubrics:
        return []
    concentrations = queries.concentrations_of(intake.programme_id)
    if not concentrations or not rubrics:
        return ["Faculty have nothing to score by: publish a rubric."]
    return [
        f"There is no rubric for {concentration.title}: publish one for it, or one for everybody."
        for concentration in concentrations
        if concentration.id not in rubrics
    ]
