"""Commands about the requirements of an intake."""

from __future__ import annotations

from portal.accounts.actor import Actor
from portal.core import audit, clock
from portal.core.db import transaction
from portal.core.errors import Invalid
from portal.programmes import policy, queries
from portal.programmes.models import Gate, Intake
from portal.programmes.service.changes import Values, change, move, next_position, plain
from portal.programmes.terms import GateTerms

MAX_GATES = 30


def add(intake: Intake, terms: GateTerms, *, actor: Actor) -> Gate:
    with transaction() as session:
        policy.edit_intake(actor, intake, clock.now()).enforce()
        present = queries.gates_of(intake)
        if len(present) >= MAX_GATES:
            raise Invalid(f"An intake has at most {MAX_GATES} requirements.")
        gate = Gate(intake_id=intake.id, position=next_position(present), **terms.values())
        session.add(gate)
        session.flush()
        audit.record("gate.add", gate, actor=actor, after=terms.values(), programme_id=intake.programme_id)
        return gate


def edit(gate: Gate, terms: GateTerms, *, actor: Actor) -> None:
    """Change the words, the evidence or the minimum. What staff have found already stays as it is."""
    with transaction():
        policy.edit_gate(actor, gate, clock.now()).enforce()
        before, after = change(gate, terms.values())
        if after:
            _record("gate.edit", gate, before, after, actor=actor)


def archive(gate: Gate, *, actor: Actor) -> None:
    """Ask for it no longer. Answers that were given stay with their applications."""
    with transaction():
        now = clock.now()
        policy.edit_gate(actor, gate, now).enforce()
        if gate.archived_at is None:
            gate.archived_at = now
            _record("gate.archive", gate, {"archived_at": None}, {"archived_at": plain(now)}, actor=actor)


def restore(gate: Gate, *, actor: Actor) -> None:
    """Ask for it again, at the end of the list."""
    with transaction():
        policy.edit_gate(actor, gate, clock.now()).enforce()
        if gate.archived_at is not None:
            position = next_position(queries.gates_of(gate.intake))
            before, after = change(gate, {"archived_at": None, "position": position})
            _record("gate.restore", gate, before, after, actor=actor)


def reorder(gate: Gate, *, up: bool, actor: Actor) -> None:
    """Change places with the neighbour."""
    with transaction():
        policy.edit_gate(actor, gate, clock.now()).enforce()
        before = {"position": gate.position}
        move(queries.gates_of(gate.intake), gate.id, up=up)
        if gate.position != before["position"]:
            _record("gate.reorder", gate, before, {"position": gate.position}, actor=actor)


def _record(action: str, gate: Gate, before: Values, after: Values, *, actor: Actor) -> None:
    audit.record(action, gate, actor=actor, before=before, after=after, programme_id=gate.intake.programme_id)
