"""Who hears what: the least loaded reviewer first. Pure, and the same input always gives the same answer."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Need:
    """An application that wants `missing` more reviewers; `barred` must not, or already do, hear it."""

    application_id: str
    missing: int
    barred: frozenset[str]


@dataclass(frozen=True)
class Spread:
    """`pairs` of application and reviewer; `short` says how many reviewers each application still lacks."""

    pairs: Sequence[tuple[str, str]]
    short: Mapping[str, int]


def spread_evenly(needs: Collection[Need], *, reviewers: Collection[str], loads: Mapping[str, int]) -> Spread:
    """Give every application as many reviewers as it misses, and every reviewer about the same number.

    Applications with the fewest possible reviewers choose first, so that nobody takes the only one who could hear them.
    Among equally loaded reviewers a hash decides, not the alphabet: otherwise the same panel would always meet.
    """
    load = {reviewer: loads.get(reviewer, 0) for reviewer in reviewers}
    pairs: list[tuple[str, str]] = []
    short: dict[str, int] = {}
    for need in sorted(needs, key=lambda one: (len(load.keys() - one.barred) - one.missing, one.application_id)):
        free = sorted(
            load.keys() - need.barred, key=lambda reviewer: (load[reviewer], _tie(need.application_id, reviewer))
        )
        chosen = free[: need.missing]
        for reviewer in chosen:
            load[reviewer] += 1
            pairs.append((need.application_id, reviewer))
        if len(chosen) < need.missing:
            short[need.application_id] = need.missing - len(chosen)
    return Spread(pairs=pairs, short=short)


def _tie(application_id: str, reviewer: str) -> str:
    return hashlib.sha256(f"{application_id} {reviewer}".encode()).hexdigest()
