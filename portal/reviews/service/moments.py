"""Remarks on a point or a range of a recording. They are part of the review, and locked with it."""

from __future__ import annotations

import math

import sqlalchemy as sa

from portal.accounts.actor import Actor
from portal.core import clock
from portal.core.db import db, transaction
from portal.recordings.models import FileVersion
from portal.reviews.errors import BadMoment, TooLong, TooManyMoments
from portal.reviews.models import MomentComment, Review
from portal.reviews.policy import Access
from portal.reviews.queries.heard import heard_files
from portal.reviews.service.scoring import lock_for_scoring, open_review

MAX_TEXT_CHARS = 2_000
MAX_MOMENTS = 200


def add_moment(
    assignment_id: str, *, actor: Actor, recording: int, start_s: float, end_s: float | None, text: str
) -> str:
    """Comment on the recording with this number, from `start_s` on and, for a range, until `end_s`. Returns its id.

    Raises BadMoment, TooLong, TooManyMoments, NotAllowed, NotFound, NoRubric.
    """
    with transaction():
        access = lock_for_scoring(assignment_id, actor=actor)
        text = text.strip()
        if not text:
            raise BadMoment("Write what you hear at this place.")
        if len(text) > MAX_TEXT_CHARS:
            raise TooLong("A comment", MAX_TEXT_CHARS)
        version_id = _version_of(access, recording)
        _refuse_impossible(version_id, start_s, end_s)
        review = open_review(access)
        count = db.session.scalar(
            sa.select(sa.func.count()).select_from(MomentComment).where(MomentComment.review_id == review.id)
        )
        if (count or 0) >= MAX_MOMENTS:
            raise TooManyMoments(MAX_MOMENTS)
        moment = MomentComment(
            review_id=review.id,
            file_version_id=version_id,
            start_s=start_s,
            end_s=end_s,
            text=text,
            created_at=clock.now(),
        )
        db.session.add(moment)
        db.session.flush()
        return moment.id


def remove_moment(assignment_id: str, *, actor: Actor, moment_id: str) -> None:
    """Take back one's own comment. Harmless when it is gone already."""
    with transaction():
        lock_for_scoring(assignment_id, actor=actor)
        own = sa.select(Review.id).where(Review.assignment_id == assignment_id).scalar_subquery()
        db.session.execute(
            sa.delete(MomentComment).where(MomentComment.id == moment_id, MomentComment.review_id == own)
        )


def _version_of(access: Access, recording: int) -> str:
    files = heard_files(access)
    file = files[recording - 1] if 1 <= recording <= len(files) else None
    if file is None:
        raise BadMoment("That recording is not there any more. Reload the page and choose again.")
    return file.version_id


def _refuse_impossible(version_id: str, start_s: float, end_s: float | None) -> None:
    if not math.isfinite(start_s) or start_s < 0 or (end_s is not None and not math.isfinite(end_s)):
        raise BadMoment("Give the place as minutes and seconds, such as 1:07.")
    if end_s is not None and end_s <= start_s:
        raise BadMoment("The end of a range lies after its start.")
    length = db.session.scalar(sa.select(FileVersion.duration_s).where(FileVersion.id == version_id))
    if length is not None and max(start_s, end_s or 0.0) > length + 1.0:
        raise BadMoment("That place lies behind the end of the recording.")
