"""Every actor at every address: who is not in the row learns nothing, changes nothing, and leaves no trace."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from portal.applications.states import ApplicationState
from portal.core.audit import AuditEntry
from portal.core.db import db
from portal.reviews.states import AssignmentState
from tests.architecture.access.matrix import LIBRARY, MATRIX, REVIEWER
from tests.architecture.access.world import ACTORS, World, make_world

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
METHODS = {"GET", "POST", "PUT", "PATCH", "DELETE"}
REFUSED = (401, 403, 404)


@pytest.fixture
def app(app: Flask) -> Flask:
    # Forged forms are refused before anybody is asked who they are; here the question is who they are.
    app.config["WTF_CSRF_ENABLED"] = False
    return app


def rules(app: Flask) -> list[Rule]:
    return [r for r in app.url_map.iter_rules() if r.endpoint not in LIBRARY and not r.endpoint.startswith("security.")]


def methods_of(rule: Rule) -> set[str]:
    """HEAD and OPTIONS count only where a view answers them itself."""
    own = (rule.methods or set()) & METHODS
    return own or ((rule.methods or set()) & {"HEAD"}) or {"OPTIONS"}


@dataclass
class House:
    """The portal with a world in it that can be put back as it was."""

    app: Flask
    world: World
    database: Path

    def keep(self) -> None:
        self._close()
        shutil.copyfile(self.database, self._kept)

    def put_back(self) -> None:
        self._close()
        for leftover in ("-wal", "-shm"):
            Path(f"{self.database}{leftover}").unlink(missing_ok=True)
        shutil.copyfile(self._kept, self.database)

    def ask(self, actor: str, method: str, rule: Rule) -> TestResponse:
        client = self.app.test_client()
        if actor != "visitor":
            with client.session_transaction() as session:
                session["_user_id"], session["_fresh"] = self.world.sessions[actor], True
        with self.app.test_request_context():
            values = {name: self.world.arguments[name] for name in rule.arguments}
            url = self.app.url_map.bind("localhost").build(rule.endpoint, values)
        return client.open(url, method=method, headers={"Tus-Resumable": "1.0.0"}, buffered=True)

    def deeds(self) -> int:
        with self.app.app_context():
            return db.session.scalar(sa.select(sa.func.count()).select_from(AuditEntry)) or 0

    @property
    def _kept(self) -> Path:
        return self.database.with_suffix(".kept")

    def _close(self) -> None:
        with self.app.app_context():
            with db.engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            db.engine.dispose()


@pytest.fixture
def build_house(app: Flask) -> Callable[..., House]:
    def build(state: ApplicationState, **more: AssignmentState) -> House:
        with app.app_context():
            world = make_world(state, **more)
            path = Path(str(db.engine.url.database))
        house = House(app, world, path)
        house.keep()
        return house

    return build


def test_every_address_has_a_row_and_every_row_an_address(app: Flask) -> None:
    found: dict[str, set[str]] = {}
    for rule in rules(app):
        found.setdefault(rule.endpoint, set()).update(methods_of(rule))

    assert found == {endpoint: set(row) for endpoint, row in MATRIX.items()}


def test_every_view_names_its_policy(app: Flask) -> None:
    unnamed = [r.endpoint for r in rules(app) if not hasattr(app.view_functions[r.endpoint], "access_policy")]

    assert unnamed == []


@pytest.mark.parametrize("part", ["public", "applicant", "tus", "faculty", "admin", "status"])
def test_nobody_else_gets_in(app: Flask, build_house: Callable[..., House], part: str) -> None:
    house = build_house(ApplicationState.UNDER_REVIEW)
    wrong: list[str] = []
    for rule in rules(app):
        if not rule.endpoint.startswith(f"{part}."):
            continue
        for method in methods_of(rule):
            allowed = MATRIX[rule.endpoint][method]
            before = house.deeds()
            for actor in ACTORS:
                if actor not in allowed:
                    wrong += _kept_out(house.ask(actor, method, rule), actor, method, rule)
            assert house.deeds() == before, f"{method} {rule} was refused and left a trace"
            for actor in allowed:
                wrong += _let_in(house.ask(actor, method, rule), actor, method, rule)
                if method not in ("GET", "HEAD", "OPTIONS"):
                    house.put_back()

    assert "\n".join(wrong) == ""


@pytest.mark.parametrize(
    ("application", "assignment", "open_to_clara"),
    [
        (ApplicationState.UNDER_REVIEW, AssignmentState.IN_PROGRESS, True),
        (ApplicationState.UNDER_REVIEW, AssignmentState.SUBMITTED, True),
        (ApplicationState.RELEASED, AssignmentState.SUBMITTED, True),
        (ApplicationState.UNDER_REVIEW, AssignmentState.RECUSED, False),
        (ApplicationState.UNDER_REVIEW, AssignmentState.REVOKED, False),
        (ApplicationState.DRAFT, AssignmentState.ASSIGNED, False),
        (ApplicationState.WITHDRAWN, AssignmentState.SUBMITTED, False),
    ],
)
def test_a_reviewer_s_door_closes_with_the_state_of_things(
    app: Flask,
    build_house: Callable[..., House],
    application: ApplicationState,
    assignment: AssignmentState,
    open_to_clara: bool,
) -> None:
    house = build_house(application, clara=assignment)
    wrong: list[str] = []
    for rule in rules(app):
        for method in methods_of(rule):
            if MATRIX[rule.endpoint][method] != REVIEWER or rule.endpoint == "faculty.declare_conflict":
                continue
            look = _let_in if open_to_clara and method == "GET" else _kept_out if not open_to_clara else None
            if look is not None:
                wrong += look(house.ask("clara", method, rule), "clara", method, rule)

    assert "\n".join(wrong) == ""


@pytest.mark.parametrize("state", list(ApplicationState))
def test_whatever_became_of_it_an_application_is_its_owner_s_alone(
    app: Flask, build_house: Callable[..., House], state: ApplicationState
) -> None:
    house = build_house(state)
    wrong: list[str] = []
    for rule in rules(app):
        if not rule.endpoint.startswith(("applicant.", "tus.")):
            continue
        for method in methods_of(rule):
            for actor in ("ben", "dan", "heidi"):
                if actor not in MATRIX[rule.endpoint][method]:
                    wrong += _kept_out(house.ask(actor, method, rule), actor, method, rule)

    assert "\n".join(wrong) == ""


def _kept_out(answer: TestResponse, actor: str, method: str, rule: Rule) -> Iterator[str]:
    to_sign_in = answer.status_code == 302 and "/login" in answer.headers.get("Location", "")
    if answer.status_code in REFUSED and (actor == "visitor" or not rule.arguments or answer.status_code == 404):
        return
    if actor == "visitor" and to_sign_in:
        return
    if actor == "uma" and answer.status_code == 403 and "confirm" in answer.text.lower():
        return  # what is public may be named to her; she is told what to do
    yield f"{actor} got {answer.status_code} from {method} {rule}"


def _let_in(answer: TestResponse, actor: str, method: str, rule: Rule) -> Iterator[str]:
    """In is in, also where an empty form, a missing file or the state of things is then refused in words."""
    to_sign_in = answer.status_code == 302 and "/login" in answer.headers.get("Location", "")
    closed = "We could not find that page" in answer.text if method != "HEAD" else False
    if to_sign_in or answer.status_code >= 500 or (answer.status_code == 404 and closed):
        yield f"{actor} was refused ({answer.status_code}) by {method} {rule}"
