"""Which columns name stored files. The models say it; whoever compares rows with files reads it here.

A model declares such a column with `file_key`. So a new kind of file is known to the sweep, to the comparison of rows
and files, and to the move between homes, as soon as it has a column.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base, db
from portal.core.storage import Storage

KEY_LENGTH = 120
BATCH = 500
_INFO = "stored_file"


@dataclass(frozen=True)
class Naming:
    """A column that names files of one kind.

    `lasting` columns promise that the file is there. A row counts as naming its file only while its columns have the
    values of `only_while`.
    """

    column: sa.Column[str]
    kind: str
    hash_column: sa.Column[str] | None
    lasting: bool
    only_while: Mapping[str, Any]

    @property
    def table(self) -> sa.Table:
        table: sa.Table = self.column.table
        return table


@dataclass(frozen=True)
class _Said:
    kind: str
    hashed_by: str | None
    lasting: bool
    only_while: Mapping[str, Any] = field(default_factory=dict)


def file_key(
    kind: str, *, hashed_by: str | None = None, lasting: bool = True, only_while: Mapping[str, Any] | None = None
) -> Mapped[str]:
    """A column for the key of a stored file, empty while there is none.

    `kind` is the first part of the key, `hashed_by` the column of the same row that holds the file's SHA-256.
    """
    said = _Said(kind, hashed_by, lasting, only_while or {})
    return mapped_column(sa.String(KEY_LENGTH), default="", info={_INFO: said})


def namings() -> list[Naming]:
    """Every such column of the loaded models, in the order of their tables' names."""
    found = []
    for _, table in sorted(Base.metadata.tables.items()):
        for column in table.columns:
            said = column.info.get(_INFO)
            if said is not None:
                hash_column = table.c[said.hashed_by] if said.hashed_by else None
                found.append(Naming(column, said.kind, hash_column, said.lasting, said.only_while))
    return found


def kinds() -> list[str]:
    return sorted({naming.kind for naming in namings()})


def batches(home: Storage, *, stored_before: datetime | None = None) -> Iterator[list[str]]:
    """The keys of all kinds that a home has, or of those files that are older: as many at a time as one query takes."""
    for kind in kinds():
        keys = home.keys(kind, stored_before=stored_before)
        while batch := list(islice(keys, BATCH)):
            yield batch


def named(keys: Iterable[str]) -> set[str]:
    """Those of the keys that a row names. As many queries as there are columns."""
    wanted = list(keys)
    found: set[str] = set()
    for naming in namings():
        conditions = [naming.table.c[name] == value for name, value in naming.only_while.items()]
        found.update(db.session.scalars(sa.select(naming.column).where(naming.column.in_(wanted), *conditions)))
    return found


def recorded_hashes(keys: Iterable[str]) -> dict[str, str]:
    """The SHA-256 that a row holds of its file, by key, for those of the keys of which one does."""
    wanted = list(keys)
    found: dict[str, str] = {}
    for naming in namings():
        if naming.hash_column is not None:
            rows = db.session.execute(
                sa.select(naming.column, naming.hash_column).where(naming.column.in_(wanted), naming.hash_column != "")
            )
            found.update({key: sha256 for key, sha256 in rows})  # noqa: C416 - rows are not pairs to the type checker
    return found


def promised() -> Iterator[tuple[Naming, str, str]]:
    """Every file that a row promises: the naming, the row's id, the key. Reads a few hundred rows at a time."""
    for naming in namings():
        if naming.lasting:
            rows = db.session.execute(
                sa.select(naming.table.c.id, naming.column).where(naming.column != "").execution_options(yield_per=500)
            )
            for row_id, key in rows:
                yield naming, row_id, key
