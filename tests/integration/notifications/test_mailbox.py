"""The mailbox page is there in a demonstration and nowhere else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.app import create_app
from portal.applications.receipts import queries as receipts
from portal.applications.service.sending import submit
from portal.core import clock, outbox
from portal.core.db import db, transaction
from portal.core.outbox import MailState, OutboxMail
from portal.core.paging import PAGE_SIZE
from portal.core.settings import Settings
from portal.notifications import queries, service
from portal.reviews.models import Assignment
from tests.factories.applications import NOW
from tests.factories.applications import make_application as make_draft_application
from tests.factories.cast import acting_as
from tests.factories.decisions import make_application, make_school
from tests.services.page import send, sign_in, visit


@pytest.fixture
def demo(settings: Settings) -> Iterator[Flask]:
    application = create_app(replace(settings, demo_mode=True))
    application.testing = True
    yield application
    with application.app_context():
        db.session.remove()
        db.engine.dispose()


def owe(app: Flask, count: int = 1) -> None:
    with app.app_context(), transaction():
        for number in range(count):
            mail = outbox.put("account.confirmation_instructions", to_address=f"ada{number}@example.org")
            mail.subject, mail.body = f"Confirm {number:02d}", "Open http://localhost/confirm/token<script>x</script>"


def test_everybody_reads_the_mail_of_a_demonstration(demo: Flask, settings: Settings) -> None:
    assert "No mail yet" in visit(demo.test_client(), "/demo/mailbox").words
    owe(demo)
    with demo.app_context():
        service.deliver_due(replace(settings, demo_mode=True))

    page = visit(demo.test_client(), "/demo/mailbox")

    assert "To ada0@example.org" in page.words
    assert "http://localhost/confirm/token" in page.links[-1] or any("confirm/token" in link for link in page.links)
    assert "<script>x</script>" in page.words, "shown as text"


def test_what_is_attached_is_opened_there_by_everybody_and_elsewhere_by_nobody(
    demo: Flask, client: FlaskClient, settings: Settings
) -> None:
    with demo.app_context(), clock.frozen(NOW):
        draft = make_draft_application()
        submit(draft, actor=acting_as(draft.applicant))
        document = receipts.receipt(draft.id, 1).document
        service.deliver_due(replace(settings, demo_mode=True))

    page = visit(demo.test_client(), "/demo/mailbox")
    as_pdf, as_json = [link for link in page.links if link.startswith("/demo/mailbox/")]

    assert "Attached: the receipt as PDF, the receipt as JSON" in page.words
    assert demo.test_client().get(as_pdf).data.startswith(b"%PDF-")
    assert demo.test_client().get(as_json).text == document
    assert client.get(as_json).status_code == 404


def test_every_page_of_a_demonstration_leads_to_it(demo: Flask, app: Flask) -> None:
    assert "/demo/mailbox" in visit(demo.test_client(), "/login").links
    assert "/demo/mailbox" not in visit(app.test_client(), "/login").links


def test_mail_that_waits_too_long_is_told_to_those_who_can_do_something(app: Flask) -> None:
    with app.app_context():
        school = make_school()
        with clock.frozen(clock.now() - timedelta(minutes=16)), transaction():
            outbox.put("application.submitted", to_address="ada@example.org")
        client = app.test_client()
        sign_in(client, school.person(school.grace))

    assert "1 mail has waited for more than 15 minutes." in visit(client, "/admin/").words


def test_the_mailbox_has_pages(demo: Flask) -> None:
    owe(demo, PAGE_SIZE + 1)
    client = demo.test_client()

    first = visit(client, "/demo/mailbox")
    (older,) = [link for link in first.links if "before=" in link]
    second = visit(client, older)

    assert first.words.count("Confirm") == PAGE_SIZE
    assert second.words.count("Confirm") == 1


def test_elsewhere_there_is_no_such_page(client: FlaskClient, app: Flask) -> None:
    owe(app)

    page = visit(client, "/demo/mailbox", status=404)

    assert "ada0@example.org" not in page.words


def test_a_reviewers_mail_that_did_not_arrive_is_shown_too(app: Flask) -> None:
    with app.app_context():
        school = make_school()
        make_application(school, number="A1", scores=[50.0])
        assignment = db.session.query(Assignment).one()
        with transaction():
            mail = outbox.put("review.assigned", to_address="clara@example.org", assignment_id=assignment.id)
            mail.state, mail.last_error = MailState.FAILED, "The mail server answered: 550 no such person"
        found = [(one.mail.to_address, one.application.number) for one in queries.failed_for([school.programme_id])]
        elsewhere = queries.failed_for([make_school().programme_id])
        again = queries.failed(mail.id)

    assert found == [("clara@example.org", "A1")]
    assert elsewhere == []
    assert again is not None


def test_mail_that_did_not_arrive_is_shown_to_the_admins_concerned(app: Flask) -> None:
    with app.app_context():
        school = make_school()
        ada = make_application(school, number="A1")
        with transaction():
            mail = outbox.put("application.submitted", to_address="ada@example.org", application_id=ada)
            mail.state, mail.last_error = MailState.FAILED, "The mail server answered: 550 no such person"
        mail_id = mail.id
        browsers = {}
        for name in ("grace", "heidi"):
            browsers[name] = app.test_client()
            sign_in(browsers[name], school.person(getattr(school, name)))

    page = visit(browsers["grace"], "/admin/")
    assert "550 no such person" in page.words
    assert "550 no such person" not in visit(browsers["heidi"], "/admin/").words
    sent = send(browsers["grace"], page, f"/mails/{mail_id}/again")

    assert "The mail will be sent again within a minute." in sent.words
    with app.app_context():
        assert db.session.get_one(OutboxMail, mail_id).state is MailState.QUEUED
