"""Reading for an export: one snapshot, row by row."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

from portal.core.db import db

ROWS_AT_ONCE = 500
DIGITS = 4


@contextmanager
def snapshot() -> Iterator[sa.Connection]:
    """A connection of its own, beside the session, on which everything is read as of one moment.

    The session stays free for progress notes; SQLite gives a snapshot to every transaction, PostgreSQL on request.
    """
    postgresql = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    options = postgresql if db.engine.dialect.name == "postgresql" else {}
    with db.engine.connect().execution_options(**options) as connection:
        yield connection


def stream(read: sa.Connection, statement: sa.Select[*tuple[Any, ...]]) -> Iterator[Any]:
    """Rows as they arrive; never more than a few hundred in memory."""
    with read.execute(statement, execution_options={"yield_per": ROWS_AT_ONCE}) as rows:
        yield from rows


def rounded(number: float | None) -> float | None:
    return None if number is None else round(number, DIGITS)
