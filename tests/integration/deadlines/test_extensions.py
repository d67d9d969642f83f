"""More time for one person: asked, granted, refused, taken back. Everything that obeys a deadline obeys it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from portal.applications import policy, queries
from portal.applications.deadlines import deadline_of
from portal.applications.models import Application, Extension
from portal.applications.service.extensions import ask, grant, refuse, revoke
from portal.applications.service.sending import submit, withdraw
from portal.applications.states import ExtensionState
from portal.core import clock
from portal.core.db import transaction
from portal.core.errors import Invalid, NotAllowed, Stale
from portal.programmes.states import IntakeState
from tests.factories.applications import NOW, make_application, make_draft, make_intake
from tests.factories.cast import acting_as, make_person, make_staff
from tests.integration.deadlines.story import deeds, owed

DEADLINE = NOW + timedelta(days=7)
HOUR, DAY, SECOND = timedelta(hours=1), timedelta(days=1), timedelta(seconds=1)
WHY = "My studio was flooded on Friday; the disks are being dried."


class Case:
    """Ada's draft, and Grace who decides."""

    def __init__(self, application: Application | None = None) -> None:
        self.application = application or make_application()
        self.ada = acting_as(self.application.applicant)
        self.grace = acting_as(make_staff("Grace", self.application.intake.programme_id))

    def asked(self, days: int = 3) -> Extension:
        return ask(self.application, actor=self.ada, days=days, reason=WHY)

    def granted(self, until: datetime = DEADLINE + 3 * DAY) -> Extension:
        return grant(self.application, actor=self.grace, until=until, reason="Granted: the report is in the file.")


def test_asking_names_a_date_and_a_reason_and_tells_the_staff(world: Session) -> None:
    case = Case()

    extension = case.asked(days=3)

    assert (extension.state, extension.asked_until, extension.until) == (ExtensionState.ASKED, DEADLINE + 3 * DAY, None)
    assert deadline_of(case.application).at == DEADLINE
    (deed,) = deeds("extension.ask")
    assert (deed.actor_id, deed.reason, deed.application_id) == (case.ada.person_id, WHY, case.application.id)
    (mail,) = owed("extension.asked")
    assert mail.to_address == ""  # to those who decide, whoever that is when it is sent


@pytest.mark.parametrize(
    ("days", "reason", "field"), [(3, "  ", "reason"), (3, "x" * 2001, "reason"), (15, WHY, "days"), (0, WHY, "days")]
)
def test_what_is_asked_for_has_limits(world: Session, days: int, reason: str, field: str) -> None:
    case = Case()
    with pytest.raises(Invalid) as refusal:
        ask(case.application, actor=case.ada, days=days, reason=reason)
    assert set(refusal.value.fields) == {field}
    assert deeds("extension.ask") == []


@pytest.mark.parametrize(
    ("now", "may"),
    [
        (DEADLINE - DAY, True),
        (DEADLINE + SECOND, True),
        (DEADLINE + 24 * HOUR, True),
        (DEADLINE + 24 * HOUR + SECOND, False),
    ],
)
def test_asking_is_possible_until_a_day_after_the_deadline(world: Session, now: datetime, may: bool) -> None:
    case = Case()
    with clock.frozen(now):
        assert bool(policy.ask_extension(case.ada, case.application, now)) is may
        if may:
            assert case.asked(days=3).asked_until == DEADLINE + 3 * DAY
        else:
            with pytest.raises(NotAllowed, match="More time could be asked for until Mon 30 Nov 2026, 07:00 EST"):
                case.asked()


def test_one_question_at_a_time(world: Session) -> None:
    case = Case()
    case.asked()
    with pytest.raises(NotAllowed, match="asked for more time already"):
        case.asked()


def test_of_two_tabs_that_ask_at_once_one_asks(app: Flask, world: Session) -> None:
    case = Case()
    application_id, ada = case.application.id, case.ada
    world.rollback()

    def ask_in_a_tab(_: int) -> bool:
        with app.app_context(), clock.frozen(NOW):
            found = queries.application(application_id)
            assert found is not None
            try:
                ask(found, actor=ada, days=3, reason=WHY)
            except NotAllowed:
                return False
            return True

    with ThreadPoolExecutor(3) as pool:
        assert sorted(pool.map(ask_in_a_tab, range(3))) == [False, False, True]
    assert len(deeds("extension.ask")) == 1
    assert len(owed("extension.asked")) == 1


