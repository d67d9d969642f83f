"""Clipped peaks, at full scale and below it, as runs of equal neighbours."""

import numpy as np
from numpy.typing import NDArray

from portal.checks.sound_facts import Span
from workers.audio.blocks import Block
from workers.audio.facts import Facts
from workers.audio.limits import FULL_SCALE, MAX_PLACES
from workers.audio.places import Places
from workers.audio.rows import Doubles
from workers.audio.runs import RunTracker, runs

SHORTEST_RUN = 3  # equal samples
FLAT_TOP_SHARE = 0.97  # of the channel's own peak: 0.26 dB
LOWEST_PEAK_FS = 10 ** (-30 / 20)  # below it equal neighbours are the steps of the bit depth
LONGEST_TOP_S = 0.05  # longer than half a wave of any note: a constant value, not a top
MOST_OFFSET = 0.5  # of the peak: where the mean is larger, the peak is an offset


class Clipping:
    """Counts runs of 3 or more equal samples at full scale, per channel and joined across blocks."""

    def __init__(self, rate_hz: int, channels: int, *, full_scale: float = FULL_SCALE) -> None:
        self._rate_hz, self._full_scale = rate_hz, full_scale
        # A run of n equal samples is n - 1 samples that equal the one before them.
        self._trackers = [RunTracker(SHORTEST_RUN - 1) for _ in range(channels)]
        self._count = self._longest = self._end = 0
        self._places = Places()

    def push(self, block: Block) -> None:
        for channel, tracker in enumerate(self._trackers):
            if float(block.peaks[channel].max()) >= self._full_scale:
                samples = block.x[channel]
                at_limit = (samples >= self._full_scale) | (samples <= -self._full_scale)
                found = tracker.push(at_limit & block.same[channel], block.start)
            else:
                found = tracker.skip(block.start)
            self._note(found, channel)
        self._end = block.start + block.real

    def report(self, facts: Facts) -> None:
        for channel, tracker in enumerate(self._trackers):
            self._note(tracker.skip(self._end), channel)
        facts.put(
            "levels",
            clip_runs=self._count,
            clip_longest_s=self._longest / self._rate_hz,
            clip_places=self._places.spans(),
        )

    def _note(self, found: list[tuple[int, int]], channel: int) -> None:
        self._count += len(found)
        for start, end in found:
            self._longest = max(self._longest, end - start + 1)
            self._places.add(Span(start_s=(start - 1) / self._rate_hz, end_s=end / self._rate_hz, channel=channel))


class FlatTops:
    """Counts runs of 3 or more equal samples near the channel's own peak, when that peak is below full scale.

    A channel that is hardly there, or holds a constant, has no peaks that could be flat.
    """

    def __init__(self, rate_hz: int, channels: int, *, full_scale: float = FULL_SCALE) -> None:
        self._rate_hz, self._full_scale = rate_hz, full_scale
        self._longest = round(rate_hz * LONGEST_TOP_S)
        self._peaks = [0.0] * channels
        self._levels: list[dict[float, int]] = [{} for _ in range(channels)]  # level -> runs, near the peak only
        self._places: list[list[tuple[float, int, int]]] = [[] for _ in range(channels)]

    def push(self, block: Block) -> None:
        for channel, peaks in enumerate(block.peaks):
            peak = float(peaks.max())
            if peak > self._peaks[channel]:
                self._raise_peak(channel, peak)
            lowest = FLAT_TOP_SHARE * self._peaks[channel]
            if peak < max(lowest, LOWEST_PEAK_FS) or self._peaks[channel] >= self._full_scale:
                continue
            self._find(block, channel, lowest)

    def report(self, facts: Facts, *, means: Doubles) -> None:
        """means: per channel, over the whole recording."""
        moving = [
            channel for channel, mean in enumerate(np.abs(means).tolist()) if mean <= MOST_OFFSET * self._peaks[channel]
        ]
        places = [place for channel in moving for place in self._places[channel]]
        facts.put(
            "levels",
            flat_top_runs=sum(sum(self._levels[channel].values()) for channel in moving),
            flat_top_places=tuple(
                Span(start_s=start / self._rate_hz, end_s=end / self._rate_hz)
                for _, start, end in sorted(places, key=lambda place: place[1])[:MAX_PLACES]
            ),
        )

    def _raise_peak(self, channel: int, peak: float) -> None:
        self._peaks[channel] = peak
        lowest = FLAT_TOP_SHARE * peak if peak < self._full_scale else 2 * peak
        self._levels[channel] = {level: n for level, n in self._levels[channel].items() if level >= lowest}
        self._places[channel] = [place for place in self._places[channel] if place[0] >= lowest]

    def _find(self, block: Block, channel: int, lowest: float) -> None:
        samples = block.x[channel]
        starts, ends = runs(self._near_top(samples, lowest) & block.same[channel])
        flat = (ends - starts >= SHORTEST_RUN - 1) & (ends - starts < self._longest)
        for start, end in zip(starts[flat].tolist(), ends[flat].tolist(), strict=True):
            level = abs(float(samples[start]))
            levels = self._levels[channel]
            levels[level] = levels.get(level, 0) + 1
            if len(self._places[channel]) < MAX_PLACES:
                self._places[channel].append((level, block.start + start - 1, block.start + end))

    @staticmethod
    def _near_top(samples: NDArray[np.float32], lowest: float) -> NDArray[np.bool_]:
        return np.asarray((samples >= lowest) | (samples <= -lowest))
