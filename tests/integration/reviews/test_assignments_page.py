"""Assigning in the browser: ask by hand, spread, relieve, and see conflicts with their reasons."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portal.applications.models import Application
from portal.core.db import db
from portal.core.outbox import OutboxMail
from portal.reviews.models import Assignment
from portal.reviews.service.conflicts import declare_conflict
from portal.reviews.states import AssignmentState
from tests.factories.cast import FULL_NAMES, make_person
from tests.factories.reviews import Panel, make_assignment, make_panel, make_submitted
from tests.services.page import Page, send, sign_in, visit

CLARA, ADA, BEN = FULL_NAMES["Clara"], FULL_NAMES["Ada"], FULL_NAMES["Ben"]


@pytest.fixture
def panel(session: Session) -> Panel:
    return make_panel()


@pytest.fixture
def frank(panel: Panel, client: FlaskClient) -> FlaskClient:
    sign_in(client, panel.person("Frank"))
    return client


def address(panel: Panel) -> str:
    return f"/admin/intakes/{panel.intake_id}/assignments"


def reviewers_of(application_id: str) -> set[str]:
    rows = db.session.scalars(sa.select(Assignment.reviewer_id).where(Assignment.application_id == application_id))
    return set(rows)


def number_of(application_id: str) -> str:
    return db.session.get_one(Application, application_id).number


def press(client: FlaskClient, page: Page, where: str, **data: str) -> Page:
    """A button of the page's form that has an address of its own."""
    token = page.form("/assignments").value("csrf_token")
    with client.application.app_context():
        answer = client.post(where, data={"csrf_token": token, **data}, follow_redirects=True)
    db.session.rollback()
    assert answer.status_code == 200, Page(answer.text).words[:600]
    return Page(answer.text)


def test_ticked_people_are_asked_to_hear_ticked_applications(panel: Panel, frank: FlaskClient) -> None:
    ada, ben = make_submitted(panel), make_submitted(panel, make_person("Ben"))
    people = [panel.people["Clara"], panel.people["Dan"]]
    page = send(
        frank, visit(frank, address(panel)), "/assignments", application=[ada], reviewer=people, due="2027-01-15T17:00"
    )
    assert "2 reviews were asked for" in page.words
    assert f"{number_of(ada)} {ADA} Production 2 of 2 {CLARA} Not started" in page.words
    assert f"{number_of(ben)} {BEN} Production 0 of 2 Nobody yet" in page.words
    assert reviewers_of(ada) == set(people)
    due = {row.due_at.isoformat() for row in db.session.query(Assignment) if row.due_at}
    assert due == {"2027-01-15T22:00:00+00:00"}


def test_each_reviewer_gets_one_mail_however_many_applications(panel: Panel, frank: FlaskClient) -> None:
    ids = [make_submitted(panel, make_person(f"Person {n}")) for n in range(3)]
    send(frank, visit(frank, address(panel)), "/assignments", application=ids, reviewer=[panel.people["Clara"]])
    (mail,) = db.session.query(OutboxMail).filter_by(kind="review.assigned")
    assert (mail.to_person_id, mail.context["count"]) == (panel.people["Clara"], 3)


def test_a_refusal_names_the_reason_and_keeps_the_ticks(panel: Panel, frank: FlaskClient) -> None:
    task = make_assignment(panel, "Clara")
    application_id = db.session.get_one(Assignment, task).application_id
    declare_conflict(task, actor=panel.actor("Clara"), reason="I taught her.")
    page = visit(frank, address(panel))
    assert f"{CLARA} Conflict declared I taught her." in page.words
    refused = send(
        frank, page, "/assignments", application=[application_id], reviewer=[panel.people["Clara"]], status=422
    )
    assert f"{CLARA} has declared a conflict with" in refused.words
    form = refused.form("/assignments")
    assert (form.value("application"), form.value("reviewer")) == (application_id, panel.people["Clara"])
    nothing = send(frank, page, "/assignments", status=422)
    assert "Choose at least one application and at least one reviewer." in nothing.words


def test_spreading_says_what_was_done_and_what_is_missing(session: Session, client: FlaskClient) -> None:
    panel = make_panel(reviews_wanted=5)
    ada = make_submitted(panel)
    sign_in(client, panel.person("Grace"))
    page = press(client, visit(client, address(panel)), f"{address(panel)}/spread")
    assert "4 reviews were asked for" in page.words
    assert f"{number_of(ada)}: 1 more reviewer is needed" in page.words
    assert len(reviewers_of(ada)) == 4
    page = press(client, page, f"{address(panel)}/spread")
    assert "Nothing to add" in page.words


def test_a_reviewer_is_relieved_by_the_button_beside_the_name(panel: Panel, frank: FlaskClient) -> None:
    task = make_assignment(panel)
    page = visit(frank, address(panel))
    assert ("assignment", task) in page.form("/assignments").buttons
    page = press(frank, page, f"{address(panel)}/revoke", assignment=task)
    assert f"{CLARA} Taken back" in page.words
    assert db.session.get_one(Assignment, task).state is AssignmentState.REVOKED


def test_a_conflict_is_told_to_those_who_run_the_intake(panel: Panel) -> None:
    declare_conflict(make_assignment(panel), actor=panel.actor("Clara"))
    (notice,) = db.session.query(OutboxMail).filter_by(kind="review.conflict_declared")
    assert notice.to_address == ""
    assert notice.context["application_id"]


@pytest.mark.parametrize("name", ["Clara", "Heidi"])
def test_the_page_is_for_those_who_run_this_intake(panel: Panel, client: FlaskClient, name: str) -> None:
    make_submitted(panel)
    sign_in(client, panel.person(name))
    assert ADA not in visit(client, address(panel), status=404).words


def test_an_intake_without_applications_says_when_they_come(panel: Panel, frank: FlaskClient) -> None:
    assert "Applications appear here when they are submitted" in visit(frank, address(panel)).words