def test_of_two_administrators_at_once_the_last_word_stands_alone(app: Flask, world: Session) -> None:
    case = Case()
    application_id, grace = case.application.id, case.grace
    case.asked()
    world.rollback()

    def give(days: int) -> None:
        with app.app_context(), clock.frozen(NOW):
            found = queries.application(application_id)
            assert found is not None
            grant(found, actor=grace, until=DEADLINE + days * DAY, reason=f"{days} days.")

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(give, (1, 2, 3)))
    world.rollback()
    (in_force,) = [one for one in case.application.extensions if one.state is ExtensionState.GRANTED]
    assert in_force.until == case.application.extended_until
    assert [one.state for one in case.application.extensions].count(ExtensionState.REPLACED) == 2


def test_an_intake_that_offers_none_says_so(world: Session) -> None:
    case = Case()
    with transaction():
        case.application.intake.extension_max_days = 0
    with pytest.raises(NotAllowed, match="cannot be asked for here"):
        case.asked()


def test_a_granted_date_is_the_deadline_for_this_person_alone(world: Session) -> None:
    case = Case()
    other = make_application(case.application.intake, make_person("Ben"))
    extension = case.asked()

    with clock.frozen(NOW + HOUR):
        granted = case.granted(DEADLINE + 2 * DAY)

    assert granted.id == extension.id
    assert (granted.state, granted.until, granted.decided_by_id) == (
        ExtensionState.GRANTED,
        DEADLINE + 2 * DAY,
        case.grace.person_id,
    )
    assert (deadline_of(case.application).at, deadline_of(case.application).own) == (DEADLINE + 2 * DAY, True)
    assert case.application.deadline_set_at == NOW + HOUR
    (deed,) = deeds("extension.grant")
    assert deed.after == {"until": (DEADLINE + 2 * DAY).isoformat()}
    assert (deed.actor_id, deed.reason) == (case.grace.person_id, "Granted: the report is in the file.")
    (mail,) = owed("extension.granted")
    assert mail.to_address == case.application.applicant.email
    with clock.frozen(DEADLINE + 2 * DAY):
        with pytest.raises(NotAllowed, match="The deadline was Sun 29 Nov 2026"):
            submit(other, actor=acting_as(other.applicant))
        submit(case.application, actor=case.ada)
    assert case.application.submitted_at == DEADLINE + 2 * DAY


def test_after_the_own_date_it_is_over_like_after_any_deadline(world: Session) -> None:
    case = Case()
    case.granted(DEADLINE + DAY)
    with (
        clock.frozen(DEADLINE + DAY + 2 * HOUR),
        pytest.raises(NotAllowed, match="Your deadline was Mon 30 Nov 2026, 07:00 EST"),
    ):
        submit(case.application, actor=case.ada)


def test_staff_grant_unasked_and_long_after_the_deadline(world: Session) -> None:
    case = Case()
    with clock.frozen(DEADLINE + 10 * DAY):
        granted = case.granted(DEADLINE + 40 * DAY)
        assert (granted.asked_until, granted.state) == (None, ExtensionState.GRANTED)
        assert policy.edit(case.ada, case.application, clock.now())


def test_a_later_grant_replaces_the_earlier_one(world: Session) -> None:
    case = Case()
    first, second = case.granted(DEADLINE + DAY), case.granted(DEADLINE + 5 * DAY)
    assert (first.state, second.state) == (ExtensionState.REPLACED, ExtensionState.GRANTED)
    assert deadline_of(case.application).at == DEADLINE + 5 * DAY
    assert [deed.before["until"] for deed in deeds("extension.grant")] == ["", (DEADLINE + DAY).isoformat()]


@pytest.mark.parametrize(
    ("until", "words"),
    [
        (NOW - SECOND, "This moment has passed"),
        (DEADLINE, "Everybody has until Sun 29 Nov 2026, 07:00 EST"),
        (NOW + 367 * DAY, "within the next twelve months"),
    ],
)
def test_a_granted_date_gives_more_time_and_not_for_ever(world: Session, until: datetime, words: str) -> None:
    with pytest.raises(Invalid) as refusal:
        Case().granted(until)
    assert words in refusal.value.fields["until"]


