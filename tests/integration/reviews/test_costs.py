"""A page costs the same number of queries however much stands on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portal.applications.models import Application
from portal.core.db import db
from portal.reviews.models import Assignment
from portal.reviews.service.moments import add_moment
from tests.factories.applications import add_block, add_file, add_recording
from tests.factories.cast import make_person
from tests.factories.reviews import Panel, make_assignment, make_panel, make_submitted
from tests.services.page import sign_in, visit


@pytest.fixture
def panel(session: Session) -> Panel:
    return make_panel()


@contextmanager
def counted() -> Iterator[list[str]]:
    statements: list[str] = []

    def note(*arguments: object) -> None:
        statements.append(str(arguments[2]))

    sa.event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", note)


def cost_of(client: FlaskClient, address: str) -> int:
    visit(client, address)
    with counted() as statements:
        visit(client, address)
    return len(statements)


def same_cost(client: FlaskClient, address: str, more: Callable[[], None], *, at_most: int) -> None:
    before = cost_of(client, address)
    more()
    assert cost_of(client, address) == before <= at_most


def test_the_queue(panel: Panel, client: FlaskClient) -> None:
    make_assignment(panel)
    sign_in(client, panel.person("Clara"))

    def more() -> None:
        for n in range(29):
            make_assignment(panel, application_id=make_submitted(panel, make_person(f"Person {n}")))

    same_cost(client, "/review/", more, at_most=6)


def test_the_listening_room(panel: Panel, client: FlaskClient) -> None:
    task = make_assignment(panel)
    add_moment(task, actor=panel.actor("Clara"), recording=1, start_s=1.0, end_s=None, text="Hum")
    sign_in(client, panel.person("Clara"))

    def more() -> None:
        application = db.session.get_one(Application, db.session.get_one(Assignment, task).application_id)
        for n in range(5):
            add_block(add_file(add_recording(application, application.intake.slots[0], title=f"Take {n}")))
            add_moment(task, actor=panel.actor("Clara"), recording=n + 1, start_s=2.0, end_s=3.0, text="Click")

    same_cost(client, f"/review/{task}", more, at_most=20)


def test_the_page_of_assignments(panel: Panel, client: FlaskClient) -> None:
    make_assignment(panel)
    sign_in(client, panel.person("Frank"))

    def more() -> None:
        for n in range(12):
            application_id = make_submitted(panel, make_person(f"Person {n}"))
            for name in ("Clara", "Dan"):
                make_assignment(panel, name, application_id=application_id)

    same_cost(client, f"/admin/intakes/{panel.intake_id}/assignments", more, at_most=10)
