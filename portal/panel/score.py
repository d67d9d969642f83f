"""From the points on the criteria to one number. Pure.

Each criterion is first brought to 0..100 by its own scale, so that a scale of 1 to 10 weighs no more than one of
1 to 5; then the weighted mean is taken. A criterion that could not be judged drops out together with its weight.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

MIN_OBSERVED_SHARE = Fraction(60, 100)


@dataclass(frozen=True)
class CriterionPoints:
    """`points` from `low` to `high`, None where the criterion could not be judged; `weight` is 0 or more."""

    weight: int
    low: int
    high: int
    points: int | None


@dataclass(frozen=True)
class Composite:
    """`overall` on 0..100, None while less than 60 % of the weight was judged; `observed_share` is 0..1."""

    overall: float | None
    observed_share: float

    @property
    def complete(self) -> bool:
        return self.overall is not None


def composite(criteria: Iterable[CriterionPoints]) -> Composite:
    """The weighted mean of what was judged. Raises ValueError for points that the scale does not have."""
    listed = list(criteria)
    for one in listed:
        _refuse_nonsense(one)
    judged = [one for one in listed if one.points is not None]
    whole, seen = sum(one.weight for one in listed), sum(one.weight for one in judged)
    share = Fraction(seen, whole) if whole else Fraction(0)
    if not seen or share < MIN_OBSERVED_SHARE:
        return Composite(overall=None, observed_share=float(share))
    total = sum(one.weight * _position(one) for one in judged)
    return Composite(overall=round(float(total / seen), 4), observed_share=float(share))


def _position(one: CriterionPoints) -> Fraction:
    points = one.low if one.points is None else one.points
    return Fraction(100 * (points - one.low), one.high - one.low)


def _refuse_nonsense(one: CriterionPoints) -> None:
    if one.weight < 0:
        raise ValueError(f"a weight cannot be {one.weight}")
    if one.low >= one.high:
        raise ValueError(f"a scale from {one.low} to {one.high} has nothing to choose from")
    if one.points is not None and not one.low <= one.points <= one.high:
        raise ValueError(f"{one.points} is not on the scale from {one.low} to {one.high}")
