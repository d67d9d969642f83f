"""A question for more time that outlived its application in older data is closed by the upgrade, and no other one."""

from __future__ import annotations

import sqlalchemy as sa

from portal.core import schema
from tests.migrations.rows import NOW, Rows


def test_only_what_was_sent_or_withdrawn_closes_its_question(empty_database_url: str) -> None:
    schema.upgrade(empty_database_url, "0006")
    engine = sa.create_engine(empty_database_url)
    rows = Rows(engine)
    rows.add("people", "ada", email="ada@example.org", fs_uniquifier="ada")
    rows.add("programmes", "p", slug="p")
    for key, state, sent in (("d", "draft", None), ("s", "submitted", NOW), ("w", "withdrawn", None)):
        rows.add("intakes", f"i{key}", programme_id="p")
        times = {"submitted_at": sent, "withdrawn_at": NOW if state == "withdrawn" else None}
        rows.add("applications", key, number=key, applicant_id="ada", intake_id=f"i{key}", state=state, **times)
        rows.add("extensions", f"asked {key}", application_id=key, state="asked")
    rows.add("extensions", "granted s", application_id="s", state="granted")

    schema.upgrade(empty_database_url, "0007")

    with engine.connect() as connection:
        found = connection.execute(sa.text("SELECT id, state, decided_by_id, decided_at IS NULL FROM extensions"))
        by_id = {key: (state, who, not undated) for key, state, who, undated in found}
    engine.dispose()
    assert by_id == {
        "asked d": ("asked", None, False),
        "asked s": ("closed", "ada", True),
        "asked w": ("closed", "ada", True),
        "granted s": ("granted", None, False),
    }
