"""Keyset paging: the next page costs the same as the first one, however far down the list it lies."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

PAGE_SIZE = 50

T = TypeVar("T")


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page of rows; `next_key` is what the next page starts after, None on the last one."""

    rows: Sequence[T]
    next_key: str | None


def page_of(rows: Sequence[T], *, key: Callable[[T], str], size: int = PAGE_SIZE) -> Page[T]:
    """Cut `size + 1` fetched rows to a page. `key` is a function of the last row shown."""
    shown = rows[:size]
    return Page(rows=shown, next_key=key(shown[-1]) if len(rows) > size else None)
