"""Late entry by a code: how often, until when, and who of two gets the last use."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from portal.accounts.actor import Actor
from portal.applications import policy
from portal.applications.deadlines import deadline_of
from portal.applications.errors import CodeRefused
from portal.applications.models import AccessCode, Application
from portal.applications.service.late_entry import make_code, revoke_code, start_with_code
from portal.core import clock
from portal.core.db import db, transaction
from portal.core.errors import Invalid, NotAllowed, Stale
from portal.programmes import queries as programmes
from portal.programmes.models import Intake
from portal.programmes.states import IntakeState
from tests.factories.applications import NOW, make_draft, make_intake
from tests.factories.cast import acting_as, make_person, make_staff
from tests.integration.deadlines.story import deeds

HOUR, DAY, SECOND = timedelta(hours=1), timedelta(days=1), timedelta(seconds=1)


@pytest.fixture
def intake(world: Session) -> Intake:
    """Closed to new applications since yesterday."""
    return make_intake(deadline=NOW - DAY)


def a_code(intake: Intake, **changes: Any) -> AccessCode:
    values: dict[str, Any] = {
        "note": "The two from the conference",
        "uses_allowed": 2,
        "expires_at": NOW + 3 * DAY,
        "deadline_at": NOW + 10 * DAY,
    }
    return make_code(intake, actor=acting_as(make_staff("Grace", intake.programme_id)), **values | changes)


def somebody(name: str = "Ada") -> Actor:
    return acting_as(make_person(name))


def test_a_code_can_be_read_out_and_is_audited(intake: Intake) -> None:
    code = a_code(intake)
    assert len(code.code) == 10
    assert not set(code.code) & set("0O1IL")
    assert code.readable == f"{code.code[:5]}-{code.code[5:]}"
    (deed,) = deeds("access_code.make")
    assert (deed.after["code"], deed.after["note"], deed.after["uses"]) == (code.readable, code.note, 2)


def test_a_code_opens_a_closed_intake_and_brings_its_own_deadline(intake: Intake) -> None:
    code, ada = a_code(intake), somebody()
    with pytest.raises(NotAllowed):
        policy.start(ada, intake, clock.now()).enforce()

    application = start_with_code(intake, f" {code.readable.lower()} ", actor=ada)

    assert deadline_of(application).at == NOW + 10 * DAY
    assert policy.edit(ada, application, NOW + 10 * DAY)
    assert not policy.edit(ada, application, NOW + 10 * DAY + SECOND)
    assert code.uses == 1
    assert [extension.access_code_id for extension in application.extensions] == [code.id]
    (deed,) = deeds("access_code.use")
    assert (deed.actor_id, deed.application_id, deed.after["uses"]) == (ada.person_id, application.id, 1)
    assert len(deeds("application.start")) == 1


@pytest.mark.parametrize("state", [IntakeState.PUBLISHED, IntakeState.CLOSED])
@pytest.mark.parametrize(("now", "opens"), [(NOW + 3 * DAY, True), (NOW + 3 * DAY + SECOND, False)])
def test_a_code_opens_until_it_expires(intake: Intake, state: IntakeState, now: datetime, opens: bool) -> None:
    with transaction():
        intake.state = state
    code, ada = a_code(intake), somebody()
    with clock.frozen(now):
        if opens:
            assert start_with_code(intake, code.code, actor=ada).applicant_id == ada.person_id
        else:
            with pytest.raises(CodeRefused, match="could be used until Wed 25 Nov 2026, 07:00 EST"):
                start_with_code(intake, code.code, actor=ada)
    assert code.uses == int(opens)


def test_uses_are_counted_and_end(intake: Intake) -> None:
    code = a_code(intake, uses_allowed=2)
    for name in ("Ada", "Ben"):
        start_with_code(intake, code.code, actor=somebody(name))
    with pytest.raises(CodeRefused, match="used already"):
        start_with_code(intake, code.code, actor=somebody("Cleo Third"))
    assert code.uses == 2
    assert db.session.scalar(sa.select(sa.func.count(Application.id))) == 2


def test_a_revoked_code_opens_nothing_and_what_was_begun_stays(intake: Intake) -> None:
    code = a_code(intake)
    begun = start_with_code(intake, code.code, actor=somebody())
    grace = acting_as(make_staff("Grace", intake.programme_id))
    revoke_code(code, actor=grace)
    with pytest.raises(CodeRefused, match="no longer valid"):
        start_with_code(intake, code.code, actor=somebody("Ben"))
    assert deadline_of(begun).at == NOW + 10 * DAY
    with pytest.raises(Stale):
        revoke_code(code, actor=grace)
    assert [deed.before["uses"] for deed in deeds("access_code.revoke")] == [1]


@pytest.mark.parametrize("typed", ["", "WRONGCODE2", "0" * 500, "ÄÖÜ-ßßß", "'; drop table"])
def test_what_is_no_code_is_refused_in_the_same_words(intake: Intake, typed: str) -> None:
    a_code(intake)
    with pytest.raises(CodeRefused, match="not a code for this intake"):
        start_with_code(intake, typed, actor=somebody())


def test_a_code_of_another_intake_is_no_code_here(intake: Intake) -> None:
    other = a_code(make_intake(deadline=NOW - DAY))
    with pytest.raises(CodeRefused, match="not a code for this intake"):
        start_with_code(intake, other.code, actor=somebody())
    assert other.uses == 0


def test_who_needs_no_code_spends_none(intake: Intake) -> None:
    code, ada = a_code(intake), somebody()
    first = start_with_code(intake, code.code, actor=ada)
    assert start_with_code(intake, code.code, actor=ada).id == first.id
    still_open = make_intake()
    unneeded = a_code(still_open)
    begun = start_with_code(still_open, unneeded.code, actor=ada)
    assert not deadline_of(begun).own
    assert (code.uses, unneeded.uses) == (1, 0)


def test_who_has_a_draft_from_before_gets_no_second_one(intake: Intake) -> None:
    code, person = a_code(intake), make_person("Ada")
    draft = make_draft(intake, person)
    assert start_with_code(intake, code.code, actor=acting_as(person)).id == draft.id
    assert (code.uses, deadline_of(draft).own) == (0, False)


def test_nobody_enters_without_a_confirmed_address_or_before_the_opening(world: Session) -> None:
    intake = make_intake(deadline=NOW + 90 * DAY)
    code = a_code(intake)
    with transaction():
        intake.opens_at = intake.start_cutoff_at = NOW + HOUR
    with pytest.raises(NotAllowed, match="Applications open on"):
        start_with_code(intake, code.code, actor=somebody())
    unconfirmed = acting_as(make_person("Uma Thorn", confirmed=False))
    with pytest.raises(NotAllowed, match="confirm your mail address"):
        start_with_code(intake, code.code, actor=unconfirmed)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"note": " "}, "note"),
        ({"note": "x" * 201}, "note"),
        ({"uses_allowed": 0}, "uses_allowed"),
        ({"uses_allowed": 501}, "uses_allowed"),
        ({"expires_at": NOW}, "expires_at"),
        ({"expires_at": NOW + 400 * DAY, "deadline_at": NOW + 500 * DAY}, "expires_at"),
        ({"deadline_at": NOW + 3 * DAY - SECOND}, "deadline_at"),
    ],
)
def test_a_code_has_limits(intake: Intake, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        a_code(intake, **changes)
    assert set(refusal.value.fields) == {field}


@pytest.mark.parametrize("name", ["Frank", "Clara"])
def test_only_administrators_make_and_revoke(intake: Intake, name: str) -> None:
    actor = acting_as(make_staff(name, intake.programme_id))
    with pytest.raises(NotAllowed):
        make_code(intake, actor=actor, note="x", uses_allowed=1, expires_at=NOW + DAY, deadline_at=NOW + DAY)
    with pytest.raises(NotAllowed):
        revoke_code(a_code(intake), actor=actor)


def test_of_many_at_once_only_as_many_as_allowed_get_in(app: Flask, intake: Intake) -> None:
    code = a_code(intake, uses_allowed=2)
    intake_id, code_id, typed = intake.id, code.id, code.code
    actors = [somebody(f"Person {number}") for number in range(6)]
    db.session.rollback()

    def enter(actor: Actor) -> bool:
        with app.app_context(), clock.frozen(NOW):
            found = programmes.intake(intake_id)
            assert found is not None
            try:
                start_with_code(found, typed, actor=actor)
            except CodeRefused:
                return False
            return True

    with ThreadPoolExecutor(6) as pool:
        entered = list(pool.map(enter, actors))

    assert entered.count(True) == 2
    assert db.session.get_one(AccessCode, code_id).uses == 2
    assert db.session.scalar(sa.select(sa.func.count(Application.id))) == 2
    assert sorted(deed.after["uses"] for deed in deeds("access_code.use")) == [1, 2]
