"""Everything that an intake asks for, copied into a new one."""

from __future__ import annotations

from portal.accounts.actor import Actor
from portal.core.db import db
from portal.programmes import queries
from portal.programmes.models import Criterion, Gate, Intake, Rubric, RuleSet, Slot

SLOT_FIELDS = (
    "concentration_id", "position", "title", "description", "min_items", "max_items", "max_bytes", "note_max_words",
    "note_required", "credits_required",
)  # fmt: skip
GATE_FIELDS = ("position", "kind", "title", "question", "evidence_required", "minimum_score")
CRITERION_FIELDS = ("position", "title", "description", "weight", "scale_min", "scale_max", "anchors")


def copy_contents(source: Intake, target: Intake, *, actor: Actor) -> None:
    """Copy slots with their newest rules, requirements and newest rubrics; each begins again as version 1."""
    for slot in queries.all_slots(source):
        copy = Slot(intake_id=target.id, **_values(slot, SLOT_FIELDS))
        db.session.add(copy)
        db.session.flush()
        if slot.rule_sets:
            newest = slot.rule_sets[-1]
            based_on = f"{source.title}, version {newest.version}"
            db.session.add(
                RuleSet(
                    slot_id=copy.id,
                    version=1,
                    rules=newest.rules,
                    based_on=based_on[:120],
                    published_by_id=actor.person_id,
                )
            )
    for gate in queries.gates_of(source):
        db.session.add(Gate(intake_id=target.id, **_values(gate, GATE_FIELDS)))
    for rubric in queries.current_rubrics(source).values():
        db.session.add(
            Rubric(
                intake_id=target.id,
                concentration_id=rubric.concentration_id,
                version=1,
                published_by_id=actor.person_id,
                criteria=[Criterion(**_values(criterion, CRITERION_FIELDS)) for criterion in rubric.criteria],
            )
        )
    db.session.flush()


def _values(row: object, names: tuple[str, ...]) -> dict[str, object]:
    return {name: getattr(row, name) for name in names}
