"""Commands about an intake: its dates and numbers, and when it is public."""

from __future__ import annotations

from portal.accounts.actor import Actor
from portal.core import audit, clock
from portal.core.db import compare_and_set, transaction
from portal.core.errors import Invalid, Stale
from portal.core.states import next_state
from portal.programmes import policy
from portal.programmes.errors import NotReadyToPublish
from portal.programmes.models import Intake, Programme
from portal.programmes.readiness import missing_before_publishing
from portal.programmes.service.changes import change, plain_values
from portal.programmes.service.copying import copy_contents
from portal.programmes.states import STEPS, IntakeAction, IntakeState
from portal.programmes.terms import IntakeTerms

DEADLINES = ("visible_deadline_at", "hard_deadline_at")


def create(programme: Programme, terms: IntakeTerms, *, copy_from: Intake | None = None, actor: Actor) -> Intake:
    """Add an intake as a draft, with the recordings, rules, requirements and rubrics of an earlier one if wanted."""
    with transaction() as session:
        policy.edit(actor, programme, clock.now()).enforce()
        if copy_from is not None and copy_from.programme_id != programme.id:
            raise Invalid("Only an intake of the same programme can be copied.")
        intake = Intake(programme_id=programme.id, **terms.values())
        session.add(intake)
        session.flush()
        after = plain_values(terms.values()) | {"copied_from": copy_from.id if copy_from else None}
        audit.record("intake.create", intake, actor=actor, after=after, programme_id=programme.id)
        if copy_from is not None:
            copy_contents(copy_from, intake, actor=actor)
        return intake


def edit(intake: Intake, terms: IntakeTerms, *, reason: str = "", actor: Actor) -> None:
    """Change dates and numbers. Applicants are told by `applications.service.moving`, which calls this.

    Raises Invalid when a deadline that people rely on would come earlier without a reason; the reason is kept.
    """
    with transaction():
        policy.edit_intake(actor, intake, clock.now()).enforce()
        earlier = [name for name in DEADLINES if getattr(terms, name) < getattr(intake, name)]
        if earlier and intake.state is not IntakeState.DRAFT and not reason.strip():
            sentence = "Applicants rely on the published deadline. Say why it has to come earlier; this is kept."
            raise Invalid(sentence, fields={"reason": sentence})
        before, after = change(intake, terms.values())
        if after:
            audit.record(
                "intake.edit",
                intake,
                actor=actor,
                before=before,
                after=after,
                reason=reason.strip(),
                programme_id=intake.programme_id,
            )


def publish(intake: Intake, *, actor: Actor) -> None:
    """Put it on the public page. Raises NotReadyToPublish with everything that is missing."""
    _step(intake, IntakeAction.PUBLISH, actor=actor)


def close(intake: Intake, *, actor: Actor) -> None:
    """Take no more applications, whatever the dates say; what was submitted stays in judgement."""
    _step(intake, IntakeAction.CLOSE, actor=actor)


def reopen(intake: Intake, *, actor: Actor) -> None:
    """Undo the closing: the dates decide again."""
    _step(intake, IntakeAction.REOPEN, actor=actor)


def _step(intake: Intake, action: IntakeAction, *, actor: Actor) -> None:
    with transaction():
        now = clock.now()
        policy.edit_intake(actor, intake, now).enforce()
        old = intake.state
        new = next_state(STEPS, old, action)
        if action is IntakeAction.PUBLISH and (missing := missing_before_publishing(intake, now=now)):
            raise NotReadyToPublish(missing)
        if not compare_and_set(Intake, intake.id, expected={"state": old}, values={"state": new}):
            raise Stale
        audit.record(
            f"intake.{action.value}",
            intake,
            actor=actor,
            before={"state": old.value},
            after={"state": new.value},
            programme_id=intake.programme_id,
        )
