"""Stretches in which one of two channels is silent while the other one goes on: a cable, a pan, half an export."""

import heapq
from dataclasses import dataclass

import numpy as np

from portal.checks.sound_facts import Span
from workers.audio.blocks import Floats
from workers.audio.hops import Hops
from workers.audio.limits import MAX_PLACES
from workers.audio.runs import runs

SILENT_BELOW_FS = 1e-4  # -80 dBFS
SOUNDS_ABOVE_FS = 10 ** (-50 / 20)
SHORTEST_S = 1.0  # of sound in the other channel


@dataclass
class _Stretch:
    """A channel is silent; the hops in which the other one sounds: how many, the first, the end of the last."""

    sounding: int = 0
    first: int = 0
    end: int = 0

    def add(self, sounding: int, first: int, end: int) -> None:
        if not sounding:
            return
        if not self.sounding:
            self.first = first
        self.sounding, self.end = self.sounding + sounding, end


class OneSided:
    """Feed it the Hops of a stereo file. Pauses of the sounding channel part no stretch, but do not count as sound."""

    def __init__(self, hop: int, rate_hz: int) -> None:
        self._hop_s = hop / rate_hz
        self._open: list[_Stretch | None] = [None, None]
        self._longest: list[tuple[int, int, int, int]] = []  # a heap: sounding hops, -first, end, channel

    def push(self, hops: Hops) -> None:
        powers = hops.moving_energies() / np.float32(hops.hop)
        for channel in range(2):
            self._follow(channel, powers[channel], powers[1 - channel], hops.start)

    def found(self) -> dict[str, object]:
        """Return the fields of the report. To be called once, at the end."""
        for channel in range(2):
            self._close(channel)
        longest = sorted(self._longest, reverse=True)
        return {
            "one_sided_s": longest[0][0] * self._hop_s if longest else 0.0,
            "one_sided_places": tuple(
                Span(
                    start_s=-first * self._hop_s,
                    end_s=end * self._hop_s,
                    channel=channel,
                    value=sounding * self._hop_s,
                )
                for sounding, first, end, channel in longest
            ),
        }

    def _follow(self, channel: int, own: Floats, other: Floats, start: int) -> None:
        silent = own < SILENT_BELOW_FS**2
        if not silent[0]:
            self._close(channel)
        if not silent.any():
            return
        sounds = np.flatnonzero(other > SOUNDS_ABOVE_FS**2)
        begins, ends = runs(silent)
        low, high = np.searchsorted(sounds, begins), np.searchsorted(sounds, ends)
        for end, first, behind in zip(ends.tolist(), low.tolist(), high.tolist(), strict=True):
            stretch = self._open[channel] or _Stretch()
            if behind > first:
                stretch.add(behind - first, start + int(sounds[first]), start + int(sounds[behind - 1]) + 1)
            self._open[channel] = stretch
            if end < len(silent):
                self._close(channel)

    def _close(self, channel: int) -> None:
        stretch, self._open[channel] = self._open[channel], None
        if stretch is None or stretch.sounding * self._hop_s < SHORTEST_S:
            return
        heapq.heappush(self._longest, (stretch.sounding, -stretch.first, stretch.end, channel))
        if len(self._longest) > MAX_PLACES:
            heapq.heappop(self._longest)
