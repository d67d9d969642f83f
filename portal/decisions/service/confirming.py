"""The second key, and taking a decision back before it is released."""

from __future__ import annotations

from collections.abc import Sequence

from portal.accounts.actor import Actor
from portal.applications.service.steps import take_step
from portal.applications.states import ApplicationAction, ApplicationState
from portal.core import audit, clock
from portal.core.db import compare_and_set, transaction
from portal.core.errors import DomainError, NotFound, Stale
from portal.core.states import next_state
from portal.decisions import policy
from portal.decisions.errors import GatesForbid, ReasonMissing
from portal.decisions.models import Decision
from portal.decisions.queries.decisions import decision as find
from portal.decisions.service.drafting import MAX_TEXT_CHARS, BatchResult, require_gates
from portal.decisions.states import STEPS, DecisionAction, DecisionState
from portal.recordings.texts import paragraphs


def confirm(decision: Decision, *, actor: Actor) -> None:
    """Confirm what somebody else drafted; the application counts as decided from here on.

    Requirements are asked again: they may have been judged anew since the draft. Raises NotAllowed, GatesForbid, Stale.
    """
    with transaction():
        now = clock.now()
        policy.confirm(actor, decision, now).enforce()
        require_gates(decision.application, decision.outcome)
        values = {"confirmed_by_id": actor.person_id, "confirmed_at": now}
        _take_step(decision, DecisionAction.CONFIRM, actor=actor, values=values)
        take_step(decision.application, ApplicationAction.DECIDE, actor=actor)


def confirm_batch(decision_ids: Sequence[str], *, intake_id: str, actor: Actor) -> BatchResult:
    """Confirm several decisions of an intake. Each stands for itself: what is refused is told, the rest is confirmed.

    Raises NotFound when a decision is not of this intake.
    """
    decisions = [find(decision_id) for decision_id in decision_ids]
    refused: list[str] = []
    for decision in decisions:
        if decision is None or decision.application.intake_id != intake_id:
            raise NotFound
    for decision in filter(None, decisions):
        number = decision.application.number
        try:
            confirm(decision, actor=actor)
        except GatesForbid as error:
            refused.append(" ".join([error.message, *error.details]))
        except DomainError as error:
            refused.append(f"{number}: {error.message}")
    return BatchResult(done=len(decision_ids) - len(refused), refused=refused)


def discard(decision: Decision, *, actor: Actor, reason: str) -> None:
    """Take a decision back, with a reason. It stays in the file; the application can be decided anew.

    Raises NotAllowed, ReasonMissing, Stale.
    """
    reason = paragraphs(reason)
    if not reason or len(reason) > MAX_TEXT_CHARS:
        sentence = f"Say why, in at most {MAX_TEXT_CHARS:,} characters. The reason stands in the file."
        raise ReasonMissing(sentence, fields={"reason": sentence})
    with transaction():
        policy.discard(actor, decision, clock.now()).enforce()
        was_confirmed = decision.state is DecisionState.CONFIRMED
        _take_step(decision, DecisionAction.DISCARD, actor=actor, reason=reason)
        # An application that was withdrawn meanwhile stays withdrawn.
        if was_confirmed and decision.application.state is ApplicationState.DECIDED:
            take_step(decision.application, ApplicationAction.UNDECIDE, actor=actor)


def _take_step(
    decision: Decision,
    action: DecisionAction,
    *,
    actor: Actor,
    values: dict[str, object] | None = None,
    reason: str = "",
) -> None:
    before = decision.state
    after = next_state(STEPS, before, action)
    if not compare_and_set(
        Decision, decision.id, expected={"state": before}, values={"state": after, **(values or {})}
    ):
        raise Stale
    audit.record(
        f"decision.{action.value}",
        decision,
        actor=actor,
        before={"state": before.value},
        after={"state": after.value, "outcome": decision.outcome.value},
        reason=reason,
        application_id=decision.application_id,
        programme_id=decision.application.intake.programme_id,
    )
