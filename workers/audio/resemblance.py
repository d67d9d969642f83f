"""How alike two recordings sound, by their fingerprints: finds the same recording, whatever was done to it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workers.audio.fingerprint import STEP_S

MOST_OFFSET_ITEMS = 250  # half a minute
FEWEST_ITEMS = 80  # ten seconds in common


@dataclass(frozen=True)
class Resemblance:
    """error: share of differing bits at the best alignment, 0 = the same, about 0.5 = nothing in common.

    first_s, second_s: where the common part begins in each recording.
    """

    error: float
    first_s: float
    second_s: float


def resemblance(first: Sequence[int], second: Sequence[int]) -> Resemblance | None:
    """Compare two fingerprints at every offset up to half a minute; None when they have too little in common to say."""
    a, b = np.asarray(first, np.uint32), np.asarray(second, np.uint32)
    best: Resemblance | None = None
    for offset in range(-MOST_OFFSET_ITEMS, MOST_OFFSET_ITEMS + 1):
        error = _error(a[max(offset, 0) :], b[max(-offset, 0) :])
        if error is not None and (best is None or error < best.error):
            best = Resemblance(error, max(offset, 0) * STEP_S, max(-offset, 0) * STEP_S)
    return best


def _error(a: NDArray[np.uint32], b: NDArray[np.uint32]) -> float | None:
    common = min(len(a), len(b))
    if common < FEWEST_ITEMS:
        return None
    return float(np.bitwise_count(a[:common] ^ b[:common]).sum()) / (32 * common)
