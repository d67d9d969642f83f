"""Which file was scored is kept: its reviewer goes on hearing it, is told when another stands, and so are the staff."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portal.applications.models import Application
from portal.applications.service.sending import reopen, submit
from portal.core import clock
from portal.core.audit import AuditEntry
from portal.core.db import db, transaction
from portal.decisions.models import Decision
from portal.decisions.queries.file import recordings_of
from portal.decisions.states import DecisionState, OutcomeKind
from portal.recordings.models import FileVersion
from portal.recordings.states import Processing
from portal.reviews.errors import FilesChanged
from portal.reviews.models import Assignment, JudgedFile, Review
from portal.reviews.queries.access import access
from portal.reviews.queries.sheet import review_sheet
from portal.reviews.service import scoring
from portal.reviews.sheet import ReviewSheet
from tests.factories.applications import NOW, add_file
from tests.factories.cast import acting_as
from tests.factories.reviews import Panel, make_assignment, make_audible, make_panel, versions_of
from tests.services.page import sign_in

FIRST, SECOND = b"the first mix" * 100, b"the second mix" * 100


@pytest.fixture
def panel(session: Session) -> Panel:
    return make_panel()


@pytest.fixture
def task(panel: Panel) -> str:
    """Clara's, on an application whose one recording was handed in and can be heard."""
    with clock.frozen(NOW):
        task = make_assignment(panel)
        (version,) = versions_of(the_application(task).id)
        make_audible(version.id, sound=b"original", copy=FIRST)
        with transaction():
            version.submitted_at = NOW
    return task


def the_application(task: str) -> Application:
    return db.session.get_one(Application, db.session.get_one(Assignment, task).application_id)


def sheet_of(task: str) -> ReviewSheet:
    found = access(task)
    assert found is not None
    return review_sheet(found)


def replace(panel: Panel, task: str) -> str:
    """Grace gives the application back, Ada sends another mix, and hands it in again. The id of the new version."""
    application = the_application(task)
    with clock.frozen(NOW + timedelta(hours=1)):
        reopen(application, actor=panel.actor("Grace"), until=NOW + timedelta(days=2), reason="The wrong mix.")
        (old,) = versions_of(application.id)
        with transaction():
            db.session.get_one(FileVersion, old.id).state = Processing.SUPERSEDED
        version = add_file(old.recording, number=2)
        make_audible(version.id, sound=b"original 2", copy=SECOND)
    with clock.frozen(NOW + timedelta(hours=2)):
        submit(application, actor=acting_as(application.applicant))
    return version.id


def judged(task: str) -> list[int]:
    """The numbers of the versions that a review is about."""
    rows = (
        sa.select(FileVersion.number)
        .join(JudgedFile, JudgedFile.file_version_id == FileVersion.id)
        .join(Review, Review.id == JudgedFile.review_id)
        .where(Review.assignment_id == task)
    )
    return list(db.session.scalars(rows))


def page_of(client: FlaskClient, address: str) -> str:
    with client.application.app_context():
        answer = client.get(address)
    assert answer.status_code == 200
    return " ".join(answer.text.split())


def hear(client: FlaskClient, task: str) -> bytes:
    with client.application.app_context():
        return client.get(f"/review/{task}/recordings/1/audio", buffered=True).data


def test_scores_are_kept_with_the_file_that_they_are_about(panel: Panel, task: str, client: FlaskClient) -> None:
    sign_in(client, panel.person("Clara"))
    scoring.submit(task, panel.entry(), actor=panel.actor("Clara"))
    replace(panel, task)

    assert judged(task) == [1]
    assert hear(client, task) == FIRST
    (recording,) = sheet_of(task).recordings
    assert (recording.changed, recording.has_sound) == (True, True)
    page = page_of(client, f"/review/{task}")
    assert "Replaced after you scored it" in page
    assert "Ada" not in page
    entry = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "review.submit")).one()
    assert list(entry.after["files"].values()) == [1]


def test_who_has_not_scored_yet_hears_only_what_stands(panel: Panel, task: str, client: FlaskClient) -> None:
    sign_in(client, panel.person("Clara"))
    assert hear(client, task) == FIRST
    replace(panel, task)

    assert hear(client, task) == SECOND
    (recording,) = sheet_of(task).recordings
    assert not recording.changed


def test_a_draft_is_told_that_its_file_was_replaced(panel: Panel, task: str, client: FlaskClient) -> None:
    sign_in(client, panel.person("Clara"))
    scoring.save_draft(task, panel.entry(), actor=panel.actor("Clara"))
    replace(panel, task)

    assert "This file is new" in page_of(client, f"/review/{task}")
    scoring.submit(task, panel.entry(revision=1), actor=panel.actor("Clara"))
    assert judged(task) == [2]
    assert "This file is new" not in page_of(client, f"/review/{task}")


def test_scores_typed_about_the_old_file_are_not_taken_for_the_new_one(panel: Panel, task: str) -> None:
    clara = panel.actor("Clara")
    before = sheet_of(task)
    replace(panel, task)
    typed = scoring.Entry(
        rubric_id=panel.rubric_id, revision=0, marks=panel.entry().marks, comment="Clear.", files=before.files
    )

    with pytest.raises(FilesChanged, match="was replaced after you opened this page"):
        scoring.submit(task, typed, actor=clara)
    assert judged(task) == []

    again = scoring.Entry(
        rubric_id=panel.rubric_id, revision=0, marks=typed.marks, comment="Clear.", files=sheet_of(task).files
    )
    scoring.submit(task, again, actor=clara)
    assert judged(task) == [2]


def test_what_a_form_says_of_its_files_differs_between_two_reviewers(panel: Panel, task: str) -> None:
    other = make_assignment(panel, "Dan", application_id=the_application(task).id)
    assert sheet_of(task).files != sheet_of(other).files


def test_staff_see_every_version_and_what_was_scored(panel: Panel, task: str, client: FlaskClient) -> None:
    scoring.submit(task, panel.entry(), actor=panel.actor("Clara"))
    replace(panel, task)
    sign_in(client, panel.person("Grace"))

    page = page_of(client, f"/admin/applications/{the_application(task).id}")

    assert "Version 2" in page
    assert "1 earlier version" in page
    assert "Scored, and replaced since" in page
    assert "Clara Schumann heard this file. Another one stands now." in page
    assert page.count("Handed in <time") == 2
    assert "the decision is about this file" not in page
    (first, _) = versions_of(the_application(task).id)
    assert f'<a href="/admin/recordings/versions/{first.id}/audio">Listen to version 1</a>' in page


def test_staff_see_which_version_was_decided_on(panel: Panel, task: str) -> None:
    application_id = the_application(task).id
    with transaction():
        decision = Decision(
            application_id=application_id,
            outcome=OutcomeKind.WAIT_LIST,
            state=DecisionState.CONFIRMED,
            reason="Strong, and the class is full.",
            drafted_by_id=panel.people["Grace"],
            confirmed_at=NOW + timedelta(minutes=30),
        )
        db.session.add(decision)
    replace(panel, task)

    (recording,) = recordings_of(application_id, decision=decision)

    assert recording.current is not None
    assert [(one.version.number, one.decided_on) for one in (recording.current, *recording.older)] == [
        (2, False),
        (1, True),
    ]
