"""Publishing the technical rules of a slot. A version that was published is never changed: results quote it."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from portal.accounts.actor import Actor
from portal.checks.evaluate import RuleSpec
from portal.core import audit, clock
from portal.core.db import transaction
from portal.core.errors import Invalid
from portal.programmes import policy, queries
from portal.programmes.errors import NewerVersionExists
from portal.programmes.models import RuleSet, Slot
from portal.programmes.technical_rules import to_stored


def publish(
    slot: Slot, rules: Sequence[RuleSpec], *, expected_version: int, based_on: str = "", actor: Actor
) -> RuleSet:
    """Publish the next version. `expected_version` is the one the editor saw (0: none); `based_on` names a preset.

    Raises NewerVersionExists when somebody else published in between, Invalid for rules that no check can judge by or
    that are in force already. Recordings that were judged keep the version they were judged by.
    """
    with transaction() as session:
        policy.edit_slot(actor, slot, clock.now()).enforce()
        # Two editors at once would both count the same next version: they take turns on the slot's row.
        session.execute(sa.select(Slot.id).where(Slot.id == slot.id).with_for_update())
        current = queries.current_rule_set(slot.id)
        version = current.version if current else 0
        if version != expected_version:
            raise NewerVersionExists(version)
        stored = to_stored(rules)
        if current is not None and current.rules == stored:
            raise Invalid(f"These are the rules that are in force already (version {version}); nothing was published.")
        rule_set = RuleSet(
            slot_id=slot.id,
            version=version + 1,
            rules=stored,
            based_on=based_on[:120],
            published_by_id=actor.person_id,
        )
        session.add(rule_set)
        session.flush()
        audit.record(
            "rule_set.publish",
            rule_set,
            actor=actor,
            before={"version": version, "rules": current.rules if current else []},
            after={"version": rule_set.version, "rules": stored, "slot": slot.title},
            programme_id=slot.intake.programme_id,
        )
        return rule_set
