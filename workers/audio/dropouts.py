"""Dropouts: the sound stops or freezes for 3 to 500 ms and goes on, as when a buffer runs empty during a bounce."""

import numpy as np
from numpy.typing import NDArray

from portal.checks.sound_facts import Span
from workers.audio.blocks import CELL, Block
from workers.audio.facts import Facts
from workers.audio.hops import HopTable
from workers.audio.limits import MAX_PLACES
from workers.audio.runs import RunTracker

SHORTEST_S, LONGEST_S = 0.003, 0.5
ENTERED_ABOVE_FS = 0.01  # -40 dBFS
_MOST_FROZEN_PER_MINUTE = 60  # more is the wave's own shape, as in a square bass
_MOST_CANDIDATES = 100_000
_EIGHT_TRUE, _FOUR_TRUE = np.uint64(0x0101010101010101), np.uint32(0x01010101)


class Dropouts:
    """Collects runs of equal samples; `report` keeps those with sound on both sides."""

    def __init__(self, rate_hz: int, channels: int) -> None:
        self._rate_hz = rate_hz
        self._shortest = round(rate_hz * SHORTEST_S)
        self._trackers = [RunTracker(self._shortest - 1) for _ in range(channels)]
        self._found: list[tuple[int, int, int, bool]] = []  # start, end, channel, digital zero
        self._zero_open = [True] * channels
        self._hop = 0
        self._end = 0

    def push(self, block: Block) -> None:
        self._hop, self._end = block.hop, block.start + block.real
        for channel, tracker in enumerate(self._trackers):
            if self._shortest > 2 * CELL and not tracker.is_open and not _has_still_cell(block.same[channel]):
                continue
            for start, end in tracker.push(block.same[channel][: block.real], block.start):
                # The run's last sample lies in this block or just before it: both are in `lead`.
                zero = float(block.lead[channel, CELL + end - 1 - block.start]) == 0.0
                if end - start < self._rate_hz * LONGEST_S and len(self._found) < _MOST_CANDIDATES:
                    self._found.append((max(start - 1, 0), end, channel, zero))

    def report(self, facts: Facts, table: HopTable) -> None:
        loud = table.energies > ENTERED_ABOVE_FS**2 * self._hop
        kept = [found for found in self._found if self._inside_sound(found, loud)]
        frozen = [found for found in kept if not found[3]]
        if len(frozen) > _MOST_FROZEN_PER_MINUTE * max(self._end / self._rate_hz / 60, 1):
            kept = [found for found in kept if found[3]]
        places = _merged(kept)
        facts.put(
            "defects",
            dropouts=len(places),
            dropout_places=tuple(
                Span(start_s=start / self._rate_hz, end_s=end / self._rate_hz) for start, end in places[:MAX_PLACES]
            ),
        )

    def _inside_sound(self, found: tuple[int, int, int, bool], loud: NDArray[np.bool_]) -> bool:
        start, end, channel, _ = found
        before, after = start // self._hop, end // self._hop
        own = loud[channel]
        return bool(own[max(before - 1, 0) : before + 1].any() and own[after : after + 2].any() and start > 0)


def _has_still_cell(same: NDArray[np.bool_]) -> bool:
    """Whether an aligned cell of 32 samples stands still; every run of more than two cells holds one."""
    eights = same.view(np.uint64) == _EIGHT_TRUE
    return bool((eights.view(np.uint32) == _FOUR_TRUE).any())


def _merged(found: list[tuple[int, int, int, bool]]) -> list[tuple[int, int]]:
    """Join what overlaps in time: a gap in both channels is one dropout."""
    places: list[tuple[int, int]] = []
    for start, end, _, _ in sorted(found):
        if places and start <= places[-1][1]:
            places[-1] = places[-1][0], max(places[-1][1], end)
        else:
            places.append((start, end))
    return places
