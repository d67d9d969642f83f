"""What an export is made of: typed rows with stable names. How they are written is the business of a format alone."""

from __future__ import annotations

import types
import typing
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

SCHEMA_VERSION = 1
Value = str | int | float | bool | datetime | None


class Kind(StrEnum):
    TEXT = "text"
    WHOLE = "whole number"
    NUMBER = "number"
    FLAG = "true or false"
    TIME = "time, UTC"


KIND_OF: Mapping[type, Kind] = {
    str: Kind.TEXT,
    int: Kind.WHOLE,
    float: Kind.NUMBER,
    bool: Kind.FLAG,
    datetime: Kind.TIME,
}


@dataclass(frozen=True)
class Column:
    """`unit` is empty where the name says it all."""

    name: str
    kind: Kind
    unit: str = ""


@dataclass(frozen=True)
class Sheet:
    """What a file says of itself: which export of what, and when it was made."""

    dataset: str
    columns: tuple[Column, ...]
    programme: str
    intake: str
    time_zone: str
    exported_at: datetime


@dataclass(frozen=True)
class Dataset:
    """A kind of export. `row_type` is a dataclass whose fields are the columns; a published name never changes.

    `count` and `rows` read by the given connection, in a fixed number of queries; `rows` streams.
    """

    key: str
    title: str
    description: str
    row_type: type[Any]
    count: Callable[[sa.Connection, str], int]
    rows: Callable[[sa.Connection, str], Generator[Any, None, None]]

    @property
    def columns(self) -> tuple[Column, ...]:
        hints = typing.get_type_hints(self.row_type)
        return tuple(
            Column(name=one.name, kind=KIND_OF[_plain(hints[one.name])], unit=one.metadata.get("unit", ""))
            for one in fields(self.row_type)
        )


def in_unit(unit: str) -> Any:
    """A field of a row type whose numbers are in a unit."""
    return field(metadata={"unit": unit})


def values_of(row: Any) -> tuple[Value, ...]:
    """The values of a row in the order of its columns."""
    return tuple(getattr(row, one.name) for one in fields(row))


def iso(moment: datetime) -> str:
    """`2026-11-22T22:00:00Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _plain(hint: Any) -> type:
    """The type beside None in `X | None`."""
    choices = typing.get_args(hint) if isinstance(hint, types.UnionType) else (hint,)
    plain: type = next(one for one in choices if one is not types.NoneType)
    return plain
