"""Who listens to what, and what they say of it."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import Person
from portal.applications.models import Application
from portal.core import clock
from portal.core.db import Base, UtcDateTime, enum_column, id_column, reference
from portal.core.ids import ID_LENGTH
from portal.programmes.models import Criterion, Rubric
from portal.reviews.states import AssignmentState


class Assignment(Base):
    """One reviewer's task on one application. Its id and pseudonym are all that a blind reviewer ever sees of it; both
    differ between two reviewers of the same application."""

    __tablename__ = "assignments"
    __table_args__ = (
        sa.UniqueConstraint("application_id", "reviewer_id"),
        sa.UniqueConstraint("reviewer_id", "pseudonym"),
    )

    id: Mapped[str] = id_column()
    application_id: Mapped[str] = reference("applications.id")
    reviewer_id: Mapped[str] = reference("people.id")
    pseudonym: Mapped[str] = mapped_column(sa.String(20))
    state: Mapped[AssignmentState] = mapped_column(enum_column(AssignmentState), default=AssignmentState.ASSIGNED)
    assigned_by_id: Mapped[str | None] = mapped_column(sa.String(ID_LENGTH))
    assigned_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    conflict_reason: Mapped[str] = mapped_column(sa.Text, default="")

    application: Mapped[Application] = relationship()
    reviewer: Mapped[Person] = relationship()
    review: Mapped[Review | None] = relationship(back_populates="assignment")


class Review(Base):
    """The scores and words of one assignment. `overall` is the weighted mean on 0..100, computed on submit.

    `revision` counts the saves: a browser tab that is behind is refused instead of overwriting.
    """

    __tablename__ = "reviews"

    id: Mapped[str] = id_column()
    assignment_id: Mapped[str] = mapped_column(sa.ForeignKey("assignments.id"), unique=True)
    rubric_id: Mapped[str] = reference("rubrics.id")
    comment: Mapped[str] = mapped_column(sa.Text, default="")
    overall: Mapped[float | None]
    revision: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)

    assignment: Mapped[Assignment] = relationship(back_populates="review")
    rubric: Mapped[Rubric] = relationship()
    scores: Mapped[list[CriterionScore]] = relationship(cascade="all, delete-orphan")
    moments: Mapped[list[MomentComment]] = relationship(order_by="MomentComment.created_at")


class JudgedFile(Base):
    """A file version that a review is about: what stood in the application when its scores were last saved."""

    __tablename__ = "judged_files"
    __table_args__ = (sa.UniqueConstraint("review_id", "file_version_id"),)

    id: Mapped[str] = id_column()
    review_id: Mapped[str] = reference("reviews.id", index=False)
    file_version_id: Mapped[str] = reference("file_versions.id")


class CriterionScore(Base):
    """Points on one criterion, or the word that it could not be judged. A draft may hold only a remark."""

    __tablename__ = "criterion_scores"
    __table_args__ = (sa.UniqueConstraint("review_id", "criterion_id"),)

    id: Mapped[str] = id_column()
    review_id: Mapped[str] = reference("reviews.id")
    criterion_id: Mapped[str] = reference("criteria.id")
    points: Mapped[int | None]
    could_not_judge: Mapped[bool] = mapped_column(default=False)
    remark: Mapped[str] = mapped_column(sa.Text, default="")

    criterion: Mapped[Criterion] = relationship()


class MomentComment(Base):
    """A remark on a point (`end_s` empty) or a range of a recording."""

    __tablename__ = "moment_comments"

    id: Mapped[str] = id_column()
    review_id: Mapped[str] = reference("reviews.id")
    file_version_id: Mapped[str] = reference("file_versions.id")
    start_s: Mapped[float]
    end_s: Mapped[float | None]
    text: Mapped[str] = mapped_column(sa.Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
