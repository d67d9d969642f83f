"""Silence before, after and inside the recording, from the level of every 10 ms, each without its own mean."""

import math

import numpy as np

from portal.checks.sound_facts import Span
from workers.audio.blocks import HOP_S, Floats
from workers.audio.facts import Facts
from workers.audio.hops import Hops
from workers.audio.limits import MAX_PLACES
from workers.audio.runs import RunTracker

GAP_DBFS = -60.0
_HIGHEST_THRESHOLD_DBFS = -50.0  # a dense mix has no noise floor; its quietest part must not count as silence
_ABOVE_FLOOR_DB = 10.0
_FLOOR_SHARE = 0.01  # of all hops that are not digital silence
_MOST_QUIETEST = 1 << 15  # the quietest hundredth of nine hours
_SHORTEST_GAP_S = 1.0


class Silence:
    """Feed it the Hops of a file. A hop is silent when its loudest channel stays below the threshold.

    The threshold is known at the end only, but not what is louder than the highest threshold: of that nothing is kept.
    """

    def __init__(self, hop: int) -> None:
        self._hop = hop
        self._head: list[Floats] = []  # levels up to the first hop that surely sounds
        self._tail: list[Floats] = []  # levels from the last hop that surely sounds
        self._sounding_from: int | None = None
        self._tail_from = self._hops = 0
        self._below_gap = RunTracker(math.ceil(_SHORTEST_GAP_S / HOP_S))
        self._gaps: list[tuple[int, int]] = []
        self._floor, self._loudest = _Floor(), -math.inf

    def push(self, hops: Hops) -> None:
        with np.errstate(divide="ignore"):
            levels = np.float32(10) * np.log10(hops.moving_energies().max(axis=0) / np.float32(self._hop))
        self._loudest = max(self._loudest, float(levels.max()))
        self._floor.push(levels[np.isfinite(levels)])
        self._gaps += self._below_gap.push(levels < GAP_DBFS, hops.start)
        sure = np.flatnonzero(levels >= _HIGHEST_THRESHOLD_DBFS)
        if self._sounding_from is None:
            self._head.append(levels[: sure[0] + 1] if len(sure) else levels)
        if len(sure):
            self._sounding_from = hops.start + int(sure[0])
            self._tail, self._tail_from = [], hops.start + int(sure[-1])
            levels = levels[sure[-1] :]
        self._tail.append(levels)
        self._hops = hops.start + hops.energies.shape[1]

    def report(self, facts: Facts, *, rate_hz: int, frames: int) -> None:
        """Put head, tail and gaps."""
        floor = self._floor.value()
        threshold = GAP_DBFS
        if floor is not None:
            threshold = min(max(GAP_DBFS, floor + _ABOVE_FLOOR_DB), _HIGHEST_THRESHOLD_DBFS)
        facts.put("silence", threshold_dbfs=threshold)
        if math.isfinite(self._loudest):
            facts.put("silence", loudest_dbfs=self._loudest)
        else:
            facts.excuse("nothing moves", "silence.loudest_dbfs")
        before, after = (np.flatnonzero(np.concatenate(one) >= threshold) for one in (self._head, self._tail))
        if not len(before):
            facts.excuse("the whole file is silent", "silence.head_s", "silence.tail_s", "silence.gap_count")
            facts.excuse("the whole file is silent", "silence.longest_gap_s")
            return
        first, last = int(before[0]), self._tail_from + int(after[-1])
        hop_s = self._hop / rate_hz
        gaps = [
            Span(start_s=start * hop_s, end_s=end * hop_s)
            for start, end in self._gaps + self._below_gap.skip(self._hops)
            if first < start and end <= last
        ]
        facts.put(
            "silence",
            head_s=first * hop_s,
            tail_s=max(frames - (last + 1) * self._hop, 0) / rate_hz,
            gaps=tuple(sorted(gaps, key=lambda gap: gap.start_s - gap.end_s)[:MAX_PLACES]),
            gap_count=len(gaps),
            longest_gap_s=max((gap.end_s - gap.start_s for gap in gaps), default=0.0),
        )


class _Floor:
    """The level that a hundredth of all hops stays below, of which only that hundredth is kept."""

    def __init__(self) -> None:
        self._quietest: Floats = np.zeros(0, np.float32)
        self._count = 0

    def push(self, levels: Floats) -> None:
        self._count += len(levels)
        self._quietest = np.concatenate([self._quietest, levels])
        if len(self._quietest) > 2 * _MOST_QUIETEST:
            self._quietest = np.partition(self._quietest, _MOST_QUIETEST)[:_MOST_QUIETEST].copy()

    def value(self) -> float | None:
        """Return the percentile, between two hops in proportion; None without any sound."""
        if not self._count:
            return None
        quietest = np.sort(self._quietest)
        at = min((self._count - 1) * _FLOOR_SHARE, len(quietest) - 1)
        return float(np.interp(at, np.arange(len(quietest)), quietest))
