"""Runs of true values in a long mask that arrives block by block."""

import numpy as np
from numpy.typing import NDArray

Starts = NDArray[np.int64]


def runs(mask: NDArray[np.bool_]) -> tuple[Starts, Starts]:
    """Return the starts and the ends (exclusive) of the runs in a 1-D mask."""
    edges = np.flatnonzero(mask[1:] != mask[:-1]) + 1
    starts, ends = (edges[1::2], edges[::2]) if mask[0] else (edges[::2], edges[1::2])
    if mask[0]:
        starts = np.concatenate([[0], starts])
    if mask[-1]:
        ends = np.concatenate([ends, [len(mask)]])
    return starts, ends


class RunTracker:
    """Joins runs across blocks. Frames count from the first sample of the file."""

    def __init__(self, shortest: int) -> None:
        self._shortest = shortest
        self._open: int | None = None

    @property
    def is_open(self) -> bool:
        return self._open is not None

    def push(self, mask: NDArray[np.bool_], start: int) -> list[tuple[int, int]]:
        """Take the mask of the block that begins at frame `start`; return the runs that ended in it."""
        starts, ends = runs(mask)
        starts, ends = starts + start, ends + start
        if self._open is not None:
            if len(starts) and starts[0] == start:
                starts[0] = self._open
            else:
                starts, ends = np.concatenate([[self._open], starts]), np.concatenate([[start], ends])
            self._open = None
        if len(ends) and ends[-1] == start + len(mask):
            self._open = int(starts[-1])
            starts, ends = starts[:-1], ends[:-1]
        long = ends - starts >= self._shortest
        return list(zip(starts[long].tolist(), ends[long].tolist(), strict=True))

    def skip(self, start: int) -> list[tuple[int, int]]:
        """Say that the block beginning at `start` holds no true value: ends an open run there."""
        if self._open is None:
            return []
        first, self._open = self._open, None
        return [(first, start)] if start - first >= self._shortest else []
