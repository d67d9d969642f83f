"""What the mails about a deadline say."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from portal.applications.models import Application, Extension
from portal.applications.service.extensions import ask, grant, refuse, revoke
from portal.applications.service.sending import submit
from portal.core import clock
from portal.core.outbox import OutboxMail
from portal.notifications import wording
from portal.notifications.errors import NotNeeded
from portal.notifications.words import Site, Words
from tests.factories.applications import NOW, make_application
from tests.factories.cast import acting_as, make_staff

SITE = Site(public_url="https://apply.school.example", school_name="School of Music")
DEADLINE = NOW + timedelta(days=7)
HOUR = timedelta(hours=1)


@pytest.fixture
def draft(world: Session) -> Application:
    return make_application(number="2026-0042")


def words_for(kind: str, **context: object) -> Words:
    return wording.word(OutboxMail(kind=kind, to_address="x@example.org", context=context, body=""), SITE)


def about(kind: str, extension: Extension) -> Words:
    return words_for(kind, application_id=extension.application_id, extension_id=extension.id)


@pytest.mark.parametrize(
    ("before", "left"),
    [
        (timedelta(days=7), "7 days"),
        (timedelta(hours=72), "3 days"),
        (timedelta(hours=24), "24 hours"),
        (timedelta(hours=2), "2 hours"),
        (timedelta(minutes=61), "61 minutes"),
        (timedelta(seconds=20), "1 minute"),
    ],
)
def test_a_reminder_says_what_is_left_at_this_moment(draft: Application, before: timedelta, left: str) -> None:
    with clock.frozen(DEADLINE - before):
        words = words_for("deadline.reminder", application_id=draft.id, deadline_at=DEADLINE.isoformat())
    assert words.subject == f"{left} left to send your application 2026-0042"
    assert "Your application to Music Production (Fall 2027) is not sent yet." in words.body
    assert (
        "The deadline is Sunday 29 November 2026, 07:00 in New York (EST), which is 12:00 UTC. "
        f"That is in {left}." in words.body
    )
    assert "may go on arriving until Sunday 29 November 2026, 08:00 in New York (EST)." in words.body
    assert f"https://apply.school.example/apply/{draft.id}\n" in words.body


def test_a_reminder_is_not_worded_when_it_is_no_longer_true(draft: Application) -> None:
    asked = {"application_id": draft.id, "deadline_at": DEADLINE.isoformat()}
    with clock.frozen(DEADLINE + HOUR), pytest.raises(NotNeeded, match="it had passed"):
        words_for("deadline.reminder", **asked)
    with pytest.raises(NotNeeded, match="another deadline"):
        words_for("deadline.reminder", **{**asked, "deadline_at": (DEADLINE - HOUR).isoformat()})
    submit(draft, actor=acting_as(draft.applicant))
    with pytest.raises(NotNeeded, match="no longer in progress"):
        words_for("deadline.reminder", **asked)


def test_a_refusal_repeats_the_sentence_and_the_deadline_that_stays(draft: Application) -> None:
    grace = acting_as(make_staff("Grace", draft.intake.programme_id))
    extension = ask(draft, actor=acting_as(draft.applicant), days=3, reason="The flood.")
    refuse(extension, actor=grace, answer="The jury meets that week.")
    words = about("extension.refused", extension)
    assert "could not give you more time" in words.body
    assert "They write: The jury meets that week." in words.body
    assert "The deadline is Sunday 29 November 2026, 07:00 in New York (EST)" in words.body


@pytest.mark.parametrize(("now", "verb"), [(NOW + HOUR, "is"), (DEADLINE + HOUR, "was")])
def test_taking_back_says_which_deadline_counts_again(draft: Application, now: object, verb: str) -> None:
    grace = acting_as(make_staff("Grace", draft.intake.programme_id))
    extension = grant(draft, actor=grace, until=DEADLINE + timedelta(days=2), reason="x")
    with clock.frozen(now):  # type: ignore[arg-type]
        revoke(extension, actor=grace, answer="It was meant for somebody else.")
        words = about("extension.revoked", extension)
    assert "was taken back." in words.body
    assert "The admissions staff write: It was meant for somebody else." in words.body
    assert f"The deadline {verb} Sunday 29 November 2026, 07:00 in New York (EST)" in words.body
