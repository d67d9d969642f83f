"""What a deadline means, in plain words: every rule that counts is said, and none that does not."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from portal.bootstrap import load_models
from portal.core import clock
from portal.programmes.deadline_words import CLOCK, deadline_rules, span
from portal.programmes.deadlines import effective_deadline
from portal.programmes.models import Intake
from portal.programmes.states import IntakeState

load_models()

DEADLINE = datetime(2026, 11, 29, 22, 59, tzinfo=UTC)


def rules(**changes: Any) -> list[str]:
    return deadline_rules(an_intake(**changes))


def an_intake(**changes: Any) -> Intake:
    values: dict[str, Any] = {
        "state": IntakeState.PUBLISHED,
        "time_zone": "Europe/Berlin",
        "start_cutoff_at": DEADLINE,
        "visible_deadline_at": DEADLINE,
        "grace_minutes": 0,
        "extension_max_days": 0,
        "extension_ask_hours": 0,
    }
    return Intake(**values | changes)


def test_without_grace_and_more_time_two_sentences_say_it_all() -> None:
    assert rules() == [
        "A file counts when all of it has arrived by the deadline. Later ones are not waited for.",
        CLOCK,
    ]


def test_the_grace_names_its_end_and_for_whom_it_is() -> None:
    assert rules(grace_minutes=90)[0] == (
        "A file that you have begun to send by the deadline may go on arriving for 90 minutes, until "
        "Mon 30 Nov 2026, 01:29 CET. If one was on its way at the deadline, you can still send your application until "
        "then. No other file can be begun in that time."
    )


@pytest.mark.parametrize(("after", "begin", "send"), [(-7, "can", "can"), (-5, "could", "can"), (1, "could", "could")])
def test_an_earlier_end_of_new_applications_is_said_in_its_tense(after: int, begin: str, send: str) -> None:
    with clock.frozen(DEADLINE + timedelta(hours=after)):
        said = rules(start_cutoff_at=DEADLINE - timedelta(hours=6))[0]
    assert said == (
        f"An application {begin} be begun until Sunday 29 November 2026, 17:59 in Berlin (CET). "
        f"One that was begun {send} be sent until the deadline."
    )


@pytest.mark.parametrize(
    ("hours", "latest"), [(24, "at the latest 24 hours after the deadline"), (0, "before the deadline")]
)
def test_more_time_says_how_much_and_until_when(hours: int, latest: str) -> None:
    assert rules(extension_max_days=14, extension_ask_hours=hours)[1] == (
        f"If something keeps you, ask for more time on the page of your application, {latest}. "
        "Up to 14 days can be asked for; the admissions staff decide."
    )


def test_the_rules_of_an_own_deadline_name_its_own_end() -> None:
    intake = an_intake(grace_minutes=60, start_cutoff_at=DEADLINE - timedelta(hours=6))
    own = effective_deadline(intake, DEADLINE + timedelta(days=1))
    (grace, _clock) = deadline_rules(intake, own)
    assert "until Tue 1 Dec 2026, 00:59 CET" in grace


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(0, "0 minutes"), (1, "1 minute"), (60, "1 hour"), (90, "90 minutes"), (1440, "24 hours"), (2880, "2 days")],
)
def test_spans_are_said_as_people_say_them(minutes: int, words: str) -> None:
    assert span(minutes) == words