def test_in_an_intake_that_was_closed_early_any_coming_date_is_more_time(world: Session) -> None:
    case = Case()
    with transaction():
        case.application.intake.state = IntakeState.CLOSED
    assert not policy.edit(case.ada, case.application, NOW)
    case.granted(DEADLINE - DAY)
    assert policy.edit(case.ada, case.application, DEADLINE - DAY)
    assert not policy.edit(case.ada, case.application, DEADLINE - DAY + SECOND)


def test_a_refusal_has_a_sentence_and_another_question_may_follow(world: Session) -> None:
    case = Case()
    extension = case.asked()
    with pytest.raises(Invalid):
        refuse(extension, actor=case.grace, answer=" ")
    refuse(extension, actor=case.grace, answer="The jury meets on that day.")
    assert (extension.state, extension.answer) == (ExtensionState.REFUSED, "The jury meets on that day.")
    assert len(owed("extension.refused")) == 1
    assert deeds("extension.refuse")[0].reason == "The jury meets on that day."
    assert case.asked(days=1).state is ExtensionState.ASKED


def test_what_was_granted_can_be_taken_back(world: Session) -> None:
    case = Case()
    extension = case.granted()
    revoke(extension, actor=case.grace, answer="It was meant for somebody else.")
    assert extension.state is ExtensionState.REVOKED
    assert deadline_of(case.application).at == DEADLINE
    assert len(owed("extension.revoked")) == 1
    assert deeds("extension.revoke")[0].before == {"until": (DEADLINE + 3 * DAY).isoformat()}
    with clock.frozen(DEADLINE + 2 * HOUR), pytest.raises(NotAllowed):
        submit(case.application, actor=case.ada)


def test_a_step_that_was_taken_already_is_not_taken_again(world: Session) -> None:
    case = Case()
    extension = case.asked()
    refuse(extension, actor=case.grace, answer="No.")
    for again in (refuse, revoke):
        with pytest.raises(Stale):
            again(extension, actor=case.grace, answer="Again.")
    assert deadline_of(case.application).at == DEADLINE
    assert len(owed("extension.refused")) == 1


@pytest.mark.parametrize("become", [submit, withdraw])
def test_only_a_draft_gets_more_time(world: Session, become: Callable[..., object]) -> None:
    case = Case()
    become(case.application, actor=case.ada)
    with pytest.raises(NotAllowed, match="Only a draft"):
        case.granted()
    with pytest.raises(NotAllowed):
        case.asked()


@pytest.mark.parametrize("become", [submit, withdraw])
def test_an_unanswered_question_is_closed_with_the_draft(world: Session, become: Callable[..., object]) -> None:
    case = Case()
    extension = case.asked()
    become(case.application, actor=case.ada)
    assert extension.state is ExtensionState.CLOSED
    (deed,) = deeds("extension.close")
    assert (deed.actor_id, deed.application_id) == (case.ada.person_id, case.application.id)
    with pytest.raises(NotAllowed, match="Only a draft"):
        refuse(extension, actor=case.grace, answer="Too late.")


def test_nobody_but_the_programmes_administrators_decides(world: Session) -> None:
    case = Case()
    extension = case.asked()
    intake = case.application.intake
    strangers = [
        case.ada,
        acting_as(make_person("Ben")),
        acting_as(make_staff("Frank", intake.programme_id)),
        acting_as(make_staff("Clara", intake.programme_id)),
        acting_as(make_staff("Heidi", make_intake().programme_id)),
    ]
    for actor in strangers:
        with pytest.raises(NotAllowed):
            grant(case.application, actor=actor, until=DEADLINE + DAY, reason="x")
        with pytest.raises(NotAllowed):
            refuse(extension, actor=actor, answer="x")
    for actor in strangers[1:]:
        with pytest.raises(NotAllowed):
            ask(case.application, actor=actor, days=1, reason=WHY)


def test_an_administrator_gives_no_time_to_herself(world: Session) -> None:
    intake = make_intake()
    grace = make_staff("Grace", intake.programme_id)
    own = make_draft(intake, grace)
    with pytest.raises(NotAllowed, match="your own application"):
        grant(own, actor=acting_as(grace), until=DEADLINE + DAY, reason="x")
