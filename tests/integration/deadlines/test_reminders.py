"""Reminders of a deadline: each once, the nearest alone, and never of something that is done."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from portal.applications.deadlines import reminder_due
from portal.applications.models import Application
from portal.applications.service.extensions import grant, revoke
from portal.applications.service.reminders import remind
from portal.applications.service.sending import reopen, submit, withdraw
from portal.core import clock
from portal.core.db import db, transaction
from portal.core.outbox import MailState, OutboxMail
from portal.core.settings import Settings
from portal.notifications.service import deliver_due
from portal.programmes.states import IntakeState
from portal.programmes.zones import to_utc
from tests.factories.applications import NOW, make_application, make_draft, make_intake
from tests.factories.cast import acting_as, make_person, make_staff
from tests.integration.deadlines.story import owed
from tests.services.mail import SmtpServer

DEADLINE = NOW + timedelta(days=30)
HOUR, DAY, MINUTE = timedelta(hours=1), timedelta(days=1), timedelta(minutes=1)
KIND = "deadline.reminder"


@pytest.fixture
def draft(world: Session) -> Application:
    return make_application(make_intake(deadline=DEADLINE))


def remind_at(now: datetime) -> int:
    with clock.frozen(now):
        return remind()


def test_three_reminders_each_once(draft: Application) -> None:
    moments = {before: DEADLINE - before for before in (7 * DAY, 72 * HOUR, 24 * HOUR)}
    for count, moment in enumerate(moments.values(), start=1):
        assert remind_at(moment - MINUTE) == 0
        assert remind_at(moment) == 1
        assert remind_at(moment + MINUTE) == 0
        assert len(owed(KIND)) == count
    assert remind_at(DEADLINE + MINUTE) == 0
    mail = owed(KIND)[0]
    assert (mail.to_address, mail.context["application_id"]) == (draft.applicant.email, draft.id)


def test_after_an_outage_only_the_nearest_is_sent(draft: Application) -> None:
    assert remind_at(DEADLINE - 20 * HOUR) == 1
    assert remind_at(DEADLINE - 19 * HOUR) == 0
    assert len(owed(KIND)) == 1


@pytest.mark.parametrize("done", [submit, withdraw])
def test_nobody_is_reminded_of_what_is_done(draft: Application, done) -> None:  # type: ignore[no-untyped-def]
    done(draft, actor=acting_as(draft.applicant))
    assert remind_at(DEADLINE - DAY) == 0


def test_who_begins_late_gets_no_mail_about_it(world: Session) -> None:
    draft = make_draft(make_intake(deadline=NOW + 2 * DAY))
    with transaction():
        draft.deadline_set_at = NOW
    assert remind_at(NOW + MINUTE) == 0
    assert remind_at(NOW + DAY) == 1


@pytest.mark.parametrize("state", [IntakeState.CLOSED, IntakeState.DRAFT])
def test_an_intake_that_takes_nothing_reminds_nobody(draft: Application, state: IntakeState) -> None:
    with transaction():
        draft.intake.state = state
    assert remind_at(DEADLINE - DAY) == 0


def test_more_time_is_reminded_of_anew_and_the_old_date_no_more(draft: Application) -> None:
    grace = acting_as(make_staff("Grace", draft.intake.programme_id))
    assert remind_at(DEADLINE - DAY) == 1
    with clock.frozen(DEADLINE - 12 * HOUR):
        extension = grant(draft, actor=grace, until=DEADLINE + 5 * DAY, reason="The flood.")
    assert remind_at(DEADLINE) == 0
    assert remind_at(DEADLINE + 2 * DAY) == 1  # 72 hours before the own date; seven days lay before the grant
    assert remind_at(DEADLINE + 4 * DAY) == 1
    with clock.frozen(DEADLINE + 4 * DAY + HOUR):
        revoke(extension, actor=grace, answer="A mistake.")
    assert remind_at(DEADLINE + 4 * DAY + 2 * HOUR) == 0


def test_an_extension_far_away_does_not_hide_behind_the_intakes_date(draft: Application) -> None:
    grace = acting_as(make_staff("Grace", draft.intake.programme_id))
    grant(draft, actor=grace, until=DEADLINE + 20 * DAY, reason="The flood.")
    assert remind_at(DEADLINE - DAY) == 0
    assert remind_at(DEADLINE + 13 * DAY) == 1


def test_what_was_reopened_has_its_own_date_too(draft: Application) -> None:
    grace = acting_as(make_staff("Grace", draft.intake.programme_id))
    submit(draft, actor=acting_as(draft.applicant))
    with clock.frozen(DEADLINE + DAY):
        reopen(draft, actor=grace, until=DEADLINE + 3 * DAY, reason="The second file is silent.")
        assert remind() == 0  # the mail that said so is a minute old
    assert remind_at(DEADLINE + 2 * DAY) == 1


def test_two_at_once_owe_one_mail(app: Flask, draft: Application) -> None:
    db.session.rollback()

    def run(_: int) -> int:
        with app.app_context():
            return remind_at(DEADLINE - DAY)

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(run, range(4))) == 1
    assert len(owed(KIND)) == 1


def test_many_are_reminded_in_turns(world: Session) -> None:
    intake = make_intake(deadline=DEADLINE)
    for number in range(5):
        make_draft(intake, make_person(f"Person {number}"))
    with clock.frozen(DEADLINE - DAY):
        assert [remind(limit=2) for _ in range(4)] == [2, 2, 1, 0]
    assert len({mail.to_address for mail in owed(KIND)}) == 5


def test_hours_are_hours_also_across_a_clock_change(world: Session) -> None:
    for zone in ("Pacific/Auckland", "Europe/Berlin", "America/St_Johns"):
        for day in ("2027-03-15", "2027-03-29", "2027-04-05", "2027-09-27", "2027-11-01", "2027-11-08"):
            deadline = to_utc(datetime.fromisoformat(f"{day}T12:00"), zone)
            draft = make_draft(make_intake(time_zone=zone, deadline=deadline), make_person("Ada"))
            for hours in (168, 72, 24):
                moment = deadline - timedelta(hours=hours)
                due = [reminder_due(deadline, known_since=NOW, now=now) for now in (moment - MINUTE, moment)]
                assert due[1] == hours != due[0], moment.astimezone(ZoneInfo(zone))
            assert remind_at(deadline - HOUR) == 1
            withdraw(draft, actor=acting_as(draft.applicant))


def state_of(kind: str) -> list[tuple[MailState, str]]:
    db.session.rollback()
    return [(mail.state, mail.body) for mail in db.session.query(OutboxMail).filter_by(kind=kind)]


def test_a_mail_that_waited_says_what_is_left_now_and_nothing_that_is_no_longer_true(
    settings: Settings, smtp_server: SmtpServer, draft: Application
) -> None:
    from dataclasses import replace

    with_server = replace(settings, smtp_host=smtp_server.host, smtp_port=smtp_server.port)
    remind_at(DEADLINE - 3 * DAY)
    with clock.frozen(DEADLINE - 50 * HOUR):
        assert deliver_due(with_server) == 1
    (sent,) = state_of(KIND)
    assert sent[0] is MailState.SENT
    assert "That is in 2 days." in sent[1]
    remind_at(DEADLINE - DAY)
    submit(draft, actor=acting_as(draft.applicant))
    with transaction():
        db.session.query(OutboxMail).filter(OutboxMail.kind != KIND).delete()
    with clock.frozen(DEADLINE - 23 * HOUR):
        assert deliver_due(with_server) == 0
    assert (MailState.DROPPED, "Not sent: the application was no longer in progress.") in state_of(KIND)


def test_a_reminder_of_a_date_that_was_moved_is_dropped(
    settings: Settings, smtp_server: SmtpServer, draft: Application
) -> None:
    from dataclasses import replace

    remind_at(DEADLINE - DAY)
    grace = acting_as(make_staff("Grace", draft.intake.programme_id))
    with clock.frozen(DEADLINE - DAY):
        grant(draft, actor=grace, until=DEADLINE + DAY, reason="The flood.")
        deliver_due(replace(settings, smtp_host=smtp_server.host, smtp_port=smtp_server.port))
    assert [state for state, _ in state_of(KIND)] == [MailState.DROPPED]
    assert [state for state, _ in state_of("extension.granted")] == [MailState.SENT]
