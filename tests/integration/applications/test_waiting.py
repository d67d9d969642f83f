"""What a person is told between sending a file and its result, and that asking again and again costs little."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portal.applications.models import Application
from portal.core import clock
from portal.core.db import db, transaction
from portal.recordings import waiting
from portal.recordings.models import FileVersion, Recording
from portal.recordings.service import checking
from portal.recordings.states import Processing
from tests.factories.applications import NOW, add_file, add_recording, make_application
from tests.factories.reports import make_report
from tests.integration.applications.browsing import signed_in_as
from tests.services.page import Page, visit


@pytest.fixture(autouse=True)
def read_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "FRESH_S", -1.0)


@pytest.fixture
def application(world: Session) -> Application:
    return make_application(filled=False)


@pytest.fixture
def browser(app: Flask, application: Application) -> FlaskClient:
    return signed_in_as(app, application.applicant)


@pytest.fixture
def counted(app: Flask, world: Session) -> Iterator[list[str]]:
    """Every statement that is sent to the database."""
    statements: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    sa.event.listen(db.engine, "before_cursor_execute", note)
    yield statements
    sa.event.remove(db.engine, "before_cursor_execute", note)


def a_recording(application: Application) -> Recording:
    return add_recording(application, application.intake.slots[0])


def queued(recording: Recording, *, minutes_ago: float) -> FileVersion:
    version = add_file(recording, state=Processing.RECEIVED)
    with transaction():
        version.queued_at = version.received_at = NOW - timedelta(minutes=minutes_ago)
    return version


def checked_every(seconds: float, *, times: int) -> None:
    """The last checks ended so far apart, up to now; their files had all waited for long."""
    heard = a_recording(make_application(filled=False))
    for number in range(times):
        version = add_file(heard, number=number + 1)
        with transaction():
            version.checked_at = NOW - timedelta(seconds=seconds * (times - number))


def sound_of(browser: FlaskClient, recording: Recording) -> Page:
    return visit(browser, f"/apply/recordings/{recording.id}/sound")


def test_place_and_time_are_said(application: Application, browser: FlaskClient) -> None:
    checked_every(20, times=6)
    others = make_application(filled=False)
    for minutes in (9, 8, 7):
        queued(a_recording(others), minutes_ago=minutes)
    mine = a_recording(application)
    queued(mine, minutes_ago=1)
    queued(a_recording(others), minutes_ago=0.5)

    page = sound_of(browser, mine)

    assert "3 recordings are before yours; it is checked in about 1 minute." in page.words
    assert "You need not wait here: a mail tells you" in page.words


def test_who_is_next_is_told_so_and_where_nothing_is_known_no_time_is_named(
    application: Application, browser: FlaskClient
) -> None:
    mine = a_recording(application)
    queued(mine, minutes_ago=0.1)

    assert "Yours is next. You need not" in sound_of(browser, mine).words


def test_the_bar_shows_how_much_was_heard(application: Application, browser: FlaskClient) -> None:
    mine = a_recording(application)
    version = queued(mine, minutes_ago=1)
    claim = checking.claim(version.id, generation=1)
    assert claim is not None
    assert checking.renew(claim, heard_percent=42)

    answer = browser.get(f"/apply/recordings/{mine.id}/sound")

    assert "42 % heard" in answer.text
    assert '<progress max="100" value="42"' in answer.text


def test_a_worker_that_went_silent_is_not_said_to_listen(application: Application, browser: FlaskClient) -> None:
    mine = a_recording(application)
    version = queued(mine, minutes_ago=1)
    assert checking.claim(version.id, generation=1) is not None

    with clock.frozen(NOW + checking.LEASE + timedelta(seconds=1)):
        words = sound_of(browser, mine).words

    assert "Something on our side stopped before we were through. It starts again by itself" in words


def test_when_nobody_listens_no_time_is_promised(application: Application, browser: FlaskClient) -> None:
    checked_every(20, times=6)
    mine = a_recording(application)
    queued(mine, minutes_ago=0.1)

    with clock.frozen(NOW + timedelta(minutes=10)):
        words = sound_of(browser, mine).words

    assert "The checks stand still at this moment. They go on by themselves" in words
    assert "about" not in words


def test_who_is_far_from_the_turn_asks_less_often_and_at_the_end_not_at_all(
    application: Application, browser: FlaskClient
) -> None:
    checked_every(20, times=6)
    others = make_application(filled=False)
    mine = a_recording(application)
    version = queued(mine, minutes_ago=1)
    assert 'hx-trigger="every 3s"' in browser.get(f"/apply/recordings/{mine.id}/sound").text

    for _ in range(30):
        queued(a_recording(others), minutes_ago=2)
    page = browser.get(f"/apply/recordings/{mine.id}/sound").text
    assert 'hx-trigger="every 60s"' in page
    assert "30 recordings are before yours" in page
    queued(a_recording(others), minutes_ago=2)
    assert "About 30 recordings are before yours" in browser.get(f"/apply/recordings/{mine.id}/sound").text

    claim = checking.claim(version.id, generation=1)
    assert claim is not None
    assert checking.record_report(claim, make_report(), waveform_key="")
    with transaction():
        db.session.get_one(FileVersion, version.id).copy_key = "copies/00/there"
    page = browser.get(f"/apply/recordings/{mine.id}/sound").text
    assert 'hx-trigger="every' not in page
    assert "<noscript>" not in page


def test_without_script_the_page_says_how_to_look_again(application: Application, browser: FlaskClient) -> None:
    mine = a_recording(application)
    queued(mine, minutes_ago=1)

    for address in (f"/apply/recordings/{mine.id}", f"/apply/{application.id}"):
        page = browser.get(address).text
        without_script = page.partition("<noscript>")[2].partition("</noscript>")[0]
        assert f'href="{address}' in without_script
        assert "Look again" in without_script


@pytest.mark.parametrize("part", ["sound", "recordings"])
def test_asking_again_costs_one_query_and_no_page(
    application: Application, browser: FlaskClient, counted: list[str], part: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "FRESH_S", 60.0)
    mine = a_recording(application)
    queued(mine, minutes_ago=1)
    address = f"/apply/recordings/{mine.id}/sound" if part == "sound" else f"/apply/{application.id}/recordings"
    first = browser.get(address)
    counted.clear()

    again = browser.get(address, headers={"If-None-Match": first.headers["ETag"]})

    assert (again.status_code, again.data) == (304, b"")
    about_files = [statement for statement in counted if "file_versions" in statement]
    assert len(about_files) == 1
    assert len(counted) <= 4, "who asks (the person, their rights in general and in programmes), and what moves"


def test_a_place_that_moves_by_one_is_no_news_to_who_is_far_behind(
    application: Application, browser: FlaskClient
) -> None:
    checked_every(20, times=6)
    others = make_application(filled=False)
    for _ in range(57):
        queued(a_recording(others), minutes_ago=2)
    mine = a_recording(application)
    queued(mine, minutes_ago=1)
    address = f"/apply/recordings/{mine.id}/sound"
    first = browser.get(address)
    queued(a_recording(others), minutes_ago=2)

    again = browser.get(address, headers={"If-None-Match": first.headers["ETag"]})

    assert "About 60 recordings are before yours" in first.text
    assert again.status_code == 304


def test_the_line_is_read_once_for_all_who_ask(
    application: Application, browser: FlaskClient, counted: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "FRESH_S", 60.0)
    mine = a_recording(application)
    queued(mine, minutes_ago=1)
    sound_of(browser, mine)
    counted.clear()

    for _ in range(5):
        sound_of(browser, mine)

    assert not [
        statement for statement in counted if "lease_until" in statement and "WHERE file_versions.state" in statement
    ]


def test_the_list_says_how_long_each_takes(application: Application, browser: FlaskClient) -> None:
    checked_every(60, times=6)
    queued(a_recording(application), minutes_ago=1)

    words = visit(browser, f"/apply/{application.id}/recordings").words

    assert "Received about 1 minute" in words
