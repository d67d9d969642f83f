"""Changing rows so that the audit can say what was before and what is now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

Values = Mapping[str, Any]


class Positioned(Protocol):
    id: Any
    position: Any


def change(row: object, values: Values) -> tuple[dict[str, Any], dict[str, Any]]:
    """Set the values on the row; the fields that really changed, before and after. Both are empty when nothing did."""
    before, after = {}, {}
    for name, value in values.items():
        old = getattr(row, name)
        if old != value:
            before[name], after[name] = plain(old), plain(value)
            setattr(row, name, value)
    return before, after


def plain(value: Any) -> Any:
    """A value as JSON keeps it."""
    return value.isoformat() if isinstance(value, datetime) else value


def plain_values(values: Values) -> dict[str, Any]:
    return {name: plain(value) for name, value in values.items()}


def move(rows: Sequence[Positioned], row_id: str, *, up: bool) -> None:
    """Change places with the neighbour above or below and number all from 0; at the end nothing moves."""
    order = list(rows)
    here = next(index for index, row in enumerate(order) if row.id == row_id)
    there = here - 1 if up else here + 1
    if 0 <= there < len(order):
        order[here], order[there] = order[there], order[here]
    for position, row in enumerate(order):
        row.position = position


def next_position(rows: Sequence[Positioned]) -> int:
    return max((row.position for row in rows), default=-1) + 1
