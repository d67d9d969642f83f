"""PostgreSQL is restarted while people send, look and wait: nobody is told a lie, and everything goes on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from portal.core.db import db
from portal.core.schema import upgrade
from portal.recordings.service import checking
from portal.recordings.states import Processing
from portal.stack.postgres import NoPostgres, Postgres, throwaway_postgres
from portal.stack.process import wait_until_ready
from portal.web.errors import AWAY
from tests.factories.sounds import long_flac, tone, wav
from tests.services.lacking import lacking
from tests.services.page import Page
from tests.services.processes import until
from tests.services.running import RunningPortal, running
from tests.stack.drills.conftest import looking_inside
from tests.stack.drills.story import (
    an_open_application,
    assert_arrived,
    assert_checked_once,
    its_lease_runs_out,
    put_in,
    sender_for,
    state_of,
    until_checked,
)

SOUND = wav(tone(6.0))


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    """One of its own: the others' tests should not notice."""
    try:
        with throwaway_postgres() as found:
            upgrade(found.url())
            yield found
    except NoPostgres as why:
        lacking("PostgreSQL", remedy=str(why))


@pytest.fixture(scope="module")
def portal(server: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPortal]:
    with running(Path(tmp_path_factory.mktemp("portal")) / "state", server.url()) as found:
        found.start("broker", "web", "checks")
        yield found


@pytest.fixture
def inside(portal: RunningPortal) -> Iterator[Flask]:
    yield from looking_inside(portal)


def start_again(server: Postgres) -> None:
    server.child.start()
    wait_until_ready(server.child, server.is_ready, within_s=30)


def test_the_database_is_restarted_under_everybody(inside: Flask, portal: RunningPortal, server: Postgres) -> None:
    sending, waiting = an_open_application()
    sender = sender_for(inside, portal, sending, SOUND)
    page_address = f"/apply/recordings/{sending.id}"
    assert sender.begin(sending.id).status == 201
    assert sender.send(200_000).status == 204
    listened = put_in(waiting, long_flac(900), name="long.flac")
    until(lambda: state_of(listened) is Processing.CHECKING, story=lambda: portal.log_of("checks"))

    db.session.remove()
    server.child.stop(grace_s=10)
    page = sender.ask("GET", page_address)
    assert page.status == 503
    assert AWAY in Page(page.text).words
    assert page.headers["Retry-After"]
    piece = sender.send(100_000)
    assert (piece.status, piece.text.strip()) == (503, AWAY)
    assert sender.ask("GET", "/healthz").status == 503
    start_again(server)

    assert sender.look() == 200_000
    assert sender.send().status == 204, "the pool has dropped its dead connections"
    assert "night bus.wav" in Page(sender.ask("GET", page_address).text).words
    arrived = assert_arrived(sender)
    until_checked(arrived, story=lambda: portal.log_of("checks"))
    if state_of(listened) is not Processing.CHECKED:
        its_lease_runs_out(listened)
        checking.requeue_stuck()
    until_checked(listened, story=lambda: portal.log_of("checks"))
    assert_checked_once(arrived, listened)
