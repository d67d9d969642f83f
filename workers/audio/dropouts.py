"""Dropouts: the sound stops or freezes for 3 to 500 ms and goes on, as when a buffer runs empty during a bounce."""

import math

import numpy as np
from numpy.typing import NDArray

from portal.checks.sound_facts import Span
from workers.audio.blocks import CELL, HOPS, Block, Floats, hop_frames
from workers.audio.facts import Facts
from workers.audio.limits import MAX_PLACES
from workers.audio.runs import RunTracker

SHORTEST_S, LONGEST_S = 0.003, 0.5
ENTERED_ABOVE_FS = 0.01  # -40 dBFS
SHARP_TURN = 0.15  # of the RMS beside it: a note that was faded, or begins softly, bends less than this
_MOST_FROZEN_PER_MINUTE = 60  # more is the wave's own shape, as in a square bass
_MOST_PLACES = 100_000
_KEPT_HOPS = 2 * HOPS  # a run that ended in the last block began up to half a second before it
_EIGHT_TRUE, _FOUR_TRUE = np.uint64(0x0101010101010101), np.uint32(0x01010101)


class Dropouts:
    """Collects runs of equal samples that have sound on both sides; feed it every Block."""

    def __init__(self, rate_hz: int, channels: int) -> None:
        self._rate_hz = rate_hz
        self._shortest = round(rate_hz * SHORTEST_S)
        self._trackers = [RunTracker(self._shortest - 1) for _ in range(channels)]
        self._hop = hop_frames(rate_hz)
        self._new: list[tuple[int, int, int, bool]] = []  # start, end, channel, digital zero: in the last block
        self._found: list[tuple[int, int, bool]] = []  # start, end, digital zero
        self._energies: Floats = np.zeros((channels, 0), np.float32)  # of the last hops
        self._turns: Floats = np.zeros((channels, 0), np.float32)
        self._end = 0

    def push(self, block: Block) -> None:
        self._keep_energies(block)
        self._end = block.start + block.real
        self._settle()
        still = _have_still_cell(block.same) if self._shortest > 2 * CELL else (True,) * len(self._trackers)
        for channel, tracker in enumerate(self._trackers):
            if not still[channel] and not tracker.is_open:
                continue
            for start, end in tracker.push(block.same[channel][: block.real], block.start):
                # The run's last sample lies in this block or just before it: both are in `lead`.
                zero = float(block.lead[channel, CELL + end - 1 - block.start]) == 0.0
                if end - start < self._rate_hz * LONGEST_S:
                    self._new.append((max(start - 1, 0), end, channel, zero))

    def report(self, facts: Facts) -> None:
        self._settle()
        frozen = sum(not zero for _, _, zero in self._found)
        too_many = frozen > _MOST_FROZEN_PER_MINUTE * max(self._end / self._rate_hz / 60, 1)
        places = _merged([(start, end) for start, end, zero in self._found if zero or not too_many])
        facts.put(
            "defects",
            dropouts=len(places),
            dropout_places=tuple(
                Span(start_s=start / self._rate_hz, end_s=end / self._rate_hz) for start, end in places[:MAX_PLACES]
            ),
        )

    def _keep_energies(self, block: Block) -> None:
        used = -(-block.real // self._hop)
        kept, turns = self._energies[:, -_KEPT_HOPS:], self._turns[:, -_KEPT_HOPS:]
        self._energies = np.concatenate([kept, block.energies[:, :used]], axis=1)
        self._turns = np.concatenate([turns, block.turns[:, :used]], axis=1)
        self._energies_from = block.start // self._hop - kept.shape[1]

    def _settle(self) -> None:
        """Keep what began and ended in sound, a block later, when it is known what came after."""
        for start, end, channel, zero in self._new:
            if len(self._found) < _MOST_PLACES and self._inside_sound(start, end, channel):
                self._found.append((start, end, zero))
        self._new.clear()

    def _inside_sound(self, start: int, end: int, channel: int) -> bool:
        """Whether it is loud on both sides, and the sound is cut off or comes back sharply on one of them."""
        energies, turns = self._energies[channel], self._turns[channel]
        before, after = start // self._hop - self._energies_from, end // self._hop - self._energies_from
        edges = (slice(max(before - 1, 0), before + 1), slice(before, before + 2)), (slice(after, after + 2),) * 2
        levels = [math.sqrt(float(energies[beside].max(initial=0)) / self._hop) for beside, _ in edges]
        bends = [float(turns[edge].max(initial=0)) for _, edge in edges]
        sharp = any(bend > SHARP_TURN * level for bend, level in zip(bends, levels, strict=True))
        return start > 0 and min(levels) > ENTERED_ABOVE_FS and sharp


def _have_still_cell(same: NDArray[np.bool_]) -> tuple[bool, ...]:
    """Whether an aligned cell of 32 samples stands still in each channel; a run of more than two cells holds one."""
    eights = same.view(np.uint64) == _EIGHT_TRUE
    return tuple((eights.view(np.uint32) == _FOUR_TRUE).any(axis=1).tolist())


def _merged(found: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Join what overlaps in time: a gap in both channels is one dropout."""
    places: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if places and start <= places[-1][1]:
            places[-1] = places[-1][0], max(places[-1][1], end)
        else:
            places.append((start, end))
    return places
