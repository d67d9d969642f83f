"""What a change of rules would have meant for recordings that were sent already: this intake's, and the last one's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from portal.checks.evaluate import RuleSpec
from portal.core.db import db
from portal.programmes.models import Intake, Slot
from portal.recordings.measured import Effects, changed, effects, newest_reports

MOST_REPORTS = 500


@dataclass(frozen=True)
class Hindsight:
    """One intake's recordings under the changed rules; of many, the newest MOST_REPORTS."""

    intake: Intake
    effects: Effects

    @property
    def is_sample(self) -> bool:
        return self.effects.examined == MOST_REPORTS


def hindsight(slot: Slot, old: Sequence[RuleSpec], new: Sequence[RuleSpec]) -> list[Hindsight]:
    """The last intake and this one, where either has recordings for such a slot. Nothing where the rules stay."""
    if not changed(old, new):
        return []
    found = []
    for intake, slot_ids in ((_last_intake(slot.intake), None), (slot.intake, [slot.id])):
        if intake is not None:
            wanted = _like(slot, intake) if slot_ids is None else slot_ids
            reports = (one.report for one in newest_reports(wanted, limit=MOST_REPORTS) if one.report is not None)
            found.append(Hindsight(intake, effects(reports, old, new)))
    return [one for one in found if one.effects.examined]


def _last_intake(intake: Intake) -> Intake | None:
    return db.session.scalars(
        sa.select(Intake)
        .where(Intake.programme_id == intake.programme_id, Intake.opens_at < intake.opens_at)
        .order_by(Intake.opens_at.desc())
        .limit(1)
    ).first()


def _like(slot: Slot, intake: Intake) -> Sequence[str]:
    """The slots of an earlier intake that asked for the same thing: of the same name, for the same concentration."""
    same_paths = (
        Slot.concentration_id.is_(None)
        if slot.concentration_id is None
        else Slot.concentration_id == slot.concentration_id
    )
    return db.session.scalars(
        sa.select(Slot.id).where(Slot.intake_id == intake.id, Slot.title == slot.title, same_paths)
    ).all()
