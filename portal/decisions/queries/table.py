"""The applications of an intake as one table: found, sorted, and cut to a page. Nine queries, however many there are.

Order and filters need one light row of every application, the details are read for the fifty that are shown.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from portal.accounts.models import Person
from portal.applications.models import Application
from portal.applications.states import ApplicationState, GateState
from portal.core.db import db
from portal.core.paging import PAGE_SIZE, Page, page_of
from portal.decisions.models import Decision
from portal.decisions.queries.gates import counts_in
from portal.decisions.queries.standing import ranking_of, worst_of
from portal.decisions.states import DecisionState
from portal.panel.ranking import NO_SCORES, Place
from portal.programmes.models import Concentration

UNDECIDED = "undecided"
ANY_STATE = "any"
_NOT_SENT = (ApplicationState.DRAFT, ApplicationState.WITHDRAWN)


class Sort(StrEnum):
    RANK = "rank"
    NUMBER = "number"
    NAME = "name"
    MEDIAN = "median"
    SPREAD = "spread"
    REVIEWS = "reviews"


@dataclass(frozen=True)
class Wanted:
    """What somebody wants to see; an empty word asks for everything, an empty `state` for all that were sent in."""

    text: str = ""
    state: str = ""
    concentration_id: str = ""
    gates: str = ""
    decision: str = ""
    sort: Sort = Sort.RANK
    descending: bool = False
    after: str = ""


@dataclass(frozen=True)
class Row:
    """One application. `recordings` is a verdict or processing state in the words of `standing.worst_of`, or None."""

    id: str
    number: str
    name: str
    concentration: str | None
    state: ApplicationState
    gates: GateState
    decision: Decision | None
    place: Place
    recordings: str | None = None


@dataclass(frozen=True)
class Table:
    """`not_sent`: how many drafts and withdrawn ones fit as well and are left out."""

    page: Page[Row]
    found: int
    not_sent: int


def table(intake_id: str, wanted: Wanted) -> Table:
    """The applications that are wanted, in the wanted order, one page of them."""
    places = {place.key: (position, place) for position, place in enumerate(ranking_of(intake_id))}
    gates = counts_in(intake_id)
    decisions = _living_in(intake_id)
    rows = [
        Row(
            id=key,
            number=number,
            name=name,
            concentration=concentration,
            state=state,
            gates=gates[key].overall,
            decision=decisions.get(key),
            place=places[key][1] if key in places else Place(key=key, summary=NO_SCORES, rank=None),
        )
        for key, number, name, concentration, state in _light_rows(intake_id, wanted)
    ]
    rows = [row for row in rows if _is_wanted(row, wanted)]
    shown = [row for row in rows if wanted.state or row.state not in _NOT_SENT]
    last = len(places)
    ordered = _sorted(shown, wanted, position=lambda row: places[row.id][0] if row.id in places else last)
    start = next((i + 1 for i, row in enumerate(ordered) if row.id == wanted.after), 0)
    page = page_of(ordered[start : start + PAGE_SIZE + 1], key=lambda row: row.id)
    return Table(
        page=Page(rows=_with_recordings(page.rows), next_key=page.next_key),
        found=len(ordered),
        not_sent=len(rows) - len(shown),
    )


def _light_rows(intake_id: str, wanted: Wanted) -> Sequence[Any]:
    statement = (
        sa.select(Application.id, Application.number, Person.full_name, Concentration.title, Application.state)
        .join(Person, Person.id == Application.applicant_id)
        .outerjoin(Concentration, Concentration.id == Application.concentration_id)
        .where(Application.intake_id == intake_id)
    )
    if wanted.state and wanted.state != ANY_STATE:
        statement = statement.where(Application.state == ApplicationState(wanted.state))
    if wanted.concentration_id:
        statement = statement.where(Application.concentration_id == wanted.concentration_id)
    if wanted.text:
        statement = statement.where(
            sa.or_(
                Application.number.icontains(wanted.text, autoescape=True),
                Person.full_name.icontains(wanted.text, autoescape=True),
            )
        )
    return db.session.execute(statement).all()


def _living_in(intake_id: str) -> dict[str, Decision]:
    rows = db.session.scalars(
        sa.select(Decision)
        .join(Application, Application.id == Decision.application_id)
        .where(Application.intake_id == intake_id, Decision.state != DecisionState.DISCARDED)
    )
    return {decision.application_id: decision for decision in rows}


def _is_wanted(row: Row, wanted: Wanted) -> bool:
    if wanted.gates and row.gates.value != wanted.gates:
        return False
    if wanted.decision == UNDECIDED:
        return row.decision is None
    if not wanted.decision:
        return True
    decision = row.decision
    return decision is not None and wanted.decision in (decision.state.value, decision.outcome.value)


def _sorted(rows: list[Row], wanted: Wanted, *, position: Callable[[Row], int]) -> list[Row]:
    """In the wanted order. What has no value stands last in both directions; equal ones stand as in the ranking."""
    rows = sorted(rows, key=position)
    value = SORT_VALUES[wanted.sort]
    known = sorted((row for row in rows if value(row) is not None), key=value, reverse=wanted.descending)
    return known + [row for row in rows if value(row) is None]


SORT_VALUES: dict[Sort, Callable[[Row], Any]] = {
    Sort.RANK: lambda row: row.place.rank,
    Sort.NUMBER: lambda row: row.number,
    Sort.NAME: lambda row: row.name.casefold(),
    Sort.MEDIAN: lambda row: row.place.summary.median,
    Sort.SPREAD: lambda row: row.place.summary.spread,
    Sort.REVIEWS: lambda row: row.place.summary.n,
}


def _with_recordings(rows: Sequence[Row]) -> list[Row]:
    words = worst_of([row.id for row in rows])
    return [Row(**{**vars(row), "recordings": words.get(row.id)}) for row in rows]
