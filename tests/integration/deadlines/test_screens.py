"""From the applicant's wish to the answer, and from the code to the late draft, as people click it."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portal.accounts.models import Person
from portal.applications.models import AccessCode, Application
from portal.applications.queries import placed_recording
from portal.applications.service.extensions import ask, grant
from portal.applications.service.late_entry import make_code
from portal.applications.service.sending import submit
from portal.applications.service.uploads import begin
from portal.applications.states import ExtensionState
from portal.core import clock
from portal.core.db import db, transaction
from portal.core.outbox import MailState, OutboxMail
from portal.core.settings import Settings
from portal.notifications.service import deliver_due
from portal.recordings.models import Recording
from tests.factories.applications import NOW, add_recording, make_application, make_draft, make_intake
from tests.factories.cast import acting_as, make_person, make_staff
from tests.integration.applications.browsing import signed_in_as
from tests.integration.deadlines.story import deeds
from tests.services.page import Page, send, visit

DEADLINE = NOW + timedelta(days=7)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
WHY = "My studio was flooded on Friday."


@pytest.fixture
def draft(world: Session) -> Application:
    return make_application()


@pytest.fixture
def ada(app: Flask, draft: Application) -> FlaskClient:
    return signed_in_as(app, draft.applicant)


@pytest.fixture
def grace(app: Flask, draft: Application) -> FlaskClient:
    return signed_in_as(app, make_staff("Grace", draft.intake.programme_id))


def test_a_draft_says_until_when_in_both_zones_and_what_that_means(ada: FlaskClient, draft: Application) -> None:
    page = visit(ada, f"/apply/{draft.id}")
    assert (
        "7 days left The deadline is Sunday 29 November 2026, 07:00 in New York (EST), which is 12:00 UTC" in page.words
    )
    assert "may go on arriving for 1 hour, until Sun 29 Nov 2026, 08:00 EST" in page.words
    assert "You can ask until Mon 30 Nov 2026, 07:00 EST." in page.words


def test_from_the_wish_to_the_new_deadline(ada: FlaskClient, grace: FlaskClient, draft: Application) -> None:
    page = visit(ada, f"/apply/{draft.id}")
    page = send(ada, page, "/more-time", status=422, time__days="3", time__reason=" ")
    assert "Why you need it: Please fill this in." in page.words
    page = send(ada, page, "/more-time", time__days="3", time__reason=WHY)
    assert "You have asked for time until Wed 2 Dec 2026, 07:00 EST." in page.words
    assert not [form for form in page.forms if form.action.endswith("/more-time")]

    page = visit(grace, "/admin/")
    assert "1 applicant asks for more time" in page.words
    page = visit(grace, f"/admin/intakes/{draft.intake_id}/deadlines")
    assert f"Waiting for an answer 1 Ada Lovelace Asks for time until Wed 2 Dec 2026, 07:00 EST {WHY}" in page.words
    page = visit(grace, f"/admin/applications/{draft.id}")
    assert page.form("/more-time").value("grant-until") == "2026-12-02T07:00"
    page = send(grace, page, "/more-time", grant__until="2026-12-01T23:59", grant__reason="We saw the report.")
    assert "The applicant has the new deadline, and gets a mail that says so." in page.words
    assert "Tue 1 Dec 2026, 23:59 EST for this applicant alone" in page.words

    page = visit(ada, f"/apply/{draft.id}")
    assert "Your own deadline is Tuesday 1 December 2026, 23:59 in New York (EST), which is Wednesday 2" in page.words
    assert "You were given time until Tue 1 Dec 2026, 23:59 EST. We saw the report." in page.words
    page = visit(grace, f"/admin/intakes/{draft.intake_id}/deadlines")
    assert "Nobody waits" in page.words
    assert "Granted Sun 22 Nov 2026, 07:00 EST Tue 1 Dec 2026, 23:59 EST We saw the report." in page.words


def test_a_refusal_and_a_taking_back_need_a_sentence(ada: FlaskClient, grace: FlaskClient, draft: Application) -> None:
    actor = acting_as(draft.applicant)
    extension = ask(draft, actor=actor, days=3, reason=WHY)
    page = visit(grace, f"/admin/applications/{draft.id}")
    page = send(grace, page, "/refuse", status=422, answer__reason="")
    assert "Reason: Please fill this in." in page.words
    send(grace, page, "/refuse", answer__reason="The jury meets that week.")
    assert extension.state is ExtensionState.REFUSED
    assert "It could not be granted. The jury meets that week." in visit(ada, f"/apply/{draft.id}").words

    with clock.frozen(NOW + HOUR):
        page = visit(grace, f"/admin/applications/{draft.id}")
        page = send(grace, page, "/more-time", grant__until="2026-12-01T23:59", grant__reason="On second thought.")
        page = send(grace, page, "/revoke", answer__reason="It was the wrong person.")
        assert "Taken back: the deadline of everybody counts again." in page.words
        words = visit(ada, f"/apply/{draft.id}").words
    assert "The time that you were given was taken back. The deadline of everybody counts. It was the wrong" in words


@pytest.mark.parametrize(
    ("until", "sentence"),
    [
        (
            "2027-03-14T02:30",
            "The clocks in America/New_York skip 02:30 on 14 March 2027. Choose 03:30 or another time.",
        ),
        ("2026-11-29T07:00", "Everybody has until Sun 29 Nov 2026, 07:00 EST. Choose a later date."),
        ("2026-11-20T07:00", "This moment has passed. Choose a later one."),
        ("soon", "Please enter a date and a time, such as 2027-01-15T17:00."),
    ],
)
def test_a_date_that_cannot_be_comes_back_with_a_sentence(
    grace: FlaskClient, draft: Application, until: str, sentence: str
) -> None:
    page = visit(grace, f"/admin/applications/{draft.id}")
    page = send(grace, page, "/more-time", status=422, grant__until=until, grant__reason="x")
    assert f"New deadline: {sentence}" in page.words
    assert deeds("extension.grant") == []


def test_more_than_the_stated_days_is_asked_about_once(grace: FlaskClient, draft: Application) -> None:
    page = visit(grace, f"/admin/applications/{draft.id}")
    far = f"{draft.intake.visible_deadline_at + timedelta(days=draft.intake.extension_max_days + 1):%Y-%m-%d}T12:00"
    page = send(grace, page, "/more-time", status=422, grant__until=far, grant__reason="We agreed on this.")
    assert f"more than the {draft.intake.extension_max_days} days that the intake states" in page.words
    page = send(grace, page, "/more-time", grant__until=far, grant__reason="We agreed on this.", grant__sure="y")
    assert "The applicant has the new deadline" in page.words


def test_a_second_date_leaves_the_reason_that_was_given_on_the_card(grace: FlaskClient, draft: Application) -> None:
    ask(draft, actor=acting_as(draft.applicant), days=3, reason=WHY)
    for day in (1, 2):
        page = visit(grace, f"/admin/applications/{draft.id}")
        page = send(grace, page, "/more-time", grant__until=f"2026-12-0{day}T12:00", grant__reason="So be it.")
    assert f"“{WHY}”" in page.words


def test_sending_closes_the_question_and_everybody_can_read_so(
    ada: FlaskClient, grace: FlaskClient, draft: Application
) -> None:
    ask(draft, actor=acting_as(draft.applicant), days=3, reason=WHY)
    submit(draft, actor=acting_as(draft.applicant))
    for address in (f"/apply/{draft.id}", f"/apply/{draft.id}/receipt"):
        assert "You sent your application, so your question for more time was closed." in visit(ada, address).words
    page = visit(grace, f"/admin/intakes/{draft.intake_id}/deadlines")
    assert "Nobody waits" in page.words
    assert "Closed without an answer" in page.words
    assert f"“{WHY}”" in visit(grace, f"/admin/applications/{draft.id}").words


def test_after_the_deadline_one_can_still_ask_for_a_day(ada: FlaskClient, draft: Application) -> None:
    with clock.frozen(DEADLINE + 23 * HOUR):
        page = visit(ada, f"/apply/{draft.id}")
        assert "The deadline was Sun 29 Nov 2026, 07:00 EST." in page.words
        page = send(ada, page, "/more-time", time__days="2", time__reason=WHY)
        assert "You have asked for time until Tue 1 Dec 2026, 07:00 EST." in page.words
    with clock.frozen(DEADLINE + 25 * HOUR):
        assert not [form for form in visit(ada, f"/apply/{draft.id}").forms if form.action.endswith("/more-time")]


def test_in_the_grace_the_page_says_what_can_still_be_done(ada: FlaskClient, draft: Application) -> None:
    with transaction():
        draft.intake.slots[0].max_items = 3
    recording = add_recording(draft, draft.intake.slots[0])
    begin_to_send(draft, recording)
    other = draft.recordings[0].id
    with clock.frozen(DEADLINE + 10 * MINUTE):
        page = visit(ada, f"/apply/{draft.id}")
        assert "Your file may go on arriving, and you can send, until Sunday 29 November 2026, 08:00" in page.words
        page = visit(ada, f"/apply/recordings/{recording.id}")
        assert "may go on arriving until Sun 29 Nov 2026, 08:00 EST. No new file can be begun." in page.words
        assert "50 minutes left" in page.words
        assert "the rest can arrive until Sun 29 Nov 2026, 08:00 EST" in page.words
        assert "it is sent from the beginning" not in page.words
        assert "Choose the file that you had begun to send" in page.words
        listed = visit(ada, f"/apply/{draft.id}/recordings")
        assert f"/apply/recordings/{recording.id}#file" in listed.links
        page = visit(ada, f"/apply/recordings/{other}")
        assert "No other file can be sent now." in page.words
        assert not [form for form in page.forms if form.action.endswith("/file")]


def test_in_the_grace_no_document_can_be_begun(ada: FlaskClient, draft: Application) -> None:
    begin_to_send(draft, draft.recordings[0])
    page = visit(ada, f"/apply/{draft.id}")
    form = next(form for form in page.forms if form.action.endswith("/evidence"))

    def pdf() -> dict[str, object]:
        return {"csrf_token": form.value("csrf_token"), "evidence": (io.BytesIO(b"%PDF-1.7 exam"), "exam.pdf")}

    with clock.frozen(DEADLINE):
        assert ada.post(form.action, data=pdf()).status_code == 303
    with clock.frozen(DEADLINE + MINUTE):
        refused = ada.post(form.action, data=pdf())
        page = visit(ada, f"/apply/{draft.id}")
    assert refused.status_code == 403
    assert "no new file can be begun" in Page(refused.text).words
    assert not [form for form in page.forms if form.action.endswith("/evidence")]


def test_after_the_end_the_page_points_to_more_time_and_says_that_it_was_asked_for(
    ada: FlaskClient, draft: Application
) -> None:
    with clock.frozen(DEADLINE + 2 * HOUR):
        page = visit(ada, f"/apply/{draft.id}")
        assert "If something kept you from sending it, ask for more time." in page.words
        page = send(ada, page, "/more-time", time__days="2", time__reason=WHY)
        assert "You have asked for more time: if it is granted, you can go on here." in page.words
        assert "write to the admissions office" not in page.words
    with clock.frozen(DEADLINE + 25 * HOUR):
        later = make_application(draft.intake, make_person("Ben Second"))
        ben = signed_in_as(ada.application, later.applicant)
        words = visit(ben, f"/apply/{later.id}").words
    assert "Please write to the admissions office if something kept you" in words


def begin_to_send(draft: Application, recording: Recording) -> None:
    placed = placed_recording(recording.id)
    assert placed is not None
    ada = acting_as(draft.applicant)
    with clock.frozen(DEADLINE - HOUR):
        begin(placed, actor=ada, original_name="a.wav", size_bytes=900, installation_max_bytes=10**9)


def test_at_the_deadline_an_open_page_learns_how_it_stands(ada: FlaskClient, draft: Application) -> None:
    address = f"/apply/{draft.id}/until"
    assert f'data-countdown-anew="{address}"' in ada.get(f"/apply/{draft.id}").text
    assert f'data-countdown-anew="{address}"' in ada.get("/apply/").text
    with clock.frozen(DEADLINE + 10 * MINUTE):
        closed = visit(ada, address)
    assert "Closed The deadline was Sunday 29 November 2026, 07:00 in New York" in closed.words
    begin_to_send(draft, draft.recordings[0])
    with clock.frozen(DEADLINE + 10 * MINUTE):
        going_on = visit(ada, address)
    assert "50 minutes left The deadline has passed. Your file may go on arriving" in going_on.words
    with clock.frozen(DEADLINE + HOUR + MINUTE):
        over = ada.get(address).text
    assert "Closed" in over
    assert "data-countdown-anew" not in over


@pytest.fixture
def late(world: Session) -> Callable[..., AccessCode]:
    """A code for an intake that takes no new applications since yesterday."""
    intake = make_intake(deadline=NOW - DAY)
    actor = acting_as(make_staff("Grace", intake.programme_id))

    def make(uses_allowed: int = 2) -> AccessCode:
        times = {"expires_at": NOW + 2 * DAY, "deadline_at": NOW + 9 * DAY}
        return make_code(intake, actor=actor, note="The exchange", uses_allowed=uses_allowed, **times)

    return make


def test_from_the_public_page_to_a_late_draft(app: Flask, late: Callable[..., AccessCode]) -> None:
    code = late()
    ben = signed_in_as(app, make_person("Ben"))
    page = visit(ben, f"/programmes/{code.intake.programme.slug}")
    assert "I have an access code" in page.words
    page = visit(ben, f"/apply/intakes/{code.intake_id}")
    assert "You cannot begin now" in page.words
    page = send(ben, page, "/late", status=422, code="AAAAA-AAAAA")
    assert "This is not a code for this intake." in page.words
    page = send(ben, page, "/late", code=code.readable.lower())
    assert "Your own deadline is Tuesday 1 December 2026, 07:00 in New York (EST)" in page.words
    assert "You have begun with an access code." in page.words


def test_who_has_an_application_finds_it_where_others_enter_a_code(ada: FlaskClient, draft: Application) -> None:
    with clock.frozen(draft.intake.start_cutoff_at + HOUR):
        page = visit(ada, f"/apply/intakes/{draft.intake_id}")
    assert f"You have an application here already Its number is {draft.number}." in page.words
    assert f"/apply/{draft.id}" in page.links
    assert "You cannot begin now" not in page.words
    assert not [form for form in page.forms if "/intakes/" in form.action]


def test_guessing_codes_soon_has_to_wait(app: Flask, late: Callable[..., AccessCode]) -> None:
    code = late()
    ben = signed_in_as(app, make_person("Ben"))
    address = f"/apply/intakes/{code.intake_id}"
    page = visit(ben, address)
    answers = [send(ben, page, "/late", status=status, code="WRONGWRONG") for status in (*[422] * 6, 429)]
    assert "That was tried too often. Please wait a few minutes" in answers[-1].words
    send(ben, page, "/late", status=429, code=code.code)
    assert db.session.get_one(AccessCode, code.id).uses == 0
    cleo = signed_in_as(app, make_person("Cleo Third"))
    send(cleo, visit(cleo, address), "/late", code=code.code)


def test_the_codes_say_where_they_are_entered(grace: FlaskClient, draft: Application) -> None:
    page = visit(grace, f"/admin/intakes/{draft.intake_id}/deadlines")
    (address,) = [link for link in page.links if link.endswith(f"/apply/intakes/{draft.intake_id}")]
    assert address.startswith("http")
    assert f"It is entered, signed in, on {address}" in page.words


def test_making_and_revoking_a_code(grace: FlaskClient, draft: Application) -> None:
    address = f"/admin/intakes/{draft.intake_id}/deadlines"
    page = visit(grace, address)
    assert "No codes yet" in page.words
    wrong = {"note": "x", "uses_allowed": "0", "expires_at": "2027-03-14T02:30", "deadline_at": "2027-03-20T12:00"}
    page = send(grace, page, "/access-codes", status=422, **wrong)
    assert "The clocks in America/New_York skip 02:30 on 14 March 2027." in page.words
    page = send(grace, page, "/access-codes", status=422, expires_at="2027-03-13T12:00")
    assert "How many people: Enter a whole number from 1 to 500." in page.words
    page = send(grace, page, "/access-codes", uses_allowed="3", note="The exchange")
    code = db.session.query(AccessCode).one()
    assert f"The code is {code.readable}." in page.words
    assert f"{code.readable} Open The exchange 0 of 3 used · to begin until Sat 13 Mar 2027, 12:00 EST" in page.words
    page = send(grace, page, f"/access-codes/{code.id}/revoke")
    assert f"{code.readable} Revoked" in page.words


def test_the_list_of_own_deadlines_costs_the_same_for_many(app: Flask, grace: FlaskClient, draft: Application) -> None:
    actor = acting_as(make_staff("Grace", draft.intake.programme_id))
    address = f"/admin/intakes/{draft.intake_id}/deadlines"

    def more(count: int) -> None:
        for _ in range(count):
            one = make_draft(draft.intake, make_person("Person"))
            ask(one, actor=acting_as(one.applicant), days=2, reason=WHY)
            other = make_draft(draft.intake, make_person("Person"))
            grant(other, actor=actor, until=DEADLINE + DAY, reason="x")

    def queries() -> int:
        statements: list[str] = []

        def note(_c: object, _cursor: object, statement: str, *_more: object) -> None:
            statements.append(statement)

        sa.event.listen(db.engine, "before_cursor_execute", note)
        visit(grace, address)
        sa.event.remove(db.engine, "before_cursor_execute", note)
        return len([one for one in statements if one.startswith("SELECT")])

    more(1)
    few = queries()
    more(10)
    assert queries() == few


def test_every_mail_about_a_deadline_says_the_date_and_leads_to_a_page(
    app: Flask, settings: Settings, ada: FlaskClient, grace: FlaskClient, draft: Application
) -> None:
    staff = db.session.query(Person).filter(Person.full_name == "Grace Williams").one()
    extension = ask(draft, actor=acting_as(draft.applicant), days=3, reason=WHY)
    grant(draft, actor=acting_as(staff), until=DEADLINE + 2 * DAY, reason="We saw the report.")
    demo = replace(settings, demo_mode=True)
    for _ in range(2):  # a notice to staff is addressed in one round and sent in the next
        deliver_due(demo)
    mails = {
        mail.kind: mail
        for mail in db.session.query(OutboxMail).filter(OutboxMail.state == MailState.SENT, OutboxMail.to_address != "")
    }
    asked, granted = mails["extension.asked"], mails["extension.granted"]
    assert asked.to_address == staff.email
    assert WHY in asked.body
    assert "time until Wed 2 Dec 2026, 07:00 EST" in asked.body
    assert granted.to_address == draft.applicant.email
    assert "Your deadline is Tuesday 1 December 2026, 07:00 in New York (EST), which is 12:00 UTC." in granted.body
    assert "The admissions staff write: We saw the report." in granted.body
    assert "may go on arriving until Tuesday 1 December 2026, 08:00 in New York (EST)" in granted.body
    assert extension.state is ExtensionState.GRANTED
    for browser, mail in ((grace, asked), (ada, granted)):
        link = next(line for line in mail.body.splitlines() if line.startswith("http://localhost/a"))
        assert draft.number in visit(browser, link.removeprefix("http://localhost").partition("#")[0]).words
