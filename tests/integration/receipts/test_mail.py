"""The receipt travels with the mail that says that we have the application, unbent, to a real mail server."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from portal.applications.receipts import queries
from portal.applications.service.sending import submit
from portal.core import clock, signed, signing
from portal.core.db import transaction
from portal.core.outbox import MailState, OutboxMail
from portal.core.settings import Settings
from portal.notifications import service
from tests.factories.applications import NOW, make_application
from tests.factories.cast import acting_as, make_person
from tests.services.mail import SmtpServer


@pytest.fixture
def with_server(settings: Settings, smtp_server: SmtpServer) -> Settings:
    return replace(settings, smtp_host=smtp_server.host, smtp_port=smtp_server.port, public_url="https://apply.example")


@pytest.mark.parametrize("name", ["Ada Lovelace", "久石 譲", "محمد สมชาย 🎵"])
def test_the_receipt_comes_with_the_mail(
    world: Session, with_server: Settings, smtp_server: SmtpServer, name: str
) -> None:
    draft = make_application(applicant=make_person(name, email="ada@example.org"), number="2026-0042")
    submit(draft, actor=acting_as(draft.applicant))
    document = queries.newest_receipt(draft.id).document

    assert service.deliver_due(with_server) == 1

    (message,) = smtp_server.messages
    assert message["Subject"] == "We have your application 2026-0042"
    body = message.get_body(("plain",)).get_content()
    assert "The receipt is attached, as PDF and as JSON." in body
    assert "https://apply.example/receipts/verify" in body
    pdf, line = message.iter_attachments()
    assert (pdf.get_content_type(), pdf.get_filename()) == ("application/pdf", "receipt-2026-0042.pdf")
    assert (line.get_content_type(), line.get_filename()) == ("application/json", "receipt-2026-0042.json")
    assert line.get_content() == document.encode()
    assert signed.document_in(pdf.get_content()) == document.encode()
    assert signed.verify(line.get_content(), signing.public_keys()).payload["applicant"]["name"] == name


def test_a_mail_that_waits_brings_the_receipt_of_its_own_submit(
    world: Session, with_server: Settings, smtp_server: SmtpServer
) -> None:
    """The first mail is refused for a while; meanwhile the application is submitted again."""
    draft = make_application(number="2026-0042")
    ada = acting_as(draft.applicant)
    submit(draft, actor=ada)
    smtp_server.refuse_with = "451 try later"
    assert service.deliver_due(with_server) == 0
    with transaction():
        draft.state = type(draft.state).DRAFT
    submit(draft, actor=ada)
    smtp_server.refuse_with = None
    with clock.frozen(NOW.replace(hour=13)):
        assert service.deliver_due(with_server) == 2

    names = sorted(part.get_filename() for message in smtp_server.messages for part in message.iter_attachments())
    assert names == [
        "receipt-2026-0042-2.json",
        "receipt-2026-0042-2.pdf",
        "receipt-2026-0042.json",
        "receipt-2026-0042.pdf",
    ]
    assert {mail.state for mail in world.query(OutboxMail)} == {MailState.SENT}
