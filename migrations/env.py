"""Alembic's way in. The database is the one given by `portal.core.schema`, which also runs it."""

from __future__ import annotations

from alembic import context

from portal.bootstrap import load_models
from portal.core.db import Base

load_models()


def run() -> None:
    connection = context.config.attributes["connection"]
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


run()
