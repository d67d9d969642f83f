"""What older installations had handed in and judged is known after the upgrade that began to write it down."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa

from portal.core import schema
from tests.migrations.rows import NOW, Rows

HOUR = timedelta(hours=1)


@pytest.fixture
def engine(empty_database_url: str) -> Iterator[sa.Engine]:
    schema.upgrade(empty_database_url, "0002")
    found = sa.create_engine(empty_database_url)
    yield found
    found.dispose()


def an_application(rows: Rows) -> None:
    """Sent at NOW with the second of three versions; scored an hour later; reopened, and replaced two hours later."""
    for person in ("ada", "clara"):
        rows.add("people", person, email=f"{person}@example.org", fs_uniquifier=person)
    rows.add("programmes", "p", slug="p")
    rows.add("intakes", "i", programme_id="p")
    rows.add("slots", "s", intake_id="i")
    rows.add("rubrics", "u", intake_id="i")
    rows.add("applications", "a", number="1", applicant_id="ada", intake_id="i", submitted_at=NOW)
    rows.add("recordings", "r", application_id="a", slot_id="s")
    for number, moment in enumerate((NOW - 2 * HOUR, NOW - HOUR, NOW + 2 * HOUR), start=1):
        rows.add("file_versions", f"v{number}", recording_id="r", number=number, received_at=moment)
    rows.add("assignments", "t", application_id="a", reviewer_id="clara", state="submitted", submitted_at=NOW + HOUR)
    rows.add("reviews", "w", assignment_id="t", rubric_id="u")


def test_what_was_handed_in_and_judged_is_found(engine: sa.Engine, empty_database_url: str) -> None:
    an_application(Rows(engine))

    schema.upgrade(empty_database_url, "0003")

    with engine.connect() as connection:
        handed_in = connection.execute(sa.text("SELECT id FROM file_versions WHERE submitted_at IS NOT NULL")).all()
        judged = connection.execute(sa.text("SELECT review_id, file_version_id FROM judged_files")).all()
    assert [tuple(row) for row in handed_in] == [("v2",)]
    assert [tuple(row) for row in judged] == [("w", "v2")]
