"""Commands about the recordings that an intake asks for."""

from __future__ import annotations

from portal.accounts.actor import Actor
from portal.core import audit, clock
from portal.core.db import transaction
from portal.core.errors import Invalid
from portal.programmes import policy, queries
from portal.programmes.models import Intake, Slot
from portal.programmes.service.changes import Values, change, move, next_position, plain
from portal.programmes.terms import SlotTerms

MAX_SLOTS = 30


def add(intake: Intake, terms: SlotTerms, *, actor: Actor) -> Slot:
    """Ask for another kind of recording; its technical rules are published next."""
    with transaction() as session:
        policy.edit_intake(actor, intake, clock.now()).enforce()
        present = queries.all_slots(intake)
        if len(present) >= MAX_SLOTS:
            raise Invalid(f"An intake asks for at most {MAX_SLOTS} kinds of recordings.")
        _refuse_foreign_concentration(intake, terms)
        slot = Slot(intake_id=intake.id, position=next_position(present), **terms.values())
        session.add(slot)
        session.flush()
        audit.record("slot.add", slot, actor=actor, after=terms.values(), programme_id=intake.programme_id)
        return slot


def edit(slot: Slot, terms: SlotTerms, *, actor: Actor) -> None:
    with transaction():
        policy.edit_slot(actor, slot, clock.now()).enforce()
        _refuse_foreign_concentration(slot.intake, terms)
        before, after = change(slot, terms.values())
        if after:
            _record("slot.edit", slot, before, after, actor=actor)


def archive(slot: Slot, *, actor: Actor) -> None:
    """Ask for it no longer. Recordings that are in it stay with their applications."""
    with transaction():
        now = clock.now()
        policy.edit_slot(actor, slot, now).enforce()
        if slot.archived_at is None:
            slot.archived_at = now
            _record("slot.archive", slot, {"archived_at": None}, {"archived_at": plain(now)}, actor=actor)


def restore(slot: Slot, *, actor: Actor) -> None:
    """Ask for it again, at the end of the list."""
    with transaction():
        policy.edit_slot(actor, slot, clock.now()).enforce()
        if slot.archived_at is not None:
            position = next_position(queries.all_slots(slot.intake))
            before, after = change(slot, {"archived_at": None, "position": position})
            _record("slot.restore", slot, before, after, actor=actor)


def reorder(slot: Slot, *, up: bool, actor: Actor) -> None:
    """Change places with the neighbour."""
    with transaction():
        policy.edit_slot(actor, slot, clock.now()).enforce()
        before = {"position": slot.position}
        move(queries.all_slots(slot.intake), slot.id, up=up)
        if slot.position != before["position"]:
            _record("slot.reorder", slot, before, {"position": slot.position}, actor=actor)


def _record(action: str, slot: Slot, before: Values, after: Values, *, actor: Actor) -> None:
    audit.record(action, slot, actor=actor, before=before, after=after, programme_id=slot.intake.programme_id)


def _refuse_foreign_concentration(intake: Intake, terms: SlotTerms) -> None:
    known = {row.id for row in queries.concentrations_of(intake.programme_id, active_only=False)}
    if terms.concentration_id is not None and terms.concentration_id not in known:
        sentence = "Choose a concentration of this programme."
        raise Invalid(sentence, fields={"concentration_id": sentence})
