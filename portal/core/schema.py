"""Bringing a database to the schema of this code, and back. Migrations are append-only once they have landed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from portal.core.db import set_up_engine, write_intent

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"


def upgrade(database_url: str, revision: str = "head") -> None:
    """Run the migrations up to `revision`."""
    _run(database_url, lambda config: command.upgrade(config, revision))


def downgrade(database_url: str, revision: str) -> None:
    """Run the migrations down to `revision`; `base` takes everything away."""
    _run(database_url, lambda config: command.downgrade(config, revision))


def draft(database_url: str, *, slug: str, number: str) -> None:
    """Write a migration from the difference between models and database, to be read and corrected by hand."""
    _run(database_url, lambda config: _draft(config, slug, number))


def _draft(config: Config, slug: str, number: str) -> None:
    command.revision(config, slug, autogenerate=True, rev_id=number)


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    return config


def _run(database_url: str, action: Callable[[Config], None]) -> None:
    engine = sa.create_engine(database_url)
    set_up_engine(engine)
    config = _config()
    try:
        with write_intent(), engine.connect() as connection:
            config.attributes["connection"] = connection
            action(config)
    finally:
        engine.dispose()
