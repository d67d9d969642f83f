"""A table that grows to the right: hours in a few large pieces instead of tens of thousands of small ones."""

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]

_PIECE_COLUMNS = 1 << 12  # seven minutes of what is kept every 100 ms


class Rows:
    """Rows of numbers, of equal length; `join` once at the end."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._full: list[Doubles] = []
        self._piece = self._new()
        self._fill = 0

    def append(self, columns: Doubles) -> None:
        """Take (rows, n) numbers."""
        taken = 0
        while taken < columns.shape[1]:
            n = min(columns.shape[1] - taken, _PIECE_COLUMNS - self._fill)
            self._piece[:, self._fill : self._fill + n] = columns[:, taken : taken + n]
            taken, self._fill = taken + n, self._fill + n
            if self._fill == _PIECE_COLUMNS:
                self._full.append(self._piece)
                self._piece, self._fill = self._new(), 0

    def join(self) -> Doubles:
        """Return everything as one (rows, n) array and let go of the pieces."""
        whole = np.empty((self._count, len(self._full) * _PIECE_COLUMNS + self._fill))
        whole[:, whole.shape[1] - self._fill :] = self._piece[:, : self._fill]
        while self._full:
            end = len(self._full) * _PIECE_COLUMNS
            whole[:, end - _PIECE_COLUMNS : end] = self._full.pop()
        self._piece, self._fill = self._new(), 0
        return whole

    def _new(self) -> Doubles:
        return np.empty((self._count, _PIECE_COLUMNS))
