"""Who is asked to hear what."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from portal.accounts.actor import Actor
from portal.accounts.models import Person
from portal.accounts.queries import staff_of
from portal.applications.models import Application
from portal.applications.service.review import mark_under_review
from portal.core import audit, clock, outbox
from portal.core.db import compare_and_set, db, transaction
from portal.core.errors import NotFound, Stale
from portal.core.ids import new_code
from portal.core.states import next_state
from portal.panel.spread import Need, spread_evenly
from portal.programmes.models import Intake
from portal.reviews import policy
from portal.reviews.errors import CannotAssign
from portal.reviews.models import Assignment
from portal.reviews.policy import SCORABLE, SCORES
from portal.reviews.states import READABLE, STEPS, AssignmentAction, AssignmentState

MAX_AT_ONCE = 2_000


@dataclass(frozen=True)
class Spreading:
    """How many reviewers were added, and which applications (by number) still lack how many."""

    assigned: int
    short: dict[str, int]


def assign(
    intake: Intake,
    *,
    actor: Actor,
    application_ids: Collection[str],
    reviewer_ids: Collection[str],
    due_at: datetime | None = None,
) -> int:
    """Ask each of the reviewers to hear each of the applications. All or nothing; who was asked already stays as it is.

    Returns how many assignments are new. Raises CannotAssign with every reason, NotAllowed.
    """
    with transaction():
        policy.assign(actor, intake, clock.now()).enforce()
        applications = _applications(intake, application_ids)
        people = {person.id: person for person in staff_of(intake.programme_id, *SCORES)}
        existing = _existing([one.id for one in applications])
        _refuse_impossible(applications, application_ids, reviewer_ids, people, existing)
        asked = [
            _ask(application, reviewer_id, existing.get((application.id, reviewer_id)), actor, intake, due_at)
            for application in applications
            for reviewer_id in sorted(set(reviewer_ids))
        ]
        return _tell([one for one in asked if one is not None], people)


def spread(intake: Intake, *, actor: Actor, due_at: datetime | None = None) -> Spreading:
    """Give every application of the intake as many reviewers as the intake wants, the least loaded first.

    Never the applicant, nor anybody who declared a conflict or was relieved. The same rows give the same answer.
    """
    with transaction():
        policy.assign(actor, intake, clock.now()).enforce()
        applications = {one.id: one for one in _open_applications(intake)}
        people = {person.id: person for person in staff_of(intake.programme_id, *SCORES)}
        existing = _existing(list(applications))
        plan = spread_evenly(
            _needs(applications.values(), existing, wanted=intake.reviews_wanted),
            reviewers=people,
            loads=_loads(intake),
        )
        asked = [_ask(applications[key], reviewer_id, None, actor, intake, due_at) for key, reviewer_id in plan.pairs]
        short = {applications[key].number: missing for key, missing in plan.short.items()}
        return Spreading(assigned=_tell([one for one in asked if one is not None], people), short=short)


def revoke(assignment_id: str, *, actor: Actor, intake: Intake) -> None:
    """Relieve a reviewer whose scores are not in yet. A draft is kept but no longer reachable.

    Raises NotFound, NotAllowed, Stale (the scores are in).
    """
    with transaction():
        policy.assign(actor, intake, clock.now()).enforce()
        assignment = db.session.get(Assignment, assignment_id)
        if assignment is None or assignment.application.intake_id != intake.id:
            raise NotFound
        before = assignment.state
        after = next_state(STEPS, before, AssignmentAction.REVOKE)
        if not compare_and_set(Assignment, assignment_id, expected={"state": before}, values={"state": after}):
            raise Stale
        audit.record(
            "review.revoke",
            assignment,
            actor=actor,
            before={"state": before},
            after={"state": after, "reviewer_id": assignment.reviewer_id},
            application_id=assignment.application_id,
            programme_id=intake.programme_id,
        )


def _applications(intake: Intake, application_ids: Collection[str]) -> Sequence[Application]:
    if len(application_ids) > MAX_AT_ONCE:
        raise CannotAssign([f"Choose up to {MAX_AT_ONCE:,} applications at once."])
    return db.session.scalars(
        sa.select(Application)
        .where(Application.intake_id == intake.id, Application.id.in_(set(application_ids)))
        .order_by(Application.number)
    ).all()


def _open_applications(intake: Intake) -> Sequence[Application]:
    return db.session.scalars(
        sa.select(Application)
        .where(Application.intake_id == intake.id, Application.state.in_(SCORABLE))
        .order_by(Application.number)
    ).all()


def _existing(application_ids: Sequence[str]) -> dict[tuple[str, str], Assignment]:
    rows = db.session.scalars(sa.select(Assignment).where(Assignment.application_id.in_(application_ids)))
    return {(row.application_id, row.reviewer_id): row for row in rows}


def _loads(intake: Intake) -> dict[str, int]:
    counted = db.session.execute(
        sa.select(Assignment.reviewer_id, sa.func.count())
        .join(Application, Assignment.application_id == Application.id)
        .where(Application.intake_id == intake.id, Assignment.state.in_(READABLE))
        .group_by(Assignment.reviewer_id)
    )
    return {row[0]: row[1] for row in counted}


def _needs(
    applications: Collection[Application], existing: dict[tuple[str, str], Assignment], *, wanted: int
) -> list[Need]:
    barred: dict[str, set[str]] = {one.id: {one.applicant_id} for one in applications}
    active = dict.fromkeys(barred, 0)
    for (application_id, reviewer_id), assignment in existing.items():
        barred[application_id].add(reviewer_id)
        active[application_id] += assignment.state in READABLE
    return [
        Need(application_id=key, missing=wanted - active[key], barred=frozenset(people))
        for key, people in barred.items()
        if active[key] < wanted
    ]


def _refuse_impossible(
    applications: Sequence[Application],
    application_ids: Collection[str],
    reviewer_ids: Collection[str],
    people: dict[str, Person],
    existing: dict[tuple[str, str], Assignment],
) -> None:
    reasons: list[str] = []
    if not application_ids or not reviewer_ids:
        reasons.append("Choose at least one application and at least one reviewer.")
    if len(applications) < len(set(application_ids)):
        reasons.append("An application that you chose is not part of this intake any more.")
    if set(reviewer_ids) - people.keys():
        reasons.append("A person whom you chose does not score in this programme.")
    for application in applications:
        if application.state not in SCORABLE:
            reasons.append(f"{application.number} is not open to reviews now.")
        for reviewer_id in sorted(set(reviewer_ids) & people.keys()):
            name = people[reviewer_id].full_name
            if application.applicant_id == reviewer_id:
                reasons.append(f"{name} is the applicant of {application.number}.")
            found = existing.get((application.id, reviewer_id))
            if found is not None and found.state is AssignmentState.RECUSED:
                reasons.append(f"{name} has declared a conflict with {application.number}.")
    if reasons:
        raise CannotAssign(reasons)


def _ask(
    application: Application,
    reviewer_id: str,
    existing: Assignment | None,
    actor: Actor,
    intake: Intake,
    due_at: datetime | None,
) -> Assignment | None:
    """The assignment that is new or alive again; None when the reviewer was asked before."""
    now = clock.now()
    if existing is not None and existing.state is not AssignmentState.REVOKED:
        return None
    if existing is None:
        existing = Assignment(
            application_id=application.id,
            reviewer_id=reviewer_id,
            pseudonym=new_code(),
            assigned_by_id=actor.person_id,
            assigned_at=now,
            due_at=due_at,
        )
        db.session.add(existing)
    else:
        after = next_state(STEPS, existing.state, AssignmentAction.ASSIGN_AGAIN)
        values = {"state": after, "assigned_at": now, "assigned_by_id": actor.person_id, "due_at": due_at}
        if not compare_and_set(Assignment, existing.id, expected={"state": existing.state}, values=values):
            raise Stale
    audit.record(
        "review.assign",
        existing,
        actor=actor,
        after={"reviewer_id": reviewer_id, "state": AssignmentState.ASSIGNED, "due_at": due_at and due_at.isoformat()},
        application_id=application.id,
        programme_id=intake.programme_id,
    )
    mark_under_review(application, actor=actor)
    return existing


def _tell(asked: Sequence[Assignment], people: dict[str, Person]) -> int:
    """One mail to each reviewer, however many applications it is about."""
    by_reviewer: dict[str, list[Assignment]] = {}
    for assignment in asked:
        by_reviewer.setdefault(assignment.reviewer_id, []).append(assignment)
    for reviewer_id, theirs in by_reviewer.items():
        outbox.put(
            "review.assigned",
            to_address=people[reviewer_id].email,
            to_person_id=reviewer_id,
            assignment_id=theirs[0].id,
            count=len(theirs),
        )
    return len(asked)
