"""Rows of an older schema, for which there are no models any more."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


class Rows:
    """Writes rows of the older schema: what is not named gets an empty value of its column's type."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine

    def add(self, table: str, key: str, **given: Any) -> str:
        found = sa.Table(table, sa.MetaData(), autoload_with=self.engine)
        values = {column.name: self._empty(column) for column in found.columns if not column.nullable}
        row = {**values, "id": key, **{name: self._plain(value) for name, value in given.items()}}
        with self.engine.begin() as connection:
            connection.execute(found.insert().values(row))
        return key

    def _plain(self, value: Any) -> Any:
        naive = isinstance(value, datetime) and self.engine.dialect.name == "sqlite"
        return value.replace(tzinfo=None) if naive else value

    def _empty(self, column: sa.Column[Any]) -> Any:
        if isinstance(column.type, sa.DateTime):
            return self._plain(NOW)
        if isinstance(column.type, sa.JSON):
            return {}
        kind = column.type.python_type
        return kind(0) if kind is not str else ""
