"""Mail reaches a real server once, waits when the server is away, and is never lost or bent by what stands in it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core import clock, outbox
from portal.core.db import db, transaction
from portal.core.outbox import MailState, OutboxMail
from portal.core.settings import Settings
from portal.notifications import service
from tests.factories.decisions import make_application, make_recording, make_school
from tests.services.mail import SmtpServer


def owe(kind: str = "account.confirmation_instructions", to: str = "ada@example.org", **values: Any) -> str:
    with transaction():
        mail = outbox.put(kind, to_address=to)
        for name, value in ({"subject": "Confirm your address", "body": "Open this link."} | values).items():
            setattr(mail, name, value)
        db.session.flush()
        return mail.id


def read(mail_id: str) -> OutboxMail:
    db.session.rollback()
    return db.session.get_one(OutboxMail, mail_id)


def all_mail() -> list[OutboxMail]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(OutboxMail).order_by(OutboxMail.created_at, OutboxMail.to_address)))


def test_a_mail_arrives_with_the_headers_it_needs(
    session: Session, with_server: Settings, smtp_server: SmtpServer
) -> None:
    mail_id = owe(subject="Bestätige deine Adresse", body="Grüße aus der Schule.")

    assert service.deliver_due(with_server) == 1

    (message,) = smtp_server.messages
    assert smtp_server.recipients == [["ada@example.org"]]
    assert message["From"] == "School of Music <admissions@school.example>"
    assert message["To"] == "ada@example.org"
    assert message["Subject"] == "Bestätige deine Adresse"
    assert message["Message-ID"] == f"<{mail_id}@school.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Date"].datetime == read(mail_id).created_at.replace(microsecond=0)
    assert message.get_content().strip() == "Grüße aus der Schule."
    assert (read(mail_id).state, read(mail_id).attempts) == (MailState.SENT, 1)
    assert service.deliver_due(with_server) == 0


def test_the_text_with_a_private_link_is_not_kept_after_sending(
    session: Session, with_server: Settings, smtp_server: SmtpServer
) -> None:
    mail_id = owe(body="https://apply.school.example/confirm/secret-token")

    service.deliver_due(with_server)

    assert "secret-token" in smtp_server.messages[0].get_content()
    assert "secret-token" not in read(mail_id).body


def test_in_the_demonstration_the_link_stays_in_the_mailbox(session: Session, settings: Settings) -> None:
    mail_id = owe(body="https://apply.school.example/confirm/secret-token")

    assert service.deliver_due(replace(settings, demo_mode=True)) == 1

    assert read(mail_id).state is MailState.SENT
    assert read(mail_id).body == "https://apply.school.example/confirm/secret-token"


def test_without_a_server_and_without_a_mailbox_mail_waits(session: Session, settings: Settings) -> None:
    mail_id = owe()

    assert service.deliver_due(settings) == 0

    assert (read(mail_id).state, read(mail_id).attempts) == (MailState.QUEUED, 0)


def test_a_busy_server_is_asked_again_later_and_later_and_then_no_more(
    session: Session, with_server: Settings, smtp_server: SmtpServer
) -> None:
    mail_id = owe()
    smtp_server.refuse_with = "451 try later"
    now, pauses = clock.now(), []
    for _ in range(service.MAX_ATTEMPTS):
        with clock.frozen(now):
            service.deliver_due(with_server)
            pauses.append(read(mail_id).next_try_at - now)
            assert service.deliver_due(with_server) == 0
        now = read(mail_id).next_try_at

    minutes = [pause // timedelta(minutes=1) for pause in pauses[:-1]]
    assert minutes == [1, 5, 15, 60, 180, 360, 720]
    failed = read(mail_id)
    assert (failed.state, failed.attempts) == (MailState.FAILED, 8)
    assert failed.last_error == "The mail server answered: 451 try later"
    assert smtp_server.messages == []


def test_a_refusal_for_good_is_not_repeated(session: Session, with_server: Settings, smtp_server: SmtpServer) -> None:
    mail_id = owe()
    smtp_server.refuse_with = "550 no such person"

    service.deliver_due(with_server)

    assert (read(mail_id).state, read(mail_id).attempts) == (MailState.FAILED, 1)
    assert read(mail_id).last_error == "The mail server answered: 550 no such person"


def test_one_refused_mail_does_not_hold_up_the_others(
    session: Session, with_server: Settings, smtp_server: SmtpServer
) -> None:
    bad = owe(to="nobody at all")
    good = owe(to="ben@example.org")

    assert service.deliver_due(with_server) == 1

    assert read(bad).state is MailState.FAILED
    assert read(bad).last_error == "The mail address cannot be written to."
    assert read(good).state is MailState.SENT


def test_an_absent_server_costs_an_attempt_and_says_why(session: Session, with_server: Settings) -> None:
    mail_id = owe()

    service.deliver_due(replace(with_server, smtp_port=9))

    assert (read(mail_id).state, read(mail_id).attempts) == (MailState.QUEUED, 1)
    assert "could not be used" in read(mail_id).last_error


@pytest.mark.parametrize(
    ("differs", "why"),
    [
        ({"smtp_security": "starttls"}, "STARTTLS extension not supported by server."),
        ({"smtp_security": "tls"}, "SSL"),
        ({"smtp_user": "portal", "smtp_password": "wrong"}, "AUTH"),
    ],
)
def test_nothing_is_sent_with_less_protection_than_the_settings_ask_for(
    session: Session, with_server: Settings, smtp_server: SmtpServer, differs: dict[str, str], why: str
) -> None:
    mail_id = owe()

    service.deliver_due(replace(with_server, **differs))  # type: ignore[arg-type]

    assert smtp_server.messages == []
    assert (read(mail_id).state, read(mail_id).attempts) == (MailState.QUEUED, 1)
    assert why in read(mail_id).last_error


@pytest.mark.parametrize("evil", ["\r\nBcc: eve@example.org", "\nX: y", "\u2028Bcc: eve@example.org"])
def test_what_an_applicant_wrote_cannot_add_a_header(
    session: Session, with_server: Settings, smtp_server: SmtpServer, evil: str
) -> None:
    owe(subject=f"Night Bus{evil}")
    address = owe(to=f"ada@example.org{evil}")

    service.deliver_due(with_server)

    (message,) = smtp_server.messages
    assert message["Bcc"] is None
    assert message["X"] is None
    assert message["Subject"].startswith("Night Bus ")
    assert read(address).state is MailState.FAILED


def test_killed_after_sending_it_is_sent_once_more_and_can_be_recognised(
    session: Session, with_server: Settings, smtp_server: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail_id = owe()
    with monkeypatch.context() as killed, pytest.raises(SystemExit):
        killed.setattr(service, "_mark_sent", _die)
        service.deliver_due(with_server)
    assert read(mail_id).state is MailState.SENDING

    assert service.deliver_due(with_server) == 0, "the lease still holds"
    with clock.frozen(clock.now() + service.LEASE + timedelta(seconds=1)):
        assert service.deliver_due(with_server) == 1
        assert service.deliver_due(with_server) == 0

    first, second = smtp_server.messages
    assert first["Message-ID"] == second["Message-ID"]
    assert read(mail_id).state is MailState.SENT


def _die(*args: object, **kwargs: object) -> None:
    raise SystemExit


def test_a_sender_that_lost_its_claim_does_not_overwrite_the_one_who_took_over(
    session: Session, with_server: Settings
) -> None:
    mail_id = owe()
    claimed = service._claim(mail_id)
    assert claimed is not None
    with clock.frozen(clock.now() + service.LEASE + timedelta(seconds=1)):
        assert service._claim(mail_id) is not None

    service._give_up(mail_id, 1, "too late")

    assert (read(mail_id).state, read(mail_id).attempts) == (MailState.SENDING, 2)


def test_a_kind_without_a_text_fails_where_people_see_it(session: Session, with_server: Settings) -> None:
    mail_id = owe("application.praised", body="")

    assert service.deliver_due(with_server) == 0

    assert read(mail_id).state is MailState.FAILED
    assert read(mail_id).last_error == "There is no text for mail of the kind “application.praised”."


def test_a_notice_becomes_one_mail_for_each_who_runs_admissions(
    session: Session, with_server: Settings, smtp_server: SmtpServer
) -> None:
    school = make_school()
    application_id = make_application(school)
    with transaction():
        version_id = make_recording(school, application_id)
        outbox.put("recording.needs_staff", application_id=application_id, version_id=version_id)

    service.deliver_due(with_server)
    service.deliver_due(with_server)

    notice, *mails = all_mail()
    admissions = {school.frank.person_id, school.grace.person_id, school.gina.person_id}
    assert (notice.state, notice.to_address) == (MailState.SENT, "")
    assert {mail.to_person_id for mail in mails} == admissions
    assert sorted(to for (to,) in smtp_server.recipients) == sorted(mail.to_address for mail in mails)
    assert {mail.state for mail in mails} == {MailState.SENT}
    assert "night bus.wav" in smtp_server.messages[0].get_content()


def test_a_failed_mail_can_be_owed_again(session: Session, with_server: Settings, smtp_server: SmtpServer) -> None:
    mail_id = owe()
    smtp_server.refuse_with = "550 no such person"
    service.deliver_due(with_server)
    smtp_server.refuse_with = None

    service.send_again(read(mail_id), actor=make_school().grace)
    service.deliver_due(with_server)

    assert (read(mail_id).state, read(mail_id).attempts, read(mail_id).last_error) == (MailState.SENT, 1, "")
