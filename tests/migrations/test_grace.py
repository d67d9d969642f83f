"""The second deadline of before becomes a grace in minutes, and comes back as it was."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from portal.bootstrap import load_models
from portal.core import schema
from portal.core.db import UtcDateTime

VISIBLE = datetime(2026, 11, 22, 22, 0, tzinfo=UTC)


def table(engine: sa.Engine, name: str) -> sa.Table:
    found = sa.Table(name, sa.MetaData(), autoload_with=engine)
    for column in found.columns:
        if column.name.endswith("_at"):
            column.type = UtcDateTime()
    return found


@pytest.mark.parametrize(
    ("later", "minutes"), [(timedelta(0), 0), (timedelta(minutes=90), 90), (timedelta(days=3), 4320)]
)
def test_a_hard_deadline_becomes_minutes_of_grace_and_back(
    empty_database_url: str, later: timedelta, minutes: int
) -> None:
    load_models()
    schema.upgrade(empty_database_url, "0004")
    engine = sa.create_engine(empty_database_url)
    common = {"id": "i", "created_at": VISIBLE, "title": "Fall 2027"}
    intake = {
        **common,
        "programme_id": "i",
        "state": "published",
        "time_zone": "UTC",
        **dict.fromkeys(("opens_at", "start_cutoff_at", "visible_deadline_at"), VISIBLE),
        "hard_deadline_at": VISIBLE + later,
        "seats": 0,
        "blind": True,
        "reviews_wanted": 3,
    }
    words = dict.fromkeys(("school", "summary", "courses", "ensembles", "studio_terms", "careers"), "")
    programme = {**common, **words, "slug": "a", "degree": "M.M.", "updated_at": VISIBLE}
    with engine.begin() as connection:
        connection.execute(table(engine, "programmes").insert().values(programme))
        connection.execute(table(engine, "intakes").insert().values(intake))

    schema.upgrade(empty_database_url, "0005")
    with engine.connect() as connection:
        row = connection.execute(sa.select(table(engine, "intakes"))).one()
    # Nobody has decided that more time can be asked for, so it cannot.
    assert (row.grace_minutes, row.extension_max_days, row.extension_ask_hours) == (minutes, 0, 0)

    schema.downgrade(empty_database_url, "0004")
    with engine.connect() as connection:
        row = connection.execute(sa.select(table(engine, "intakes"))).one()
    assert row.hard_deadline_at == VISIBLE + later
    engine.dispose()
