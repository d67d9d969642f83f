"""The first key: one administrator says what should be decided, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.exc import IntegrityError

from portal.accounts.actor import Actor
from portal.applications.models import Application
from portal.applications.states import GateState
from portal.core import audit, clock
from portal.core.db import db, transaction
from portal.core.errors import DomainError, NotFound
from portal.decisions import policy
from portal.decisions.errors import AlreadyDecided, GatesForbid, ReasonMissing
from portal.decisions.gates import allow, count
from portal.decisions.models import Decision
from portal.decisions.queries.decisions import living
from portal.decisions.queries.gates import not_met
from portal.decisions.states import OutcomeKind
from portal.recordings.texts import paragraphs

MAX_TEXT_CHARS = 5000
SAID = {GateState.FAILED: "is not met", GateState.UNKNOWN: "has not been judged yet"}


@dataclass(frozen=True)
class Proposal:
    """What should be decided. `conditions` are read by the applicant, `reason` by staff alone."""

    outcome: OutcomeKind
    reason: str
    conditions: str = ""


@dataclass(frozen=True)
class BatchResult:
    """How many were done, and a sentence with number and reason for each that was not."""

    done: int
    refused: Sequence[str]


def draft(application: Application, *, actor: Actor, proposal: Proposal) -> Decision:
    """Draft a decision. Raises NotAllowed, ReasonMissing, GatesForbid, AlreadyDecided."""
    proposal = _checked(proposal)
    try:
        with transaction():
            now = clock.now()
            policy.draft(actor, application, now).enforce()
            if living(application.id) is not None:
                raise AlreadyDecided(application.number)
            require_gates(application, proposal.outcome)
            decision = Decision(
                application_id=application.id,
                outcome=proposal.outcome,
                reason=proposal.reason,
                conditions=proposal.conditions,
                drafted_by_id=actor.person_id,
                drafted_at=now,
            )
            db.session.add(decision)
            audit.record(
                "decision.draft",
                decision,
                actor=actor,
                after={"outcome": proposal.outcome.value, "conditions": proposal.conditions},
                reason=proposal.reason,
                application_id=application.id,
                programme_id=application.intake.programme_id,
            )
    except IntegrityError as error:
        # Two drafted in the same moment: the index on living decisions let one of them through.
        raise AlreadyDecided(application.number) from error
    return decision


def draft_batch(application_ids: Sequence[str], *, intake_id: str, actor: Actor, proposal: Proposal) -> BatchResult:
    """Draft the same decision for several applications of an intake. Each stands for itself: what is refused is told,
    the rest is drafted.

    Raises ReasonMissing when the proposal itself is not complete, NotFound when an application is not of this intake.
    """
    proposal = _checked(proposal)
    applications = [db.session.get(Application, application_id) for application_id in application_ids]
    refused: list[str] = []
    for application in applications:
        if application is None or application.intake_id != intake_id:
            raise NotFound
    for application in filter(None, applications):
        try:
            draft(application, actor=actor, proposal=proposal)
        except DomainError as error:
            refused.append(" ".join([error.message, *error.details]))
    return BatchResult(done=len(application_ids) - len(refused), refused=refused)


def require_gates(application: Application, outcome: OutcomeKind) -> None:
    """Raise GatesForbid, naming each requirement that stands in the way of the outcome."""
    lacking = not_met(application)
    ruling = allow(outcome, count(state for _, state in lacking).overall)
    if not ruling:
        sentence = f"{application.number}: {ruling.reason}"
        raise GatesForbid(sentence, details=[f"{title} {SAID[state]}." for title, state in lacking])


def _checked(proposal: Proposal) -> Proposal:
    reason, conditions = paragraphs(proposal.reason), paragraphs(proposal.conditions)
    wrong: dict[str, str] = {}
    if not reason:
        wrong["reason"] = "Say why. The reason stands in the file; the applicant does not see it."
    if proposal.outcome is OutcomeKind.ADMIT_WITH_CONDITIONS and not conditions:
        wrong["conditions"] = "Say what the admission depends on; it goes into the letter."
    if proposal.outcome is not OutcomeKind.ADMIT_WITH_CONDITIONS and conditions:
        wrong["conditions"] = "Only an admission with conditions can have conditions."
    for name, text in (("reason", reason), ("conditions", conditions)):
        if len(text) > MAX_TEXT_CHARS:
            wrong[name] = f"At most {MAX_TEXT_CHARS:,} characters."
    if wrong:
        raise ReasonMissing("This decision is not complete yet.", fields=wrong, details=list(wrong.values()))
    return Proposal(proposal.outcome, reason, conditions)
