"""An export in the browser: a small one at once, a large one with its progress; and a door that is closed to others."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.accounts.models import Person
from portal.core.db import db
from portal.exports import queries, service
from tests.factories.decisions import School, make_application, make_school
from tests.services.page import send, sign_in, visit


@pytest.fixture
def school(app: Flask) -> School:
    with app.app_context():
        found = make_school()
        make_application(found, "Ada Lovelace", number="A1", scores=[90.0])
        return found


def browser(app: Flask, person_id: str) -> FlaskClient:
    client = app.test_client()
    with app.app_context():
        sign_in(client, db.session.get_one(Person, person_id))
    return client


@pytest.mark.parametrize(
    ("form", "mime", "first"),
    [
        ("csv", "text/csv; charset=utf-8", b"\xef\xbb\xbfapplication_number"),
        ("json", "application/json", b'{"schema_version": 1, "dataset": "decisions"'),
        ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", b"PK"),
    ],
)
def test_a_small_export_comes_at_once(app: Flask, school: School, form: str, mime: str, first: bytes) -> None:
    grace = browser(app, school.grace.person_id)
    page = visit(grace, f"/admin/intakes/{school.intake_id}/exports")

    data = page.form("/exports").fields | {"dataset": "decisions", "format": form}
    answer = grace.post(f"/admin/intakes/{school.intake_id}/exports", data=data)

    assert (answer.status_code, answer.headers["Content-Type"]) == (200, mime)
    assert answer.headers["Content-Disposition"].endswith(f"-fall-2027-decisions.{form}")
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.data.startswith(first)
    if form != "xlsx":
        assert b"Ada Lovelace" in answer.data
    answer.close()


def test_a_large_export_says_how_far_it_is_and_is_fetched_when_ready(
    app: Flask, school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "ROWS_AT_ONCE", 1)
    grace, gina = browser(app, school.grace.person_id), browser(app, school.gina.person_id)
    address = f"/admin/intakes/{school.intake_id}/exports"

    waiting = send(grace, visit(grace, address), "/exports", dataset="decisions", format="csv")
    assert "This is a large export." in waiting.words
    assert "Decisions as CSV Waiting" in waiting.words
    with app.app_context():
        (job,) = queries.jobs_of(school.intake_id)
        job_id = job.id
    assert f'hx-get="/admin/exports/{job_id}"' in grace.get(f"/admin/exports/{job_id}").text
    visit(grace, f"/admin/exports/{job_id}/file", status=409)
    with app.app_context():
        service.write(job_id, generation=1)

    ready = grace.get(f"/admin/exports/{job_id}").text
    assert "hx-get" not in ready
    assert "1 rows" in ready
    answer = gina.get(f"/admin/exports/{job_id}/file")
    assert b"Ada Lovelace" in answer.data
    answer.close()
    for other in (school.frank, school.heidi):
        for path in (f"/admin/exports/{job_id}", f"/admin/exports/{job_id}/file"):
            visit(browser(app, other.person_id), path, status=404)


def test_what_was_not_chosen_is_asked_for(app: Flask, school: School) -> None:
    grace = browser(app, school.grace.person_id)
    page = visit(grace, f"/admin/intakes/{school.intake_id}/exports")

    refused = send(grace, page, "/exports", status=422, dataset="everything", format="csv")

    assert "Please look at this again" in refused.words
