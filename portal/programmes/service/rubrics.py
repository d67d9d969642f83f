"""Publishing what faculty score. A version that was published is never changed: reviews point at it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from portal.accounts.actor import Actor
from portal.core import audit, clock
from portal.core.db import transaction
from portal.core.errors import Invalid
from portal.programmes import policy, queries
from portal.programmes.errors import NewerVersionExists
from portal.programmes.models import Criterion, Intake, Rubric
from portal.programmes.terms import MAX_CRITERIA, CriterionTerms


def publish(
    intake: Intake,
    criteria: Sequence[CriterionTerms],
    *,
    concentration_id: str | None = None,
    expected_version: int,
    actor: Actor,
) -> Rubric:
    """Publish the next version for one concentration, or for everybody.

    `expected_version` is the one that the editor saw (0: none). Raises NewerVersionExists when somebody else published
    in between. Reviews begun by an older version stay with it.
    """
    with transaction() as session:
        policy.edit_intake(actor, intake, clock.now()).enforce()
        # Two editors at once would both count the same next version: they take turns on the intake's row.
        session.execute(sa.select(Intake.id).where(Intake.id == intake.id).with_for_update())
        versions = queries.rubric_versions(intake, concentration_id=concentration_id)
        current = versions[0] if versions else None
        if (current.version if current else 0) != expected_version:
            raise NewerVersionExists(current.version if current else 0)
        new = [terms.values() for terms in criteria]
        old = plain_criteria(current) if current else []
        _refuse(intake, new, old, concentration_id)
        rubric = Rubric(
            intake_id=intake.id,
            concentration_id=concentration_id,
            version=expected_version + 1,
            published_by_id=actor.person_id,
            criteria=[Criterion(position=position, **values) for position, values in enumerate(new)],
        )
        session.add(rubric)
        session.flush()
        audit.record(
            "rubric.publish",
            rubric,
            actor=actor,
            before={"version": expected_version, "criteria": old},
            after={"version": rubric.version, "criteria": new, "concentration_id": concentration_id},
            programme_id=intake.programme_id,
        )
        return rubric


def plain_criteria(rubric: Rubric) -> list[dict[str, Any]]:
    """The criteria of a version as they are compared and kept in the audit."""
    names = ("title", "description", "weight", "scale_min", "scale_max", "anchors")
    return [{name: getattr(criterion, name) for name in names} for criterion in rubric.criteria]


def _refuse(intake: Intake, new: list[dict[str, Any]], old: list[dict[str, Any]], concentration_id: str | None) -> None:
    known = {row.id for row in queries.concentrations_of(intake.programme_id, active_only=False)}
    if concentration_id is not None and concentration_id not in known:
        raise Invalid("Choose a concentration of this programme.")
    if not new:
        raise Invalid("A rubric needs at least one criterion.")
    if len(new) > MAX_CRITERIA:
        raise Invalid(f"A rubric has at most {MAX_CRITERIA} criteria: nobody scores more than that with care.")
    titles = [values["title"].strip().lower() for values in new]
    if len(set(titles)) != len(titles):
        raise Invalid("Two criteria have the same title. Give each its own.")
    if new == old:
        raise Invalid("This is the version that is in force already; nothing was published.")
