"""Clicks: one or two samples whose second difference stands far out of everything around them."""

import numpy as np
from numpy.typing import NDArray

from portal.checks.sound_facts import Span
from workers.audio.blocks import CELL, Block, Floats
from workers.audio.facts import Facts
from workers.audio.limits import MAX_PLACES

_TIMES_USUAL = 8.0  # over the median hop of its second
_TIMES_NEIGHBOURS = 4.0  # over the hops before and after
_TIMES_OWN_HOP = 8.0  # over the RMS of the rest of its hop
_SMALLEST_FS = 0.01
_WIDEST = 6  # samples that one click may touch
_SAME_CLICK_S = 0.002
_EITHER_SIDE = np.array([0, 1, 3, 4])  # of a hop in a row with two more in front

Indices = NDArray[np.intp]


class Clicks:
    """Feed it every Block of a file. A click in both channels at once is one click."""

    def __init__(self, rate_hz: int) -> None:
        self._rate_hz = rate_hz
        self._last = -rate_hz
        self._count = 0
        self._places: list[Span] = []

    def push(self, block: Block) -> None:
        sizes = block.turns
        usual = _median(sizes)
        standing_out = sizes > np.maximum(_SMALLEST_FS, _TIMES_USUAL * usual)
        if not standing_out.any():
            return
        hops, channels = np.nonzero(standing_out.T)
        alone = sizes[channels, hops] > _TIMES_NEIGHBOURS * _around(sizes, channels, hops)
        for hop, channel in zip(hops[alone].tolist(), channels[alone].tolist(), strict=True):
            bend = np.abs(np.diff(block.lead[channel, CELL - 2 + hop * block.hop :][: block.hop + 2], n=2))
            self._examine(bend, channel, block.start + hop * block.hop, block.start + block.real)

    def report(self, facts: Facts) -> None:
        facts.put("defects", clicks=self._count, click_places=tuple(self._places))

    def _examine(self, size: Floats, channel: int, start: int, end: int) -> None:
        """A click is narrow and alone; an onset bends the whole rest of its hop."""
        at = int(size.argmax())
        far = np.flatnonzero(size > 0.3 * size[at])
        rest = np.delete(size, np.s_[max(at - _WIDEST, 0) : at + _WIDEST])
        frame = start + at - 1
        alone = far[-1] - far[0] < _WIDEST and size[at] > _TIMES_OWN_HOP * np.sqrt(np.mean(rest * rest)) + 1e-9
        if not alone or frame >= end - 2 or frame < 2 or frame - self._last < _SAME_CLICK_S * self._rate_hz:
            return
        self._last = frame
        self._count += 1
        if len(self._places) < MAX_PLACES:
            at_s = frame / self._rate_hz
            self._places.append(Span(start_s=at_s, end_s=at_s + 2 / self._rate_hz, channel=channel))


def _median(sizes: Floats) -> Floats:
    """(channels, HOPS) -> (channels, 1). HOPS is even: the mean of the two in the middle."""
    half = sizes.shape[1] // 2
    return np.asarray(np.partition(sizes, (half - 1, half), axis=1)[:, half - 1 : half + 1].mean(axis=1, keepdims=True))


def _around(sizes: Floats, channels: Indices, hops: Indices) -> Floats:
    """The second largest of the two hops on either side: a click may reach into one of them, an onset fills two."""
    padded = np.zeros((len(sizes), sizes.shape[1] + 4), np.float32)
    padded[:, 2:-2] = sizes
    near = padded[channels[:, None], hops[:, None] + _EITHER_SIDE]
    near.sort(axis=1)
    return np.asarray(near[:, -2])
