"""Style sheets and scripts cost the database nothing, and a browser that has one need not ask for it again."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portal.core.db import db
from portal.web.assets import asset
from tests.factories.cast import make_person
from tests.integration.applications.browsing import signed_in_as


@pytest.fixture
def browser(app: Flask, session: Session) -> FlaskClient:
    return signed_in_as(app, make_person("Ada"))


@pytest.fixture
def asked(browser: FlaskClient) -> Iterator[list[str]]:
    """Every statement that is sent to the database."""
    statements: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    sa.event.listen(db.engine, "before_cursor_execute", note)
    yield statements
    sa.event.remove(db.engine, "before_cursor_execute", note)


def address_of(app: Flask, name: str) -> str:
    with app.test_request_context():
        return asset(name)


@pytest.mark.parametrize("name", ["app.css", "app.js"])
def test_a_built_file_is_kept_for_ever_by_everybody(
    app: Flask, browser: FlaskClient, asked: list[str], name: str
) -> None:
    answer = browser.get(address_of(app, name), buffered=True)

    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "Cookie" not in answer.headers.get("Vary", "")
    assert asked == []


def test_what_is_not_there_is_not_kept(browser: FlaskClient) -> None:
    answer = browser.get("/static/build/app-GONE.js")

    assert answer.status_code == 404
    assert "immutable" not in answer.headers.get("Cache-Control", "")


def test_a_picture_keeps_its_name_when_it_changes_and_is_asked_for_again(
    browser: FlaskClient, asked: list[str]
) -> None:
    assert browser.get("/static/mark.svg", buffered=True).headers["Cache-Control"] == "no-cache"
    assert asked == []
