"""Letting decisions go out: all confirmed ones of an intake at once, exactly as they were shown before."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

from portal.accounts.actor import Actor
from portal.applications.service.steps import take_step
from portal.applications.states import ApplicationAction, ApplicationState
from portal.core import audit, clock, outbox
from portal.core.db import compare_and_set, transaction
from portal.core.errors import Stale
from portal.decisions import policy
from portal.decisions.errors import CountMismatch, ListChanged, NothingToRelease
from portal.decisions.letters import Letter
from portal.decisions.models import Decision
from portal.decisions.queries.decisions import in_state
from portal.decisions.queries.letters import letter_for, letters_of
from portal.decisions.service.drafting import require_gates
from portal.decisions.states import DecisionState
from portal.programmes.models import Intake


@dataclass(frozen=True)
class ReleaseList:
    """What would go out now. `checksum` stands for every decision and every word of its letter.

    `held_back` are confirmed decisions whose application is no longer waiting for one (withdrawn): they never go out.
    """

    letters: Sequence[tuple[Decision, Letter]]
    held_back: Sequence[Decision]
    checksum: str


def release_list(intake: Intake) -> ReleaseList:
    """Read what a release would send. A fixed number of queries."""
    confirmed = in_state(intake.id, DecisionState.CONFIRMED)
    texts = letters_of(intake.id)
    ready = [d for d in confirmed if d.application.state is ApplicationState.DECIDED]
    letters = [(decision, letter_for(decision, texts)) for decision in ready]
    return ReleaseList(
        letters=letters,
        held_back=[d for d in confirmed if d.application.state is not ApplicationState.DECIDED],
        checksum=_checksum(letters),
    )


def release(intake: Intake, *, actor: Actor, checksum: str, count: int) -> int:
    """Release exactly the list that was shown: freeze each letter, tell the applicant, owe the mail. All or nothing.

    `count` is what the person typed. Returns how many were released.
    Raises NotAllowed, NothingToRelease, ListChanged, CountMismatch, GatesForbid, Stale.
    """
    with transaction():
        policy.release(actor, intake, clock.now()).enforce()
        ready = release_list(intake)
        if not ready.letters:
            raise NothingToRelease
        if checksum != ready.checksum:
            raise ListChanged
        if count != len(ready.letters):
            raise CountMismatch(len(ready.letters))
        for decision, letter in ready.letters:
            _release_one(decision, letter, actor=actor, programme_id=intake.programme_id)
        return len(ready.letters)


def _release_one(decision: Decision, letter: Letter, *, actor: Actor, programme_id: str) -> None:
    application = decision.application
    require_gates(application, decision.outcome)
    values = {
        "state": DecisionState.RELEASED,
        "released_by_id": actor.person_id,
        "released_at": clock.now(),
        "letter_subject": letter.subject,
        "letter_body": letter.body,
    }
    if not compare_and_set(Decision, decision.id, expected={"state": DecisionState.CONFIRMED}, values=values):
        raise Stale
    take_step(application, ApplicationAction.RELEASE, actor=actor)
    audit.record(
        "decision.release",
        decision,
        actor=actor,
        before={"state": DecisionState.CONFIRMED.value},
        after={"outcome": decision.outcome.value, "letter_sha256": hashlib.sha256(letter.body.encode()).hexdigest()},
        application_id=application.id,
        programme_id=programme_id,
    )
    outbox.put(
        "decision.released",
        to_address=application.applicant.email,
        to_person_id=application.applicant_id,
        application_id=application.id,
        decision_id=decision.id,
    )


def _checksum(letters: Sequence[tuple[Decision, Letter]]) -> str:
    facts = [[d.id, d.outcome.value, d.application.applicant.email, text.subject, text.body] for d, text in letters]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()
