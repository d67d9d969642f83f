"""The migrations are the schema: they lead to the models, and back, with and without data, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from portal.bootstrap import load_models
from portal.core import schema
from portal.core.db import Base

NOW = datetime(2026, 11, 22, tzinfo=UTC)


@pytest.fixture
def engine(empty_database_url: str) -> Iterator[sa.Engine]:
    load_models()
    found = sa.create_engine(empty_database_url)
    yield found
    found.dispose()


def tables(engine: sa.Engine) -> set[str]:
    return set(sa.inspect(engine).get_table_names()) - {"alembic_version"}


def test_migrations_lead_to_the_models(engine: sa.Engine, empty_database_url: str) -> None:
    schema.upgrade(empty_database_url)

    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_up_down_and_up_again_leaves_nothing_behind(engine: sa.Engine, empty_database_url: str) -> None:
    schema.upgrade(empty_database_url)
    assert tables(engine) == set(Base.metadata.tables)

    schema.downgrade(empty_database_url, "base")
    assert tables(engine) == set()

    schema.upgrade(empty_database_url)
    assert tables(engine) == set(Base.metadata.tables)


def test_each_revision_goes_up_and_down_with_data(engine: sa.Engine, empty_database_url: str) -> None:
    for revision in reversed(list(ScriptDirectory(str(schema.MIGRATIONS)).walk_revisions())):
        schema.upgrade(empty_database_url, revision.revision)
        add_people(engine, revision.revision)
        schema.downgrade(empty_database_url, revision.down_revision or "base")
        schema.upgrade(empty_database_url, revision.revision)
        if revision.down_revision:
            assert count_people(engine) > 0, f"{revision.revision} loses rows on its way down and up"


def test_there_is_one_line_of_revisions() -> None:
    assert len(ScriptDirectory(str(schema.MIGRATIONS)).get_heads()) == 1


def add_people(engine: sa.Engine, revision: str) -> None:
    people = sa.Table("people", sa.MetaData(), autoload_with=engine)
    row = {
        "id": f"{revision:0>32}",
        "email": f"{revision}@example.org",
        "full_name": "Ada",
        "time_zone": "UTC",
        "active": True,
        "fs_uniquifier": revision,
        "created_at": NOW if engine.dialect.name != "sqlite" else NOW.replace(tzinfo=None),
    }
    with engine.begin() as connection:
        connection.execute(people.insert().values(row))


def count_people(engine: sa.Engine) -> int:
    with engine.connect() as connection:
        return connection.scalar(sa.text("select count(*) from people")) or 0
