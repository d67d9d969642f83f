"""A curve of any length in a bounded row: what a screen can show of hours needs no more room than of minutes."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

MOST_VALUES = 1 << 16  # 11 minutes of hops, each still on its own


class Points(NamedTuple):
    """Values of groups of equal length; `step` tells of how many original values, the last group may hold fewer."""

    values: NDArray[np.float32]
    step: int


class Trace:
    """Keeps every value while there are few; beyond MOST_VALUES it joins neighbours in pairs, and again.

    joined: np.fmax, np.fmin or the like: which of two neighbours stands for both.
    """

    def __init__(self, joined: np.ufunc) -> None:
        self._joined = joined
        self._values = np.empty(MOST_VALUES, np.float32)  # pages that are never written cost nothing
        self._fill = 0
        self._step = 1
        self._rest: NDArray[np.float32] = np.zeros(0, np.float32)  # less than one group

    def push(self, values: NDArray[np.floating]) -> None:
        waiting = np.concatenate([self._rest, values.astype(np.float32)])
        while len(waiting) >= self._step:
            groups = min(len(waiting) // self._step, MOST_VALUES - self._fill)
            whole = waiting[: groups * self._step].reshape(groups, self._step)
            self._values[self._fill : self._fill + groups] = self._joined.reduce(whole, axis=1)
            waiting = waiting[groups * self._step :]
            self._fill += groups
            if self._fill == MOST_VALUES:
                self._halve()
        self._rest = waiting

    def points(self, most: int | None = None) -> Points:
        """Return everything, in at most `most` groups of equal length."""
        values = self._values[: self._fill]
        if len(self._rest):
            values = np.append(values, self._joined.reduce(self._rest))
        group = max(math.ceil(len(values) / most), 1) if most else 1
        if group > 1:
            values = self._joined.reduceat(values, np.arange(0, len(values), group))
        return Points(values, group * self._step)

    def _halve(self) -> None:
        self._fill //= 2
        self._values[: self._fill] = self._joined(self._values[0::2], self._values[1::2])
        self._step *= 2
