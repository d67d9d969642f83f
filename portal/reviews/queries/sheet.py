"""From rows to a ReviewSheet. Names are read here for one purpose: to take them out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from portal.accounts.models import Person
from portal.applications.models import Application
from portal.core.db import db
from portal.panel.score import CriterionPoints, composite
from portal.programmes.models import Concentration, Criterion, Intake, Programme, Track
from portal.programmes.queries import rubric_for
from portal.reviews.blinding import NameMask
from portal.reviews.models import Assignment, CriterionScore, MomentComment, Review
from portal.reviews.policy import SCORABLE, Access
from portal.reviews.queries.heard import heard_recordings
from portal.reviews.queries.listed import state_of_files
from portal.reviews.sheet import Mark, OtherReview, ReviewSheet, SheetCriterion, SheetMoment
from portal.reviews.states import OPEN, AssignmentState


def review_sheet(access: Access) -> ReviewSheet:
    """Everything that the reviewer of this assignment may know. As many queries however much there is."""
    head = _head(access)
    mask = NameMask(head.full_name, head.email, head.number) if head.blind else None
    recordings, versions = heard_recordings(access, mask=mask)
    review = _review(access.assignment_id)
    rubric_id = review.rubric_id if review is not None else current_rubric_id(access)
    criteria = criteria_of(rubric_id)
    marks = _marks(review.id) if review is not None else {}
    return ReviewSheet(
        assignment_id=access.assignment_id,
        pseudonym=head.pseudonym,
        state=access.state,
        programme=head.programme,
        intake=head.intake,
        time_zone=head.time_zone,
        concentration=head.concentration or "",
        track=head.track or "",
        blind=head.blind,
        due_at=head.due_at,
        submitted_at=head.submitted_at,
        recordings=recordings,
        rubric_id=rubric_id,
        criteria=criteria,
        marks=marks,
        comment=review.comment if review is not None else "",
        revision=review.revision if review is not None else 0,
        saved_at=review.updated_at if review is not None else None,
        overall=review.overall if review is not None else None,
        observed_share=observed_share(criteria, marks),
        moments=_moments(review.id, versions) if review is not None else (),
        editable=access.state in OPEN and access.application_state in SCORABLE,
        files=state_of_files(access, versions),
    )


def current_rubric_id(access: Access) -> str | None:
    """The score sheet that a review begun now is made on."""
    intake = db.session.get(Intake, access.intake_id)
    rubric = rubric_for(intake, concentration_id=access.concentration_id) if intake is not None else None
    return rubric.id if rubric is not None else None


def criteria_of(rubric_id: str | None) -> list[SheetCriterion]:
    """The rows of a score sheet, in order."""
    rows = db.session.scalars(
        sa.select(Criterion).where(Criterion.rubric_id == rubric_id).order_by(Criterion.position, Criterion.id)
    )
    return [
        SheetCriterion(
            id=row.id,
            title=row.title,
            description=row.description,
            weight=row.weight,
            low=row.scale_min,
            high=row.scale_max,
            anchors={int(point): words for point, words in sorted(row.anchors.items(), key=lambda one: int(one[0]))},
        )
        for row in rows
    ]


def observed_share(criteria: Sequence[SheetCriterion], marks: Mapping[str, Mark]) -> float | None:
    """The share of the weight that has points; None while something is still open."""
    if not criteria or any(criterion.id not in marks or not marks[criterion.id].scored for criterion in criteria):
        return None
    return composite(
        CriterionPoints(weight=one.weight, low=one.low, high=one.high, points=marks[one.id].points) for one in criteria
    ).observed_share


def other_reviews(access: Access) -> list[OtherReview]:
    """The other finished reviews of the application, for those whose own scores are in. Two queries."""
    rows = db.session.execute(
        sa.select(Review.id, Review.overall, Review.comment)
        .join(Assignment, Review.assignment_id == Assignment.id)
        .where(
            Assignment.application_id == access.application_id,
            Assignment.state == AssignmentState.SUBMITTED,
            Assignment.id != access.assignment_id,
        )
        .order_by(Assignment.id)
    ).all()
    points: dict[str, dict[str, int | None]] = defaultdict(dict)
    for review_id, title, given in db.session.execute(
        sa.select(CriterionScore.review_id, Criterion.title, CriterionScore.points)
        .join(Criterion, CriterionScore.criterion_id == Criterion.id)
        .where(CriterionScore.review_id.in_([row.id for row in rows]))
        .order_by(Criterion.position, Criterion.id)
    ):
        points[review_id][title] = given
    return [
        OtherReview(
            label=f"Reviewer {_letters(place)}", overall=row.overall, points=points[row.id], comment=row.comment
        )
        for place, row in enumerate(rows)
    ]


def _head(access: Access) -> Any:
    return db.session.execute(
        sa.select(
            Assignment.pseudonym,
            Assignment.due_at,
            Assignment.submitted_at,
            Programme.title.label("programme"),
            Intake.title.label("intake"),
            Intake.time_zone,
            Intake.blind,
            Concentration.title.label("concentration"),
            Track.title.label("track"),
            Person.full_name,
            Person.email,
            Application.number,
        )
        .select_from(Assignment)
        .join(Application, Assignment.application_id == Application.id)
        .join(Person, Application.applicant_id == Person.id)
        .join(Intake, Application.intake_id == Intake.id)
        .join(Programme, Intake.programme_id == Programme.id)
        .outerjoin(Concentration, Application.concentration_id == Concentration.id)
        .outerjoin(Track, Application.track_id == Track.id)
        .where(Assignment.id == access.assignment_id)
    ).one()


def _review(assignment_id: str) -> Any:
    return db.session.execute(
        sa.select(
            Review.id, Review.rubric_id, Review.comment, Review.revision, Review.updated_at, Review.overall
        ).where(Review.assignment_id == assignment_id)
    ).one_or_none()


def _marks(review_id: str) -> dict[str, Mark]:
    rows = db.session.execute(
        sa.select(
            CriterionScore.criterion_id, CriterionScore.points, CriterionScore.could_not_judge, CriterionScore.remark
        ).where(CriterionScore.review_id == review_id)
    )
    return {
        criterion_id: Mark(points=points, remark=remark, scored=points is not None or could_not_judge)
        for criterion_id, points, could_not_judge, remark in rows
    }


def _moments(review_id: str, versions: Sequence[str | None]) -> list[SheetMoment]:
    place = {version_id: index for index, version_id in enumerate(versions, start=1) if version_id}
    rows = db.session.execute(
        sa.select(
            MomentComment.id,
            MomentComment.file_version_id,
            MomentComment.start_s,
            MomentComment.end_s,
            MomentComment.text,
        )
        .where(MomentComment.review_id == review_id)
        .order_by(MomentComment.start_s, MomentComment.created_at, MomentComment.id)
    )
    found = [SheetMoment(key, place.get(version), start, end, text) for key, version, start, end, text in rows]
    return sorted(found, key=lambda moment: (moment.recording is None, moment.recording or 0))


def _letters(number: int) -> str:
    """A … Z, AA, AB …"""
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
