"""Clicks: one or two samples whose second difference stands far out of everything around them.

A drum may begin like that too, but then with a step, from which its tone goes on louder than what was before.
"""

import numpy as np
from numpy.typing import NDArray

from portal.checks.sound_facts import Span
from workers.audio.blocks import CELL, HOPS, Block, Floats
from workers.audio.facts import Facts
from workers.audio.places import Places

_TIMES_USUAL = 8.0  # over the median hop of its second
_TIMES_NEIGHBOURS = 4.0  # over the hops before and after
_TIMES_OWN_HOP = 8.0  # over the RMS of the rest of its hop
_SMALLEST_FS = 0.01
_WIDEST = 6  # samples that one click may touch
_SAME_CLICK_S = 0.002
_STEP_SHARE = 0.25  # of the bend: a step bends once by its height, a single sample twice
_TONE_HOPS = 2  # 20 ms: a whole wave of 50 Hz
_TONE_LOUDER = 2.0  # 3 dB: the energy after it over that before it makes it the beginning of a sound
_KEPT_HOPS = HOPS + _TONE_HOPS + 1  # a click at the joint belongs to the hop before it
_EITHER_SIDE = np.array([0, 1, 3, 4])  # of a hop in a row with two more in front

Indices = NDArray[np.intp]


class Clicks:
    """Feed it every Block of a file. A click in both channels at once is one click."""

    def __init__(self, rate_hz: int) -> None:
        self._rate_hz = rate_hz
        self._last = -rate_hz
        self._count = 0
        self._places = Places()
        self._new: list[tuple[int, int, bool]] = []  # frame, channel, a step: of the last block
        self._energies: Floats = np.zeros((0, 0), np.float32)  # per hop, of the last two blocks and a little before
        self._energies_from = 0
        self._hop = 1

    def push(self, block: Block) -> None:
        self._settle(block)
        sizes = block.turns
        usual = _median(sizes)
        standing_out = sizes > np.maximum(_SMALLEST_FS, _TIMES_USUAL * usual)
        if not standing_out.any():
            return
        hops, channels = np.nonzero(standing_out.T)
        alone = sizes[channels, hops] > _TIMES_NEIGHBOURS * _around(sizes, channels, hops)
        for hop, channel in zip(hops[alone].tolist(), channels[alone].tolist(), strict=True):
            first = CELL - 2 + hop * block.hop
            bend = np.abs(np.diff(block.lead[channel, first:][: block.hop + 2], n=2))
            at = self._examine(bend)
            frame = block.start + hop * block.hop + at - 1
            if at >= 0 and 2 <= frame < block.start + block.real - 2:
                steps = _steps(block.lead[channel], first + at + 1, _STEP_SHARE * float(bend[at]))
                self._new.append((frame, channel, steps))

    def report(self, facts: Facts) -> None:
        self._settle(None)
        facts.put("defects", clicks=self._count, click_places=self._places.spans())

    @staticmethod
    def _examine(size: Floats) -> int:
        """Return where the click is, or -1. It is narrow and alone; most onsets bend the whole rest of their hop."""
        at = int(size.argmax())
        far = np.flatnonzero(size > 0.3 * size[at])
        rest = np.delete(size, np.s_[max(at - _WIDEST, 0) : at + _WIDEST])
        alone = far[-1] - far[0] < _WIDEST and size[at] > _TIMES_OWN_HOP * np.sqrt(np.mean(rest * rest)) + 1e-9
        return at if alone else -1

    def _settle(self, block: Block | None) -> None:
        """Count what was found in the last block, now that it is known what came after."""
        if block is not None:
            kept = self._energies[:, -_KEPT_HOPS:] if len(self._energies) else block.energies[:, :0]
            self._energies = np.concatenate([kept, block.energies], axis=1)
            self._energies_from = block.start // block.hop - kept.shape[1]
            self._hop = block.hop
        for frame, channel, steps in self._new:
            begins = steps and self._grows(frame, channel)
            if not begins and frame - self._last >= _SAME_CLICK_S * self._rate_hz:
                self._note(frame, channel)
        self._new.clear()

    def _grows(self, frame: int, channel: int) -> bool:
        """Whether the 20 ms behind this hop are much louder than those in front of it."""
        hop = frame // self._hop - self._energies_from
        before = self._energies[channel, max(hop - _TONE_HOPS, 0) : hop].sum()
        after = self._energies[channel, hop + 1 : hop + 1 + _TONE_HOPS].sum()
        return bool(after > _TONE_LOUDER * before + _SMALLEST_FS**2 * self._hop)

    def _note(self, frame: int, channel: int) -> None:
        self._last = frame
        self._count += 1
        at_s = frame / self._rate_hz
        self._places.add(Span(start_s=at_s, end_s=at_s + 2 / self._rate_hz, channel=channel))


def _median(sizes: Floats) -> Floats:
    """(channels, HOPS) -> (channels, 1). HOPS is even: the mean of the two in the middle."""
    half = sizes.shape[1] // 2
    return np.asarray(np.partition(sizes, (half - 1, half), axis=1)[:, half - 1 : half + 1].mean(axis=1, keepdims=True))


def _steps(samples: Floats, at: int, least: float) -> bool:
    """Whether the wave goes on at another height; true where the block ends before that can be seen."""
    before, after = samples[at - _WIDEST - 4 : at - 3], samples[at + 4 : at + _WIDEST + 5]
    return not len(after) or abs(float(np.median(after)) - float(np.median(before))) > least


def _around(sizes: Floats, channels: Indices, hops: Indices) -> Floats:
    """The second largest of the two hops on either side: a click may reach into one of them, an onset fills two."""
    padded = np.zeros((len(sizes), sizes.shape[1] + 4), np.float32)
    padded[:, 2:-2] = sizes
    near = padded[channels[:, None], hops[:, None] + _EITHER_SIDE]
    near.sort(axis=1)
    return np.asarray(near[:, -2])
