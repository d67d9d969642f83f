"""The deadline of everybody moves: whose deadline it was hears of it, once, and nobody else."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from portal.applications.models import Application
from portal.applications.service.extensions import grant
from portal.applications.service.moving import edit_intake
from portal.applications.service.reminders import remind
from portal.applications.service.sending import submit
from portal.applications.states import ApplicationState
from portal.core import clock
from portal.core.db import db, transaction
from portal.core.errors import Invalid
from portal.core.outbox import MailState, OutboxMail
from portal.core.settings import Settings
from portal.notifications import wording
from portal.notifications.errors import NotNeeded
from portal.notifications.service import deliver_due
from portal.notifications.words import Site, Words
from portal.programmes.models import Intake
from portal.programmes.states import IntakeState
from portal.programmes.terms import IntakeTerms
from tests.factories.applications import NOW, make_application, make_draft, make_intake
from tests.factories.cast import acting_as, make_person, make_staff
from tests.integration.applications.browsing import signed_in_as
from tests.integration.deadlines.story import deeds, owed
from tests.services.page import send, visit

DEADLINE = NOW + timedelta(days=7)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
KIND = "deadline.moved"
SITE = Site(public_url="https://apply.school.example", school_name="School of Music")


@pytest.fixture
def draft(world: Session) -> Application:
    return make_draft(make_intake(deadline=DEADLINE))


def change(intake: Intake, *, reason: str = "The hall is closed.", **changes: Any) -> int:
    """What the form of the dates does. Returns how many are told."""
    now_so = IntakeTerms(**{name: getattr(intake, name) for name in IntakeTerms.__dataclass_fields__})
    grace = acting_as(make_staff("Grace", intake.programme_id))
    return edit_intake(intake, replace(now_so, **changes), reason=reason, actor=grace)


def move(intake: Intake, to: datetime) -> int:
    return change(intake, visible_deadline_at=to, start_cutoff_at=min(to, intake.start_cutoff_at))


def words_of(mail: OutboxMail) -> Words:
    return wording.word(mail, SITE)


def test_everybody_in_progress_gets_one_mail_and_nobody_else(draft: Application) -> None:
    intake = draft.intake
    ben = make_draft(intake, make_person("Ben"))
    make_application(intake, make_person("Cleo"), state=ApplicationState.SUBMITTED)
    make_application(intake, make_person("Dora"), state=ApplicationState.WITHDRAWN)
    make_draft(make_intake(deadline=DEADLINE), make_person("Eli"))

    assert move(intake, DEADLINE + DAY) == 2

    mails = owed(KIND)
    assert {mail.to_address for mail in mails} == {draft.applicant.email, ben.applicant.email}
    assert {mail.context["application_id"] for mail in mails} == {draft.id, ben.id}
    assert draft.deadline_set_at == NOW
    assert move(intake, DEADLINE + DAY) == 0
    assert len(owed(KIND)) == 2


def test_other_changes_are_not_told(draft: Application) -> None:
    assert change(draft.intake, title="Fall 2028", seats=12, grace_minutes=90) == 0
    assert owed(KIND) == []
    assert draft.intake.seats == 12


@pytest.mark.parametrize("state", [IntakeState.DRAFT, IntakeState.CLOSED])
def test_only_a_published_date_is_relied_on(draft: Application, state: IntakeState) -> None:
    with transaction():
        draft.intake.state = state
    assert move(draft.intake, DEADLINE + DAY) == 0
    assert owed(KIND) == []


def test_a_move_that_is_refused_is_not_told(draft: Application) -> None:
    with pytest.raises(Invalid, match="Say why"):
        change(draft.intake, reason="", visible_deadline_at=DEADLINE - DAY, start_cutoff_at=DEADLINE - DAY)
    assert owed(KIND) == []
    assert deeds("intake.edit") == []


def test_who_has_a_later_date_notices_nothing(draft: Application) -> None:
    grace = acting_as(make_staff("Grace", draft.intake.programme_id))
    grant(draft, actor=grace, until=DEADLINE + 3 * DAY, reason="The flood.")
    assert move(draft.intake, DEADLINE + 2 * DAY) == 0
    assert move(draft.intake, DEADLINE + 4 * DAY) == 1
    (mail,) = owed(KIND)
    assert mail.context["was"] == (DEADLINE + 3 * DAY).isoformat()
    with transaction():
        db.session.delete(mail)
    assert move(draft.intake, DEADLINE + DAY) == 1
    (mail,) = owed(KIND)
    assert "Your deadline is Wednesday 2 December 2026, 07:00 in New York (EST)" in words_of(mail).body


def test_the_mail_says_both_dates_in_both_zones(draft: Application) -> None:
    move(draft.intake, DEADLINE + 12 * HOUR)
    (mail,) = owed(KIND)
    words = words_of(mail)
    assert words.subject == f"Your deadline is later now ({draft.number})"
    assert (
        "The deadline for your application to Music Production (Fall 2027) has moved. "
        "Before, it was Sunday 29 November 2026, 07:00 in New York (EST), which is 12:00 UTC.\n\n"
        "The deadline is Sunday 29 November 2026, 19:00 in New York (EST), which is Monday 30 November, 00:00 UTC."
    ) in words.body
    assert "may go on arriving until Sunday 29 November 2026, 20:00 in New York (EST)." in words.body
    assert f"lets you send it:\n\nhttps://apply.school.example/apply/{draft.id}\n" in words.body


def test_an_earlier_one_is_called_earlier_and_one_that_has_passed_says_so(draft: Application) -> None:
    move(draft.intake, DEADLINE - DAY)
    (mail,) = owed(KIND)
    assert words_of(mail).subject == f"Your deadline is earlier now ({draft.number})"
    with clock.frozen(DEADLINE - DAY + HOUR):
        late = words_of(mail).body
    assert "The deadline was Saturday 28 November 2026, 07:00 in New York (EST), which is 12:00 UTC." in late
    assert "Your application was not sent by then." in late
    assert "may go on arriving" not in late


def test_what_is_no_longer_true_is_not_sent(draft: Application) -> None:
    ben = make_application(draft.intake, make_person("Ben"))
    move(draft.intake, DEADLINE + DAY)
    first = next(mail for mail in owed(KIND) if mail.context["application_id"] == draft.id)
    move(draft.intake, DEADLINE + 2 * DAY)
    with pytest.raises(NotNeeded, match="another deadline"):
        words_of(first)
    submit(ben, actor=acting_as(ben.applicant))
    mine = [mail for mail in owed(KIND) if mail.context["application_id"] == ben.id]
    with pytest.raises(NotNeeded, match="no longer in progress"):
        words_of(mine[-1])


def test_the_mail_stands_for_the_reminder_that_would_come_with_it(draft: Application) -> None:
    """Moved to five days from now: the reminder of a week before is not sent as well, the next one is."""
    move(draft.intake, NOW + 5 * DAY)
    assert remind() == 0
    with clock.frozen(NOW + 2 * DAY):
        assert remind() == 1
        (mail,) = owed("deadline.reminder")
        assert words_of(mail).subject == f"3 days left to send your application {draft.number}"


def test_staff_read_how_many_are_told_and_the_mail_arrives(app: Flask, draft: Application, settings: Settings) -> None:
    browser = signed_in_as(app, make_staff("Grace", draft.intake.programme_id))
    page = visit(browser, f"/admin/programmes/intakes/{draft.intake_id}")
    assert "when it moves, everybody in progress gets a mail" in page.words
    page = send(browser, page, draft.intake_id, visible_deadline_at="2026-12-01T23:59")
    assert "Saved. One applicant in progress gets a mail with the new deadline." in page.words
    page = send(browser, page, draft.intake_id, seats="14")
    assert "Saved." in page.words
    assert "gets a mail with the new deadline" not in page.words
    deliver_due(replace(settings, demo_mode=True))
    db.session.rollback()
    (mail,) = db.session.query(OutboxMail).filter_by(kind=KIND)
    assert (mail.state, mail.to_address) == (MailState.SENT, draft.applicant.email)
    assert "The deadline is Tuesday 1 December 2026, 23:59 in New York (EST)" in mail.body
    assert (
        "The deadline is Tuesday 1 December 2026, 23:59"
        in visit(signed_in_as(app, draft.applicant), f"/apply/{draft.id}").words
    )
