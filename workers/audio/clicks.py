"""Clicks: one or two samples whose second difference stands far out of everything around them."""

import numpy as np

from portal.checks.sound_facts import Span
from workers.audio.blocks import CELL, HOPS, Block, Floats
from workers.audio.facts import Facts
from workers.audio.limits import MAX_PLACES

_TIMES_NEIGHBOURHOOD = 8.0  # over the median of the hops around
_TIMES_OWN_HOP = 8.0  # over the RMS of the rest of its hop
_SMALLEST_FS = 0.01
_NEIGHBOURS = 10  # hops on either side
_WIDEST = 6  # samples that one click may touch
_SAME_CLICK_S = 0.002


class Clicks:
    """Feed it every Block of a file. A click in both channels at once is one click."""

    def __init__(self, rate_hz: int) -> None:
        self._rate_hz = rate_hz
        self._last = -rate_hz
        self._count = 0
        self._places: list[Span] = []

    def push(self, block: Block) -> None:
        x = block.lead
        bend = x[:, CELL:] - x[:, CELL - 1 : -1]
        bend -= x[:, CELL - 1 : -1]
        bend += x[:, CELL - 2 : -2]
        hops = bend.reshape(len(bend), HOPS, block.hop)
        sizes = np.maximum(hops.max(axis=2), -hops.min(axis=2))
        loud = sizes > _SMALLEST_FS
        if not loud.any():
            return
        usual = _usual(sizes)
        for hop, channel in np.argwhere((loud & (sizes > _TIMES_NEIGHBOURHOOD * usual)).T).tolist():
            self._examine(hops[channel, hop], channel, block.start + hop * block.hop, block.start + block.real)

    def report(self, facts: Facts) -> None:
        facts.put("defects", clicks=self._count, click_places=tuple(self._places))

    def _examine(self, bend: Floats, channel: int, start: int, end: int) -> None:
        """A click is narrow and alone; an onset bends the whole rest of its hop."""
        size = np.abs(bend)
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


def _usual(sizes: Floats) -> Floats:
    """Median of the hops around each hop, inside the block."""
    padded = np.pad(sizes, ((0, 0), (_NEIGHBOURS, _NEIGHBOURS)), mode="reflect")
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * _NEIGHBOURS + 1, axis=1)
    return np.asarray(np.median(windows, axis=2))
