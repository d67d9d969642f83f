"""Beginning an application: once per person and intake, in time, with a number of its own."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from portal.accounts.actor import Actor
from portal.applications import queries
from portal.applications.errors import AlreadyWithdrawn
from portal.applications.models import Application
from portal.applications.service.drafts import choose, start
from portal.applications.states import ApplicationState
from portal.core import clock
from portal.core.audit import AuditEntry
from portal.core.db import db, transaction
from portal.core.errors import Invalid, NotAllowed
from portal.programmes import queries as programmes
from portal.programmes.zones import to_utc
from tests.factories.applications import NOW, make_application, make_draft, make_intake
from tests.factories.cast import acting_as, make_person

S = ApplicationState


def test_a_draft_begins_with_a_number_of_the_deadlines_year_and_an_audit_entry(world: Session) -> None:
    intake = make_intake()
    ada, ben = acting_as(make_person("Ada")), acting_as(make_person("Ben"))
    first, second = start(intake, actor=ada), start(intake, actor=ben)
    assert (first.number, second.number) == ("2026-0001", "2026-0002")
    assert (first.state, first.applicant_id) == (S.DRAFT, ada.person_id)
    entry = world.query(AuditEntry).filter_by(object_id=first.id).one()
    assert (entry.action, entry.actor_id, entry.after["number"]) == ("application.start", ada.person_id, "2026-0001")
    assert entry.programme_id == intake.programme_id


def test_a_deadline_on_new_years_eve_gives_numbers_of_the_old_year(world: Session) -> None:
    intake = make_intake(deadline=to_utc(datetime.fromisoformat("2026-12-31T23:59"), "America/New_York"))
    assert start(intake, actor=acting_as(make_person("Ada"))).number == "2026-0001"


def test_starting_again_finds_the_draft_that_is_there(world: Session) -> None:
    intake, ada = make_intake(), acting_as(make_person("Ada"))
    draft = start(intake, actor=ada)
    assert start(intake, actor=ada).id == draft.id
    assert world.query(AuditEntry).filter_by(action="application.start").count() == 1


def test_numbers_go_on_after_9999(world: Session) -> None:
    intake = make_intake()
    make_application(intake, number="2026-9999")
    make_application(intake, make_person("Ben"), number="2026-10000")
    assert start(intake, actor=acting_as(make_person("Clara Third"))).number == "2026-10001"


def test_people_who_start_at_the_same_moment_get_different_numbers(app: Flask, world: Session) -> None:
    intake_id = make_intake().id
    actors = [acting_as(make_person(f"Person {i}")) for i in range(8)]
    world.rollback()

    def begin(actor: Actor) -> str:
        with app.app_context(), clock.frozen(NOW):
            intake = programmes.intake(intake_id)
            assert intake is not None
            return start(intake, actor=actor).number

    with ThreadPoolExecutor(8) as pool:
        numbers = list(pool.map(begin, actors))
    assert sorted(numbers) == [f"2026-{i:04d}" for i in range(1, 9)]


def test_one_person_in_two_tabs_gets_one_draft(app: Flask, world: Session) -> None:
    intake_id, ada = make_intake().id, acting_as(make_person("Ada"))
    world.rollback()

    def begin(_: int) -> str:
        with app.app_context(), clock.frozen(NOW):
            intake = programmes.intake(intake_id)
            assert intake is not None
            return start(intake, actor=ada).id

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(begin, range(4)))) == 1
    assert world.query(Application).count() == 1


def test_starting_is_refused_out_of_time_and_without_a_confirmed_address(world: Session) -> None:
    intake, ada = make_intake(), acting_as(make_person("Ada"))
    with pytest.raises(NotAllowed, match="confirm your mail address"):
        start(intake, actor=acting_as(make_person("Ben", confirmed=False)))
    with (
        clock.frozen(intake.start_cutoff_at + timedelta(seconds=1)),
        pytest.raises(NotAllowed, match="until Sun 29 Nov"),
    ):
        start(intake, actor=ada)
    assert world.query(Application).count() == 0


def test_a_withdrawn_application_is_not_begun_again_silently(world: Session) -> None:
    withdrawn = make_application(state=S.WITHDRAWN, number="2026-0007")
    with pytest.raises(AlreadyWithdrawn, match="2026-0007"):
        start(withdrawn.intake, actor=acting_as(withdrawn.applicant))


def test_choices_are_kept_and_only_what_is_offered_can_be_chosen(world: Session) -> None:
    draft = make_draft()
    actor, programme = acting_as(draft.applicant), draft.intake.programme
    production, thesis = programme.concentrations[0].id, programme.tracks[0].id
    choose(draft, actor=actor, concentration_id=production, track_id=thesis)
    assert (draft.concentration_id, draft.track_id) == (production, thesis)
    other = make_intake().programme.concentrations[0].id
    with pytest.raises(Invalid) as refusal:
        choose(draft, actor=actor, concentration_id=other, track_id=thesis)
    assert list(refusal.value.fields) == ["concentration_id"]
    with transaction():
        programme.concentrations[1].active = False
    with pytest.raises(Invalid, match="not offered"):
        choose(draft, actor=actor, concentration_id=programme.concentrations[1].id, track_id=thesis)
    assert db.session.get_one(Application, draft.id).concentration_id == production


def test_an_applicant_sees_own_applications_and_what_else_is_open(world: Session) -> None:
    own, other = make_draft(), make_intake(title="Winter 2028")
    closed = make_intake(deadline=NOW - timedelta(days=1))
    actor = acting_as(own.applicant)
    assert [one.id for one in queries.applications_of(actor)] == [own.id]
    open_ids = [intake.id for intake in queries.intakes_to_start(actor, now=NOW)]
    assert open_ids == [other.id]
    assert closed.id not in open_ids
