"""Dropouts: the sound stops or freezes for 3 to 120 ms and goes on, as when a buffer runs empty during a bounce.

Where it is silent for longer, or far louder on one side than on the other, a rest between two notes is likelier.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from portal.checks.sound_facts import Span
from workers.audio.blocks import CELL, HOPS, Block, Floats, hop_frames
from workers.audio.facts import Facts
from workers.audio.places import Places
from workers.audio.runs import RunTracker

SHORTEST_S, LONGEST_S = 0.003, 0.5
LONGEST_UNDERRUN_S = 0.12
MOST_UNEVEN = 10 ** (15 / 20)  # between the sound before and after
ENTERED_ABOVE_FS = 0.01  # -40 dBFS
SHARP_TURN = 0.15  # of the RMS beside it: a note that was faded, or begins softly, bends less than this
_MOST_FROZEN_PER_MINUTE = 60  # more is the wave's own shape, as in a square bass
_MOST_PLACES = 100_000
_SAME_SHARE = 0.5  # of the time that two runs take together, in which both stand still: one hole in two channels
_NEAREST = 8  # as many channels as a file may have
_KEPT_HOPS = 2 * HOPS  # a run that ended in the last block began up to half a second before it
_EIGHT_TRUE, _FOUR_TRUE = np.uint64(0x0101010101010101), np.uint32(0x01010101)


class _Hole(NamedTuple):
    start: int
    end: int
    zero: bool
    rest: bool


class Dropouts:
    """Collects runs of equal samples that have sound on both sides; feed it every Block."""

    def __init__(self, rate_hz: int, channels: int) -> None:
        self._rate_hz = rate_hz
        self._shortest = round(rate_hz * SHORTEST_S)
        self._trackers = [RunTracker(self._shortest - 1) for _ in range(channels)]
        self._hop = hop_frames(rate_hz)
        self._new: list[tuple[int, int, int, bool]] = []  # start, end, channel, digital zero: in the last block
        self._found: list[_Hole] = []
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
        frozen = sum(not hole.zero for hole in self._found)
        too_many = frozen > _MOST_FROZEN_PER_MINUTE * max(self._end / self._rate_hz / 60, 1)
        holes = _merged([hole for hole in self._found if hole.zero or not too_many], self._rate_hz * LONGEST_S)
        for number, places, rest in (("dropouts", "dropout_places", False), ("rests", "rest_places", True)):
            chosen = [hole for hole in holes if hole.rest is rest]
            facts.put("defects", **{number: len(chosen), places: self._spans(chosen)})

    def _spans(self, holes: list[_Hole]) -> tuple[Span, ...]:
        places = Places()
        for hole in holes:
            places.add(Span(start_s=hole.start / self._rate_hz, end_s=hole.end / self._rate_hz))
        return places.spans()

    def _keep_energies(self, block: Block) -> None:
        used = -(-block.real // self._hop)
        kept, turns = self._energies[:, -_KEPT_HOPS:], self._turns[:, -_KEPT_HOPS:]
        self._energies = np.concatenate([kept, block.energies[:, :used]], axis=1)
        self._turns = np.concatenate([turns, block.turns[:, :used]], axis=1)
        self._energies_from = block.start // self._hop - kept.shape[1]

    def _settle(self) -> None:
        """Keep what began and ended in sound, a block later, when it is known what came after."""
        for start, end, channel, zero in self._new:
            if len(self._found) >= _MOST_PLACES:
                break
            levels, sharp = self._beside(start, end, channel)
            if start > 0 and min(levels) > ENTERED_ABOVE_FS and sharp:
                long = end - start > self._rate_hz * LONGEST_UNDERRUN_S
                uneven = max(levels) > MOST_UNEVEN * min(levels)
                self._found.append(_Hole(start, end, zero, rest=zero and (long or uneven)))
        self._new.clear()

    def _beside(self, start: int, end: int, channel: int) -> tuple[list[float], bool]:
        """How loud it is before and after, and whether the sound is cut off or comes back sharply on one side."""
        energies, turns = self._energies[channel], self._turns[channel]
        before, after = start // self._hop - self._energies_from, end // self._hop - self._energies_from
        edges = (slice(max(before - 1, 0), before + 1), slice(before, before + 2)), (slice(after, after + 2),) * 2
        levels = [math.sqrt(float(energies[beside].max(initial=0)) / self._hop) for beside, _ in edges]
        bends = [float(turns[edge].max(initial=0)) for _, edge in edges]
        return levels, any(bend > SHARP_TURN * level for bend, level in zip(bends, levels, strict=True))


def _have_still_cell(same: NDArray[np.bool_]) -> tuple[bool, ...]:
    """Whether an aligned cell of 32 samples stands still in each channel; a run of more than two cells holds one."""
    eights = same.view(np.uint64) == _EIGHT_TRUE
    return tuple((eights.view(np.uint32) == _FOUR_TRUE).any(axis=1).tolist())


def _merged(found: list[_Hole], longest: float) -> list[_Hole]:
    """Join what is the same event: a gap in both channels is one dropout, notes left and right in turn leave many."""
    places: list[_Hole] = []
    for hole in sorted(found):
        for at in range(len(places) - 1, max(len(places) - 1 - _NEAREST, -1), -1):
            other = places[at]
            together = max(other.end, hole.end) - other.start
            if min(other.end, hole.end) - hole.start >= _SAME_SHARE * together and together <= longest:
                places[at] = _Hole(
                    other.start, other.start + together, other.zero and hole.zero, other.rest and hole.rest
                )
                break
        else:
            places.append(hole)
    return places
