"""The table that a committee works from: right order, honest gaps, the same cost for one application and for thirty."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.applications.states import ApplicationState, GateState
from portal.checks.evaluate import Verdict
from portal.core.db import db, transaction
from portal.core.paging import PAGE_SIZE
from portal.decisions.queries.table import ANY_STATE, UNDECIDED, Row, Sort, Table, Wanted, table
from portal.decisions.queries.waiting import intake_cards
from portal.decisions.service.confirming import confirm
from portal.decisions.service.drafting import Proposal, draft
from portal.decisions.states import OutcomeKind
from portal.recordings.states import Processing
from portal.reviews.states import AssignmentState
from tests.factories.decisions import School, make_application, make_recording, make_review, make_school


@pytest.fixture
def school(session: Session) -> School:
    return make_school()


def shown(school: School, **wanted: object) -> Table:
    db.session.rollback()
    return table(school.intake_id, Wanted(**wanted))  # type: ignore[arg-type]


def names(found: Table) -> list[str]:
    return [row.name.split()[0] for row in found.page.rows]


def row(found: Table, name: str) -> Row:
    return next(row for row in found.page.rows if row.name.startswith(name))


@contextmanager
def counted() -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    sa.event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", note)


def test_best_first_with_all_that_a_committee_asks_for(school: School) -> None:
    make_application(school, "Ben Low", scores=[40.0, 50.0], gates=(GateState.FAILED,) * 4, verdict=Verdict.REMARKS)
    make_application(school, "Ada High", scores=[70.0, 90.0, 95.0])
    make_application(school, "Cai New", state=ApplicationState.DRAFT, gates=())
    make_application(school, "Dia Unheard", gates=(GateState.PASSED,), processing=Processing.CHECKING, verdict=None)

    found = shown(school)

    assert names(found) == ["Ada", "Ben", "Dia"]
    assert found.not_sent == 1, "a draft is counted and not shown"
    assert set(names(shown(school, state=ANY_STATE))[2:]) == {"Cai", "Dia"}
    ada, ben, dia = row(found, "Ada"), row(found, "Ben"), row(found, "Dia")
    assert (ada.place.rank, ada.place.summary.n, ada.place.summary.median, ada.place.summary.spread) == (1, 3, 90, 25)
    assert ada.place.summary.mean == pytest.approx(85.0)
    assert (ada.gates, ben.gates, dia.gates) == (GateState.PASSED, GateState.FAILED, GateState.UNKNOWN)
    assert (ada.recordings, ben.recordings, dia.recordings) == ("clean", "remarks", "checking")
    assert (dia.place.rank, dia.place.summary.mean) == (None, None)
    assert ada.concentration == "Production"


def test_only_submitted_reviews_count(school: School) -> None:
    ada = make_application(school, "Ada", scores=[60.0])
    with transaction():
        make_review(school, ada, school.reviewer_ids[1], 10.0, state=AssignmentState.IN_PROGRESS)
        make_review(school, ada, school.reviewer_ids[2], 10.0, state=AssignmentState.RECUSED)

    summary = row(shown(school), "Ada").place.summary

    assert (summary.n, summary.mean) == (1, 60.0)


def test_an_application_is_as_good_as_its_worst_recording(school: School) -> None:
    ada = make_application(school, "Ada")
    with transaction():
        version_id = make_recording(
            school,
            ada,
            verdict=Verdict.BLOCKED,
            findings=[{"check_key": "peak.true_peak", "state": "fail", "severity": "block", "effect": "block"}],
        )
    assert row(shown(school), "Ada").recordings == "blocked"

    from portal.recordings.queries import version
    from portal.recordings.service.waiving import waive

    waive(version(version_id), check_key="peak.true_peak", reason="The mix is meant like that.", actor=school.grace)  # type: ignore[arg-type]

    assert row(shown(school), "Ada").recordings == "remarks"


def test_equal_means_are_told_to_be_equal(school: School) -> None:
    for name in ("Ada", "Ben"):
        make_application(school, name, scores=[70.0])
    make_application(school, "Cai", scores=[60.0])

    found = shown(school)

    assert [(r.place.rank, r.place.tied) for r in found.page.rows] == [(1, True), (1, True), (3, False)]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({"text": "lov"}, ["Ada"]),
        ({"text": "b-77"}, ["Ben"]),
        ({"text": "100%"}, []),
        ({"state": "draft"}, ["Cai"]),
        ({"gates": "failed"}, ["Ben"]),
        ({"decision": "drafted"}, ["Ada"]),
        ({"decision": "deny"}, ["Ada"]),
        ({"decision": UNDECIDED, "sort": Sort.NAME}, ["Ben", "Cai"]),
        ({"sort": Sort.NAME, "descending": True}, ["Cai", "Ben", "Ada"]),
        ({"sort": Sort.SPREAD, "descending": True}, ["Ben", "Ada", "Cai"]),
        ({"sort": Sort.SPREAD}, ["Ada", "Ben", "Cai"]),
        ({"sort": Sort.REVIEWS}, ["Cai", "Ada", "Ben"]),
    ],
)
def test_find_and_sort(school: School, wanted: dict[str, object], expected: list[str]) -> None:
    ada = make_application(school, "Ada Lovelace", scores=[70.0, 75.0])
    make_application(school, "Ben Britten", number="B-77", scores=[50.0, 80.0, 60.0], gates=(GateState.FAILED,))
    make_application(school, "Cai Li", state=ApplicationState.DRAFT)
    decide(school, ada)

    assert names(shown(school, **{"state": ANY_STATE, **wanted})) == expected


def decide(school: School, application_id: str) -> None:
    from portal.applications.models import Application

    application = db.session.get_one(Application, application_id)
    draft(application, actor=school.grace, proposal=Proposal(OutcomeKind.DENY, "No."))


def test_another_intake_is_not_in_it(school: School) -> None:
    make_application(make_school(), "Elsewhere", scores=[99.0])

    assert shown(school) == Table(page=shown(school).page, found=0, not_sent=0)


def test_pages_follow_each_other_without_gap(school: School) -> None:
    for i in range(PAGE_SIZE + 3):
        make_application(school, f"Person{i:02d}")

    first = shown(school, sort=Sort.NAME)
    second = shown(school, sort=Sort.NAME, after=first.page.next_key)

    assert first.found == PAGE_SIZE + 3
    assert names(first) + names(second) == [f"Person{i:02d}" for i in range(PAGE_SIZE + 3)]
    assert second.page.next_key is None


def test_thirty_cost_as_many_queries_as_one(school: School) -> None:
    def queries() -> int:
        db.session.rollback()
        with counted() as statements:
            shown(school)
        return len([s for s in statements if s.startswith("SELECT")])

    make_application(school, "Ada", scores=[70.0])
    one = queries()
    for i in range(29):
        decide(school, make_application(school, f"Person{i}", scores=[50.0, 60.0]))

    assert queries() == one
    assert one <= 9


def test_the_start_page_counts_what_waits_for_me(school: School) -> None:
    ada = make_application(school, "Ada")
    make_application(school, "Ben", gates=(GateState.PASSED,), processing=Processing.NEEDS_STAFF, verdict=None)
    make_application(school, "Cai", gates=(GateState.UNKNOWN,) * 4, state=ApplicationState.DRAFT)
    decide(school, ada)

    (frank,), (grace,) = intake_cards(school.frank), intake_cards(school.grace)

    assert (frank.needs_staff, frank.gates_unknown, frank.to_confirm, frank.to_release) == (1, 1, 1, 0)
    assert grace.to_confirm == 0, "one's own draft waits for somebody else"
    assert frank.by_state == {ApplicationState.UNDER_REVIEW: 2, ApplicationState.DRAFT: 1}
    assert [card.intake.id for card in intake_cards(school.heidi)] == []

    from portal.decisions.queries.decisions import living

    confirm(living(ada), actor=school.frank)  # type: ignore[arg-type]
    (card,) = intake_cards(school.gina)
    assert (card.to_confirm, card.to_release) == (0, 1)
