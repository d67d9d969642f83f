"""Reviews, conflicts and decisions of the demo's applications."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa

from portal.accounts.models import Person
from portal.applications.models import Application
from portal.core import clock
from portal.core.db import db
from portal.decisions.models import Decision
from portal.decisions.queries import decisions
from portal.decisions.service import confirming, drafting, releasing
from portal.decisions.service.drafting import Proposal
from portal.decisions.states import OutcomeKind
from portal.programmes import queries as programmes
from portal.programmes.models import Intake, Programme
from portal.reviews.models import Assignment, Review
from portal.reviews.service import assigning, conflicts, moments, scoring
from portal.reviews.service.scoring import Entry
from portal.reviews.sheet import Mark
from portal.seed import people
from portal.seed.cast import STAFF
from portal.seed.story import Opinion, Story

FRANK = "frank@faculty.example.org"
GRACE = "grace@admissions.example.org"


def judge(stories: Sequence[Story], made: dict[str, Programme], *, now: datetime) -> None:
    """Let faculty listen and the office decide. Released decisions go out first, then the others are made."""
    for story in stories:
        with clock.frozen(now - timedelta(days=story.days_ago) + timedelta(hours=30)):
            _assign(story)
        with clock.frozen(now - timedelta(days=story.days_ago) + timedelta(hours=44)):
            for opinion in story.opinions:
                _review(story, opinion)
            if story.conflict:
                reviewer = _email(story.conflict)
                reason = "We have played in the same ensemble."
                conflicts.declare_conflict(
                    _assignment(story, reviewer), actor=people.actor_named(reviewer), reason=reason
                )
    with clock.frozen(now - timedelta(days=2)):
        _decide([story for story in stories if story.decision_state == "released"])
        for programme in made.values():
            _release(programme)
    with clock.frozen(now - timedelta(days=1)):
        _decide([story for story in stories if story.decision_state in ("drafted", "confirmed")])


def _assign(story: Story) -> None:
    names = [*(opinion.reviewer for opinion in story.opinions), *story.waiting_reviewers]
    names += [story.conflict] if story.conflict else []
    if not names:
        return
    application = _application(story)
    reviewers = db.session.scalars(sa.select(Person.id).where(Person.email.in_([_email(name) for name in names])))
    assigning.assign(
        application.intake,
        actor=people.actor_named(FRANK),
        application_ids=[application.id],
        reviewer_ids=list(reviewers),
        due_at=clock.now() + timedelta(days=21),
    )


def _review(story: Story, opinion: Opinion) -> None:
    reviewer = _email(opinion.reviewer)
    actor, assignment_id = people.actor_named(reviewer), _assignment(story, reviewer)
    application = _application(story)
    rubric = people.found(programmes.rubric_for(application.intake, concentration_id=application.concentration_id))
    if opinion.moment:
        number, start_s, end_s, text = opinion.moment
        moments.add_moment(assignment_id, actor=actor, recording=number + 1, start_s=start_s, end_s=end_s, text=text)
    marks = {
        criterion.id: Mark(points=points)
        for criterion, points in zip(rubric.criteria, opinion.points, strict=True)
        if opinion.handed_in or points is not None
    }
    revision = _revision(assignment_id)
    entry = Entry(rubric_id=rubric.id, revision=revision, marks=marks, comment=opinion.comment)
    act = scoring.submit if opinion.handed_in else scoring.save_draft
    act(assignment_id, entry, actor=actor)


def _decide(stories: Sequence[Story]) -> None:
    for story in stories:
        proposal = Proposal(outcome=OutcomeKind(story.decision or ""), reason=story.reason, conditions=story.conditions)
        decision = drafting.draft(_application(story), actor=people.actor_named(GRACE), proposal=proposal)
        if story.decision_state != "drafted":
            confirming.confirm(_decision(decision.id), actor=people.actor_named(FRANK))


def _release(programme: Programme) -> None:
    intake = db.session.scalars(sa.select(Intake).where(Intake.programme_id == programme.id)).one()
    shown = releasing.release_list(intake)
    if shown.letters:
        actor = people.actor_named(GRACE)
        releasing.release(intake, actor=actor, checksum=shown.checksum, count=len(shown.letters))


def _application(story: Story) -> Application:
    applicant = sa.select(Person.id).where(Person.email == story.email).scalar_subquery()
    return db.session.scalars(sa.select(Application).where(Application.applicant_id == applicant)).one()


def _decision(decision_id: str) -> Decision:
    return people.found(decisions.decision(decision_id))


def _assignment(story: Story, reviewer_email: str) -> str:
    reviewer = sa.select(Person.id).where(Person.email == reviewer_email).scalar_subquery()
    return db.session.execute(
        sa.select(Assignment.id).where(
            Assignment.application_id == _application(story).id, Assignment.reviewer_id == reviewer
        )
    ).scalar_one()


def _revision(assignment_id: str) -> int:
    return db.session.scalar(sa.select(Review.revision).where(Review.assignment_id == assignment_id)) or 0


def _email(first_name: str) -> str:
    return next(member.email for member in STAFF if member.email.startswith(f"{first_name}@"))
