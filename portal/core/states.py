"""State tables: `(state, action) -> state`, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from portal.core.errors import Stale

S = TypeVar("S", bound=StrEnum)
A = TypeVar("A", bound=StrEnum)


def next_state(table: Mapping[tuple[S, A], S], state: S, action: A) -> S:
    """The state that `action` leads to. Raises Stale where the table has no such step."""
    try:
        return table[(state, action)]
    except KeyError:
        raise Stale(
            f"“{action.value.replace('_', ' ')}” is not possible while this is {state.value.replace('_', ' ')}. "
            "Reload the page to see where it stands."
        ) from None
