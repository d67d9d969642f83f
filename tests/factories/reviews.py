"""A panel: an intake with a score sheet, its people, and applications that somebody was asked to hear."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from itertools import count

from portal.accounts.actor import Actor
from portal.accounts.models import Person
from portal.applications.models import Application
from portal.applications.states import ApplicationState
from portal.core.db import db, transaction
from portal.core.storage import storage
from portal.programmes.models import Criterion, Intake, Rubric
from portal.recordings.models import FileVersion
from portal.reviews.models import Assignment, Review
from portal.reviews.service.scoring import Entry, submit
from portal.reviews.sheet import Mark
from portal.reviews.states import AssignmentState
from tests.factories.applications import make_application, make_intake
from tests.factories.cast import acting_as, make_person, make_staff

_numbers = count(1)


@dataclass(frozen=True)
class Panel:
    """Ids and people; rows are read again wherever they are needed. Balance weighs 2, Space 2, Idea 1."""

    intake_id: str
    programme_id: str
    rubric_id: str
    balance: str
    space: str
    idea: str
    people: Mapping[str, str]

    @property
    def intake(self) -> Intake:
        return db.session.get_one(Intake, self.intake_id)

    def person(self, name: str) -> Person:
        return db.session.get_one(Person, self.people[name])

    def actor(self, name: str) -> Actor:
        return acting_as(self.person(name))

    def entry(
        self,
        balance: int | None = 4,
        space: int | None = 3,
        idea: int | None = None,
        *,
        revision: int = 0,
        comment: str = "Clear and calm.",
    ) -> Entry:
        """A filled form; None is “could not judge”."""
        marks = {self.balance: Mark(balance, "Vocals sit well."), self.space: Mark(space), self.idea: Mark(idea)}
        return Entry(rubric_id=self.rubric_id, revision=revision, marks=marks, comment=comment)


def make_panel(*, blind: bool = True, reviews_wanted: int = 2, rubric: bool = True) -> Panel:
    """An intake with the whole cast: Clara, Dan and Eve score, Frank chairs, Grace runs it, Heidi belongs elsewhere."""
    intake = make_intake()
    other = make_intake()
    people = {
        name: make_staff(name, (other if name == "Heidi" else intake).programme_id).id
        for name in ("Clara", "Dan", "Eve", "Frank", "Grace", "Heidi")
    }
    with transaction():
        row = db.session.get_one(Intake, intake.id)
        row.blind, row.reviews_wanted = blind, reviews_wanted
        sheet = _make_rubric(intake.id) if rubric else None
    by_title = {one.title: one.id for one in sheet.criteria} if sheet is not None else {}
    return Panel(
        intake_id=intake.id,
        programme_id=intake.programme_id,
        rubric_id=sheet.id if sheet is not None else "",
        balance=by_title.get("Balance", ""),
        space=by_title.get("Space", ""),
        idea=by_title.get("Idea", ""),
        people=people,
    )


def publish_rubric(panel: Panel, *, version: int) -> str:
    """The id of a newer score sheet."""
    with transaction():
        return _make_rubric(panel.intake_id, version=version).id


def make_submitted(
    panel: Panel, applicant: Person | None = None, *, state: ApplicationState = ApplicationState.SUBMITTED
) -> str:
    """The id of a complete application of Ada's, or of somebody else."""
    return make_application(panel.intake, applicant or make_person("Ada"), state=state).id


def make_assignment(
    panel: Panel,
    reviewer: str = "Clara",
    *,
    application_id: str | None = None,
    state: AssignmentState = AssignmentState.ASSIGNED,
    due_at: datetime | None = None,
) -> str:
    """The id of a reviewer's task; on an application of its own unless one is given."""
    application_id = application_id or make_submitted(panel, state=ApplicationState.UNDER_REVIEW)
    with transaction():
        db.session.get_one(Application, application_id).state = ApplicationState.UNDER_REVIEW
        row = Assignment(
            application_id=application_id,
            reviewer_id=panel.people[reviewer],
            pseudonym=f"P{next(_numbers):05d}",
            state=state,
            due_at=due_at,
        )
        db.session.add(row)
    return row.id


def make_finished(panel: Panel, reviewer: str, application_id: str, entry: Entry | None = None) -> str:
    """The id of a task whose scores are in."""
    assignment_id = make_assignment(panel, reviewer, application_id=application_id)
    submit(assignment_id, entry or panel.entry(), actor=panel.actor(reviewer))
    return assignment_id


def versions_of(application_id: str) -> Sequence[FileVersion]:
    application = db.session.get_one(Application, application_id)
    return [version for recording in application.recordings for version in recording.versions]


def review_of(assignment_id: str) -> Review:
    return db.session.query(Review).filter_by(assignment_id=assignment_id).one()


def _make_rubric(intake_id: str, *, version: int = 1) -> Rubric:
    rubric = Rubric(intake_id=intake_id, version=version)
    db.session.add(rubric)
    db.session.flush()
    db.session.add_all(
        Criterion(
            rubric_id=rubric.id,
            position=position,
            title=title,
            weight=weight,
            anchors={"1": "Parts cover each other", "5": "Every part has its place"} if position == 0 else {},
        )
        for position, (title, weight) in enumerate((("Balance", 2), ("Space", 2), ("Idea", 1)))
    )
    db.session.flush()
    return rubric


def make_audible(
    version_id: str, *, sound: bytes, copy: bytes, mime: str = "audio/wav", picture: bytes = b"{}"
) -> None:
    """Give a version its file, its listening copy and its picture."""
    keys = {
        "storage_key": storage().put(BytesIO(sound), kind="recordings", max_bytes=10**8).key,
        "copy_key": storage().put(BytesIO(copy), kind="copies", max_bytes=10**8).key,
        "waveform_key": storage().put(BytesIO(picture), kind="waveforms", max_bytes=10**8).key,
    }
    with transaction():
        for name, value in {**keys, "copy_mime": mime}.items():
            setattr(db.session.get_one(FileVersion, version_id), name, value)
