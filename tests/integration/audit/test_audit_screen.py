"""Who did what: complete, readable, for the administrators of the programme alone."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from portal.accounts.models import Person
from portal.applications.models import Application
from portal.applications.queries import placed_gate
from portal.applications.service.gates import set_gate
from portal.applications.states import GateState
from portal.core import audit, clock
from portal.core.db import db, transaction
from portal.core.paging import PAGE_SIZE
from portal.decisions.queries.history import Asked, Deed, deeds_about, deeds_in
from portal.programmes.models import Programme
from tests.factories.decisions import School, make_application, make_school
from tests.services.page import sign_in, visit


@pytest.fixture
def school(session: Session) -> School:
    return make_school()


def judge(school: School, application_id: str, state: GateState, reason: str = "") -> None:
    placed = placed_gate(application_id, school.gate_ids[0])
    assert placed is not None
    set_gate(placed, actor=school.grace, state=state, reason=reason)


def found(school: School, **asked: object) -> list[Deed]:
    db.session.rollback()
    programme = db.session.get_one(Programme, school.programme_id)
    return list(deeds_in(programme, Asked(**asked)).rows)  # type: ignore[arg-type]


def test_before_and_after_stand_side_by_side(school: School) -> None:
    ada = make_application(school, gates=(GateState.UNKNOWN,))

    judge(school, ada, GateState.FAILED, "No degree.")

    (deed,) = found(school)
    assert (deed.entry.action, deed.entry.actor_name, deed.entry.reason) == ("gate.judge", "Grace Abara", "No degree.")
    assert ("state", "unknown", "failed") in deed.changes
    assert ("gate", "Bachelor's degree", "Bachelor's degree") in deed.changes
    assert not [name for name, _, _ in deed.changes if name == "reason"], "the reason stands once"
    assert [one.entry.id for one in deeds_about(db.session.get_one(Application, ada))] == [deed.entry.id]


def test_what_belongs_to_an_application_of_the_programme_is_in_it_and_nothing_else(school: School) -> None:
    other = make_school()
    ada, elsewhere = make_application(school, number="A1"), make_application(other)
    with transaction():
        for application_id in (ada, elsewhere):
            row = db.session.get_one(Application, application_id)
            audit.record("recording.check", row, application_id=application_id)
        audit.record("site.change", db.session.get_one(Application, ada))

    assert [(deed.entry.action, deed.number) for deed in found(school)] == [("recording.check", "A1")]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, ["A1", "B2"]),
        ({"number": "a"}, ["A1"]),
        ({"person": "grace"}, ["A1", "B2"]),
        ({"person": "frank"}, []),
        ({"action": "gate.judge"}, ["A1", "B2"]),
        ({"action": "gate"}, []),
        ({"number": "%"}, []),
    ],
)
def test_find(school: School, asked: dict[str, str], expected: list[str]) -> None:
    for number in ("A1", "B2"):
        judge(school, make_application(school, number=number), GateState.PASSED)

    assert sorted(deed.number or "" for deed in found(school, **asked)) == expected


def test_days_are_those_of_the_zone_and_both_ends_count(school: School) -> None:
    # 23:30 on the 21st and 00:30 on the 22nd in New York.
    for number, moment in (("A1", "2026-11-22T04:30:00+00:00"), ("B2", "2026-11-22T05:30:00+00:00")):
        with clock.frozen(datetime.fromisoformat(moment)):
            judge(school, make_application(school, number=number), GateState.PASSED)
    day = datetime.fromisoformat("2026-11-22").date()
    zone = "America/New_York"

    assert [deed.number for deed in found(school, since=day, zone=zone)] == ["B2"]
    assert [deed.number for deed in found(school, until=day - timedelta(days=1), zone=zone)] == ["A1"]
    assert len(found(school, since=day - timedelta(days=1), until=day, zone=zone)) == 2


def test_pages_follow_each_other_without_gap(school: School) -> None:
    ada = make_application(school)
    for _ in range(PAGE_SIZE + 2):
        judge(school, ada, GateState.PASSED)
    programme = db.session.get_one(Programme, school.programme_id)

    first = deeds_in(programme, Asked())
    second = deeds_in(programme, Asked(before=int(first.next_key or 0)))

    ids = [deed.entry.id for deed in (*first.rows, *second.rows)]
    assert (len(ids), second.next_key) == (PAGE_SIZE + 2, None)
    assert ids == sorted(ids, reverse=True)


def test_one_query_for_any_number(school: School) -> None:
    ada = make_application(school)
    judge(school, ada, GateState.PASSED)
    judge(school, ada, GateState.WAIVED, "Known to us.")
    programme = db.session.get_one(Programme, school.programme_id)
    statements: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    sa.event.listen(db.engine, "before_cursor_execute", note)
    try:
        assert len(deeds_in(programme, Asked()).rows) == 2
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", note)
    assert len([s for s in statements if s.startswith("SELECT")]) == 1


def test_the_page(app: Flask) -> None:
    with app.app_context():
        school = make_school()
        ada = make_application(school, number="A1", gates=(GateState.UNKNOWN,))
        judge(school, ada, GateState.FAILED, "No degree.")
        people = {
            name: db.session.get_one(Person, getattr(school, name).person_id) for name in ("grace", "frank", "heidi")
        }
        browsers = {name: app.test_client() for name in people}
        for name, person in people.items():
            sign_in(browsers[name], person)
    address = f"/admin/audit/{school.programme_id}"

    page = visit(browsers["grace"], address)
    assert "Grace Abara judged a requirement A1" in page.words
    assert "state unknown failed" in page.words
    assert "“No degree.”" in page.words
    assert f"/admin/applications/{ada}" in page.links
    assert "Nothing fits" in visit(browsers["grace"], f"{address}?number=Z9").words
    assert "yesterday is not a date" in visit(browsers["grace"], f"{address}?since=yesterday").words
    assert visit(browsers["grace"], "/admin/audit").words == page.words
    for name in ("frank", "heidi"):
        visit(browsers[name], address, status=404)
