"""Mail and large exports over a real broker, by real workers; killing one loses nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core import clock, outbox, queue
from portal.core.db import db, transaction
from portal.core.outbox import MailState, OutboxMail
from portal.exports import jobs, queries, service
from portal.exports.models import ExportJob, ExportState
from tests.factories.decisions import School, make_application, make_school
from tests.services.mail import SmtpServer
from tests.services.worker import Worker, wait_for


@pytest.fixture
def school(session: Session) -> School:
    found = make_school()
    make_application(found, "Ada Lovelace", number="A1", scores=[80.0])
    return found


def mail_states() -> set[MailState]:
    db.session.rollback()
    return set(db.session.scalars(sa.select(OutboxMail.state)))


def job(job_id: str) -> ExportJob:
    db.session.rollback()
    found = queries.job(job_id)
    assert found is not None
    return found


def test_what_a_command_owes_is_sent(
    school: School, smtp_server: SmtpServer, start_worker: Callable[..., Worker]
) -> None:
    application_id = make_application(school, "Ben Britten", number="B2")
    with transaction():
        for number in range(3):
            outbox.put("application.submitted", to_address=f"ben{number}@example.org", application_id=application_id)

    start_worker("mail", SMTP_HOST=smtp_server.host, SMTP_PORT=str(smtp_server.port))
    wait_for(lambda: mail_states() == {MailState.SENT}, within_s=60, what="the delivery of three mails")

    assert sorted(to for (to,) in smtp_server.recipients) == [f"ben{number}@example.org" for number in range(3)]
    assert "B2" in smtp_server.messages[0]["Subject"]


def test_one_command_wakes_the_mail_worker_once(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[str] = []
    monkeypatch.setattr(queue, "_send", lambda task, arguments: sent.append(task.name))

    with transaction():
        for number in range(200):
            outbox.put("application.submitted", to_address=f"x{number}@example.org")

    assert sent == ["mail.deliver"]


def test_a_large_export_is_written_by_a_worker_even_after_the_first_one_was_killed(
    school: School, start_worker: Callable[..., Worker]
) -> None:
    ordered = service.request_export(school.intake, actor=school.grace, dataset_key="decisions", format_key="csv")
    job_id = ordered.id
    with clock.frozen(clock.now() - jobs.LEASE - timedelta(seconds=1)):
        assert jobs.claim(job_id, 1) is not None, "by a worker that was killed since"

    assert service.requeue_stuck() == 1
    start_worker("exports")
    wait_for(lambda: job(job_id).state is ExportState.READY, within_s=60, what="the export")

    assert (job(job_id).done, job(job_id).attempt) == (1, 2)
    ready = service.download(job(job_id), actor=school.grace)
    with ready.stream as stream:
        assert b"Ada Lovelace" in stream.read()
