"""What an applicant sees of an application that can no longer be changed, or that can be again."""

from datetime import timedelta

from flask import Flask
from sqlalchemy.orm import Session

from portal.applications.service.sending import reopen, submit
from portal.applications.states import ApplicationState
from portal.core import clock
from portal.core.db import transaction
from portal.decisions.models import Decision
from portal.decisions.states import DecisionState, OutcomeKind
from tests.factories.applications import NOW, make_application
from tests.factories.cast import acting_as, make_staff
from tests.integration.applications.browsing import signed_in_as
from tests.services.page import send, visit

S = ApplicationState


def test_a_sent_application_is_shown_and_not_editable(app: Flask, world: Session) -> None:
    sent = make_application(state=S.DECIDED)
    browser = signed_in_as(app, sent.applicant)
    page = visit(browser, f"/apply/{sent.id}")
    assert "With the faculty" in page.words
    assert "Decided" not in page.words
    assert [form.action for form in page.forms if "/apply/" in form.action] == [f"/apply/{sent.id}/withdraw"]
    words = visit(browser, f"/apply/recordings/{sent.recordings[0].id}").words
    assert "You have sent this application" in words
    assert "The Lake Street Quartet" in words


def test_a_released_decision_is_shown_with_its_letter_and_a_draft_of_one_is_not(app: Flask, world: Session) -> None:
    sent = make_application(state=S.DECIDED)
    with transaction():
        decision = Decision(
            application_id=sent.id,
            outcome=OutcomeKind.ADMIT,
            state=DecisionState.CONFIRMED,
            reason="Outstanding.",
            drafted_by_id="grace",
            letter_subject="Welcome to Lakeside",
            letter_body="Dear Ada,\n\nwe are glad.",
        )
        world.add(decision)
    browser = signed_in_as(app, sent.applicant)
    visit(browser, f"/apply/{sent.id}/letter", status=404)
    assert "Welcome" not in visit(browser, f"/apply/{sent.id}").words
    with transaction():
        sent.state, decision.state, decision.released_at = S.RELEASED, DecisionState.RELEASED, NOW
    assert "Welcome to Lakeside" in visit(browser, f"/apply/{sent.id}").words
    letter = visit(browser, f"/apply/{sent.id}/letter")
    assert "Dear Ada, we are glad." in letter.words
    assert "Outstanding" not in letter.words


def test_withdrawing_asks_first_and_then_says_so(app: Flask, world: Session) -> None:
    sent = make_application(state=S.SUBMITTED)
    browser = signed_in_as(app, sent.applicant)
    page = visit(browser, f"/apply/{sent.id}")
    assert "Withdraw this application?" in page.words
    page = send(browser, page, "/withdraw")
    assert "Your application is withdrawn." in page.words
    assert sent.state is S.WITHDRAWN


def test_after_the_deadline_a_draft_says_that_it_was_not_sent(app: Flask, world: Session) -> None:
    draft = make_application()
    browser = signed_in_as(app, draft.applicant)
    page = visit(browser, f"/apply/{draft.id}")
    with clock.frozen(draft.intake.hard_deadline_at.replace(year=2027)):
        late = visit(browser, f"/apply/{draft.id}")
        assert "The deadline was" in late.words
        refused = send(browser, page, "/submit", status=403)
        assert "The deadline was" in refused.words


def test_a_reopened_application_says_until_when_and_keeps_its_last_receipt(app: Flask, world: Session) -> None:
    sent = make_application()
    actor, grace = acting_as(sent.applicant), acting_as(make_staff("Grace", sent.intake.programme_id))
    submit(sent, actor=actor)
    reopen(sent, actor=grace, until=NOW + timedelta(days=30), reason="The second page is missing.")
    browser = signed_in_as(app, sent.applicant)
    page = visit(browser, f"/apply/{sent.id}")
    assert "Reopened for you" in page.words
    assert "until Tue 22 Dec 2026, 07:00 EST" in page.words
    assert f"/apply/{sent.id}/receipt" in page.links
    assert "Reopened" in visit(browser, "/apply/").words


def test_sending_again_from_another_tab_leads_to_the_receipt(app: Flask, world: Session) -> None:
    application = make_application()
    browser = signed_in_as(app, application.applicant)
    address = f"/apply/{application.id}"
    first, second = visit(browser, address), visit(browser, address)
    send(browser, first, "/submit")

    again = send(browser, second, "/submit")

    assert again.url.endswith("/receipt")
    assert "You have sent this application already." in again.words
    assert f"{address}/receipt" in visit(browser, address).links
