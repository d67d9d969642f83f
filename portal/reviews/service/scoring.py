"""Saving scores as a draft, and handing them in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import sqlalchemy as sa

from portal.accounts.actor import Actor
from portal.core import audit, clock
from portal.core.db import compare_and_set, db, transaction
from portal.core.errors import NotFound, Stale
from portal.core.states import next_state
from portal.panel.score import Composite, CriterionPoints, composite
from portal.reviews import policy
from portal.reviews.errors import (
    FilesChanged,
    NoRubric,
    NotAllScored,
    OffTheScale,
    RubricChanged,
    SavedElsewhere,
    TooLong,
)
from portal.reviews.models import Assignment, CriterionScore, JudgedFile, Review
from portal.reviews.policy import Access
from portal.reviews.queries.access import access as find_access
from portal.reviews.queries.listed import listed, state_of_files
from portal.reviews.queries.sheet import criteria_of, current_rubric_id
from portal.reviews.sheet import UNSCORED, Mark, SheetCriterion
from portal.reviews.states import STEPS, AssignmentAction, AssignmentState

MAX_REMARK_CHARS = 2_000
MAX_COMMENT_CHARS = 10_000


@dataclass(frozen=True)
class Entry:
    """What stands in a reviewer's form. `revision`, `rubric_id` and `files` (as the sheet gave them) say on which state
    of things it was filled in; without `files`, it is about what stands."""

    rubric_id: str
    revision: int
    marks: Mapping[str, Mark] = field(default_factory=dict)
    comment: str = ""
    files: str = ""


def save_draft(assignment_id: str, entry: Entry, *, actor: Actor) -> int:
    """Keep the form as it is, gaps included. Returns the new revision.

    Raises SavedElsewhere, RubricChanged, FilesChanged, NoRubric, OffTheScale, TooLong, NotAllowed, NotFound.
    """
    with transaction():
        access = _lock(assignment_id, actor, AssignmentAction.SAVE)
        return _store(access, entry).revision


def submit(assignment_id: str, entry: Entry, *, actor: Actor) -> Composite:
    """Keep the form and hand it in: from then on it is locked, and others' scores are shown.

    A review that could judge less than 60 % of the weight is taken too, but is incomplete and has no overall value.
    Raises NotAllScored besides what `save_draft` raises.
    """
    with transaction():
        access = _lock(assignment_id, actor, AssignmentAction.SUBMIT)
        review = _store(access, entry)
        criteria = criteria_of(review.rubric_id)
        missing = {one.id: one.title for one in criteria if not entry.marks.get(one.id, UNSCORED).scored}
        if missing:
            raise NotAllScored(missing)
        result = composite(
            CriterionPoints(weight=one.weight, low=one.low, high=one.high, points=entry.marks[one.id].points)
            for one in criteria
        )
        now = clock.now()
        review.overall = result.overall
        db.session.execute(sa.update(Assignment).where(Assignment.id == assignment_id).values(submitted_at=now))
        audit.record(
            "review.submit",
            review,
            actor=actor,
            before={"state": access.state},
            after={
                "state": AssignmentState.SUBMITTED,
                "overall": result.overall,
                "observed_share": round(result.observed_share, 4),
                "points": {one.title: entry.marks[one.id].points for one in criteria},
                "revision": review.revision,
                "files": {one.row.version_id: one.row.number for one in listed(access) if one.row.version_id},
            },
            application_id=access.application_id,
            programme_id=access.programme_id,
        )
        return result


def open_review(access: Access, *, rubric_id: str | None = None) -> Review:
    """The review of an assignment, begun now when there is none. Inside a command that has locked the assignment.

    A review stays on the score sheet that it was begun on, even when the programme publishes another one.
    """
    review = db.session.scalar(sa.select(Review).where(Review.assignment_id == access.assignment_id))
    if review is None:
        current = current_rubric_id(access)
        if current is None:
            raise NoRubric
        review = Review(assignment_id=access.assignment_id, rubric_id=current, revision=0, comment="")
        db.session.add(review)
        db.session.flush()
    if rubric_id is not None and review.rubric_id != rubric_id:
        raise RubricChanged
    return review


def lock_for_scoring(assignment_id: str, *, actor: Actor) -> Access:
    """Let nobody else change this review until the running command ends. Raises NotAllowed once the scores are in."""
    return _lock(assignment_id, actor, AssignmentAction.SAVE)


def _lock(assignment_id: str, actor: Actor, action: AssignmentAction) -> Access:
    """Writers of one review queue up on the assignment's row, so that a revision is compared by one at a time."""
    access = find_access(assignment_id)
    if access is None:
        raise NotFound
    policy.score(actor, access, clock.now()).enforce()
    after = next_state(STEPS, access.state, action)
    if not compare_and_set(Assignment, assignment_id, expected={"state": access.state}, values={"state": after}):
        raise Stale
    return access


def _store(access: Access, entry: Entry) -> Review:
    review = open_review(access, rubric_id=entry.rubric_id)
    if review.revision != entry.revision:
        raise SavedElsewhere
    criteria = {one.id: one for one in criteria_of(review.rubric_id)}
    if entry.marks.keys() - criteria.keys():
        raise RubricChanged
    if len(entry.comment) > MAX_COMMENT_CHARS:
        raise TooLong("Your overall comment", MAX_COMMENT_CHARS)
    for criterion_id, mark in entry.marks.items():
        _refuse_impossible(mark, criteria[criterion_id])
    review.comment = entry.comment
    review.revision += 1
    review.updated_at = clock.now()
    _replace_scores(review, entry.marks)
    _note_files(review, access, entry)
    return review


def _note_files(review: Review, access: Access, entry: Entry) -> None:
    """Keep which files the scores are about. Scores of a form that was filled in about others are not taken."""
    versions = [one.row.version_id for one in listed(access)]
    if entry.files not in ("", state_of_files(access, versions)):
        raise FilesChanged
    db.session.execute(sa.delete(JudgedFile).where(JudgedFile.review_id == review.id))
    db.session.add_all(JudgedFile(review_id=review.id, file_version_id=one) for one in versions if one)
    db.session.flush()


def _refuse_impossible(mark: Mark, criterion: SheetCriterion) -> None:
    if mark.points is not None and not criterion.low <= mark.points <= criterion.high:
        raise OffTheScale(criterion.title, criterion.low, criterion.high)
    if len(mark.remark) > MAX_REMARK_CHARS:
        raise TooLong(f"Your remark on “{criterion.title}”", MAX_REMARK_CHARS)


def _replace_scores(review: Review, marks: Mapping[str, Mark]) -> None:
    kept = {row.criterion_id: row for row in review.scores}
    for criterion_id, mark in marks.items():
        row = kept.pop(criterion_id, None)
        if row is None:
            row = CriterionScore(review_id=review.id, criterion_id=criterion_id)
            db.session.add(row)
        row.points = mark.points
        row.could_not_judge = mark.scored and mark.points is None
        row.remark = mark.remark
    for gone in kept.values():
        db.session.delete(gone)
    db.session.flush()
    db.session.expire(review, ["scores"])
