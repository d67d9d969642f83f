"""What the other parts of the house read from here."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from portal.accounts.states import StaffRole
from portal.core.db import db, transaction
from portal.programmes import queries
from portal.programmes.models import Intake
from portal.programmes.states import IntakeState
from tests.factories import programmes as make
from tests.integration.programmes.conftest import House


def test_slots_of_everybody_and_of_the_concentration_in_order_without_archived_ones(house: House) -> None:
    with transaction():
        acoustics = make.make_concentration(house.programme, "Acoustics")
        technical = make.make_concentration(house.programme, "Technical")
        measured = make.make_slot(house.intake, "Measurement", concentration_id=acoustics.id)
        make.make_slot(house.intake, "Circuit", concentration_id=technical.id)
        make.make_slot(house.intake, "Old", archived_at=make.DURING)
        first = make.make_slot(house.intake, "First", position=-1)
    own = queries.slots_for(house.intake, concentration_id=acoustics.id)
    assert [slot.id for slot in own] == [first.id, house.slot.id, measured.id]
    assert [slot.title for slot in queries.slots_for(house.intake, concentration_id=None)] == [
        "First",
        "Sample recording",
    ]
    assert [slot.title for slot in queries.all_slots(house.intake, archived=True)] == ["Old"]


def test_the_newest_rules_count(house: House) -> None:
    with transaction():
        newest = make.make_rule_set(house.slot, make.SAMPLE_RULES[:1], version=2)
        empty = make.make_slot(house.intake)
    assert queries.current_rule_set(house.slot.id) == newest
    assert queries.current_rule_set(empty.id) is None
    assert queries.current_rule_sets([house.slot.id, empty.id]) == {house.slot.id: newest}
    assert [rules.version for rules in queries.rule_sets_of(house.slot.id)] == [2, 1]


def test_a_concentrations_own_rubric_comes_before_the_general_one(house: House) -> None:
    with transaction():
        acoustics = make.make_concentration(house.programme, "Acoustics")
        technical = make.make_concentration(house.programme, "Technical")
        general = make.make_rubric(house.intake, version=2, titles=("General",))
        make.make_rubric(house.intake, concentration=acoustics, titles=("First",))
        own = make.make_rubric(house.intake, version=2, concentration=acoustics, titles=("Second", "Third"))
    assert queries.rubric_for(house.intake, concentration_id=acoustics.id) == own
    assert [criterion.title for criterion in own.criteria] == ["Second", "Third"]
    assert queries.rubric_for(house.intake, concentration_id=technical.id) == general
    assert queries.rubric_for(house.intake, concentration_id=None) == general
    with transaction():
        bare = make.make_intake(house.programme)
    assert queries.rubric_for(bare, concentration_id=acoustics.id) is None


def test_the_public_list_shows_what_is_open_first_and_no_drafts(house: House) -> None:
    with transaction():
        make.make_intake(house.other, deadline=make.DURING - timedelta(days=90))
        hidden = make.make_programme(title="A draft")
        make.make_intake(hidden, state=IntakeState.DRAFT)
        make.make_programme(title="Without an intake")
    shown = queries.published_programmes(now=make.DURING)
    assert [one.programme.title for one in shown] == ["Music Production", "Sound Design"]
    assert shown[0].intake == house.intake


@pytest.mark.parametrize("programmes", [2, 12])
def test_the_public_list_takes_as_many_queries_for_many_programmes_as_for_few(house: House, programmes: int) -> None:
    with transaction():
        for _ in range(programmes):
            make.make_concentration(more := make.make_programme())
            make.make_intake(more)
    statements: list[str] = []

    def count(*event: object) -> None:
        statements.append(str(event[2]))

    sa.event.listen(db.engine, "before_cursor_execute", count)
    try:
        shown = queries.published_programmes(now=make.DURING)
        assert sum(len(one.programme.concentrations) for one in shown) == programmes
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", count)
    assert len([statement for statement in statements if statement.startswith("SELECT")]) == 3


def test_the_page_is_about_the_open_intake_then_the_next_then_the_last(house: House) -> None:
    with transaction():
        last = make.make_intake(house.other, deadline=make.DURING - timedelta(days=400), title="2025")
        following = make.make_intake(house.other, deadline=make.DURING + timedelta(days=400), title="2027")
        make.make_intake(house.other, deadline=make.DURING + timedelta(days=70), title="Draft", state=IntakeState.DRAFT)

    def shown_at(days: int) -> Intake | None:
        return queries.shown_intake(house.other, now=make.DURING + timedelta(days=days))

    assert shown_at(-420) == last
    assert shown_at(0) == following
    assert shown_at(390) == following
    assert shown_at(500) == following
    assert queries.open_intakes(house.other.id, now=make.DURING) == []
    assert queries.open_intakes(house.programme.id, now=make.DURING) == [house.intake]


def test_lists_of_staff_hold_only_their_programmes(house: House) -> None:
    with transaction():
        elsewhere = make.make_intake(house.other)
    assert list(queries.programmes_edited_by(house.acting("grace"))) == [house.programme]
    assert list(queries.programmes_edited_by(house.acting("heidi"))) == [house.other]
    assert list(queries.programmes_edited_by(house.acting("frank"))) == []
    assert len(queries.programmes_edited_by(house.acting("stella"))) == 2
    chairs = queries.intakes_for(house.acting("frank"), StaffRole.CHAIR, StaffRole.ADMIN)
    assert list(chairs) == [house.intake]
    assert list(queries.intakes_for(house.acting("heidi"), StaffRole.ADMIN)) == [elsewhere]
    assert list(queries.intakes_for(house.acting("stella"), StaffRole.ADMIN)) == []
