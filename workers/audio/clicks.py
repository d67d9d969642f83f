"""Clicks: one or two samples whose second difference stands far out of everything around them."""

import numpy as np

from portal.checks.sound_facts import Span
from workers.audio.blocks import CELL, HOPS, Block, Floats, hop_frames
from workers.audio.facts import Facts
from workers.audio.limits import MAX_PLACES

_TIMES_USUAL = 8.0  # over the median hop of its second
_TIMES_NEIGHBOURS = 4.0  # over the hops before and after
_TIMES_OWN_HOP = 8.0  # over the RMS of the rest of its hop
_SMALLEST_FS = 0.01
_WIDEST = 6  # samples that one click may touch
_SAME_CLICK_S = 0.002


class Clicks:
    """Feed it every Block of a file. A click in both channels at once is one click."""

    def __init__(self, rate_hz: int, channels: int) -> None:
        self._rate_hz = rate_hz
        frames = HOPS * hop_frames(rate_hz)
        self._slope = np.empty((channels, frames + 1), np.float32)
        self._bend = np.empty((channels, frames), np.float32)
        self._last = -rate_hz
        self._count = 0
        self._places: list[Span] = []

    def push(self, block: Block) -> None:
        slope = np.subtract(block.lead[:, CELL - 1 :], block.lead[:, CELL - 2 : -1], out=self._slope)
        bend = np.subtract(slope[:, 1:], slope[:, :-1], out=self._bend)
        np.abs(bend, out=bend)
        hops = bend.reshape(len(bend), HOPS, block.hop)
        sizes = hops.max(axis=2)
        loud = sizes > _SMALLEST_FS
        if not loud.any():
            return
        usual = np.median(sizes, axis=1, keepdims=True)
        standing_out = loud & (sizes > _TIMES_USUAL * usual) & (sizes > _TIMES_NEIGHBOURS * _around(sizes))
        for hop, channel in np.argwhere(standing_out.T).tolist():
            self._examine(hops[channel, hop], channel, block.start + hop * block.hop, block.start + block.real)

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


def _around(sizes: Floats) -> Floats:
    """The second largest of the two hops on either side: a click may reach into one of them, an onset fills two."""
    padded = np.pad(sizes, ((0, 0), (2, 2)))
    near = np.stack([padded[:, shift : shift + sizes.shape[1]] for shift in (0, 1, 3, 4)])
    return np.asarray(np.sort(near, axis=0)[-2])
