"""From scores to an order, in the plainest way that can be checked by hand: the mean of the submitted reviews."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, median

# Means that agree to this many digits are equal: what differs beyond is the order of adding up, not the applicant.
TIE_DIGITS = 9


@dataclass(frozen=True)
class Summary:
    """The submitted overall scores of one application, all on 0..100. `None` where there are too few to tell.

    `spread` is the highest minus the lowest; `deviation` the standard deviation of the sample (n - 1).
    """

    n: int
    mean: float | None = None
    median: float | None = None
    spread: float | None = None
    deviation: float | None = None


NO_SCORES = Summary(n=0)


@dataclass(frozen=True)
class Place:
    """Where an application stands. Without a score it has no rank and stands last. `tied`: others share the rank."""

    key: str
    summary: Summary
    rank: int | None
    tied: bool = False


def summarise(scores: Sequence[float]) -> Summary:
    """The numbers of one application. The order of the scores does not matter."""
    if not scores:
        return NO_SCORES
    ordered = sorted(scores)
    mean = fmean(ordered)
    return Summary(
        n=len(ordered),
        mean=mean,
        median=median(ordered),
        spread=ordered[-1] - ordered[0] if len(ordered) > 1 else None,
        deviation=_deviation(ordered, mean) if len(ordered) > 1 else None,
    )


def _deviation(scores: Sequence[float], mean: float) -> float:
    """Of the sample. `statistics.stdev` counts in fractions, which costs a committee's table a tenth of a second."""
    return math.sqrt(math.fsum((score - mean) ** 2 for score in scores) / (len(scores) - 1))


def rank(scores: Mapping[str, Sequence[float]], *, seed: str) -> list[Place]:
    """Best first. Equal means share a rank and the next one is skipped (1, 2, 2, 4).

    Those who share a rank, and those without a score, are listed in the order of SHA-256("<seed>:<key>"): never by
    time, number or name, which would favour somebody.
    """
    summaries = {key: summarise(values) for key, values in scores.items()}
    rounded = {key: round(s.mean, TIE_DIGITS) for key, s in summaries.items() if s.mean is not None}
    better: dict[float, int] = {}
    sharing: dict[float, int] = {}
    for above, mean in enumerate(sorted(rounded.values(), reverse=True)):
        better.setdefault(mean, above)
        sharing[mean] = sharing.get(mean, 0) + 1
    places = [
        Place(
            key=key,
            summary=summary,
            rank=better[rounded[key]] + 1 if key in rounded else None,
            tied=key in rounded and sharing[rounded[key]] > 1,
        )
        for key, summary in summaries.items()
    ]
    return sorted(places, key=lambda place: (place.rank is None, place.rank or 0, _draw(seed, place.key)))


def _draw(seed: str, key: str) -> str:
    return hashlib.sha256(f"{seed}:{key}".encode()).hexdigest()
