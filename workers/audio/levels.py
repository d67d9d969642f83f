"""Sample peaks, RMS, DC, samples beyond full scale, and how loud the very first and last 10 ms are."""

import math

import numpy as np

from portal.checks.sound_facts import Span
from workers.audio.blocks import Block, Floats
from workers.audio.facts import Facts
from workers.audio.hops import Hops
from workers.audio.places import Places
from workers.audio.rows import Doubles
from workers.audio.segments import loudest_channel_rms

_ROUNDING = 1e-6  # of single precision, where an offset is subtracted from itself


class Levels:
    """Feed it every Block and all Hops, then call `report`."""

    def __init__(self, rate_hz: int, channels: int) -> None:
        self._rate_hz = rate_hz
        self._peaks = np.zeros(channels)
        self._sums: Doubles = np.zeros(channels)
        self._squares: Doubles = np.zeros(channels)
        self._peak_at = [0] * channels
        self._first: Floats | None = None
        self._last: Floats = np.zeros((channels, 0), np.float32)
        self._overs = 0
        self._over_places = Places()
        self._frames = 0

    def push(self, block: Block) -> None:
        if self._first is None:
            self._first = block.x[:, : min(block.hop, block.real)].copy()
        tail = block.x[:, max(block.real - block.hop, 0) : block.real]
        self._last = np.concatenate([self._last, tail], axis=1)[:, -block.hop :]
        self._frames += block.real
        for channel, peaks in enumerate(block.peaks):
            hop = int(peaks.argmax())
            if peaks[hop] > self._peaks[channel]:
                self._peaks[channel] = peaks[hop]
                inside = int(np.abs(block.hops[channel, hop]).argmax())
                self._peak_at[channel] = block.start + hop * block.hop + inside
            if peaks[hop] > 1.0:
                self._note_overs(block, channel)

    def survey(self, hops: Hops) -> None:
        self._sums += hops.sums.sum(axis=1, dtype=np.float64)
        self._squares += hops.energies.sum(axis=1, dtype=np.float64)

    @property
    def rms(self) -> Doubles:
        """(channels,): root mean square of the whole recording; 1.0 is full scale."""
        return np.sqrt(self._squares / self._frames)

    @property
    def means(self) -> Doubles:
        """(channels,): the constant offset (DC) of each."""
        return self._sums / self._frames

    @property
    def moving_rms(self) -> Doubles:
        """(channels,): the same without the mean: a constant offset is no sound."""
        power = self._squares / self._frames
        moving = power - (self._sums / self._frames) ** 2
        return np.sqrt(np.where(moving > power * _ROUNDING, moving, 0))

    def report(self, facts: Facts) -> None:
        first = self._first if self._first is not None else self._last
        means = self.means
        worst = int(np.abs(means).argmax())
        loudest = int(self._peaks.argmax())
        peak = float(self._peaks[loudest])
        facts.put(
            "levels",
            peak_fs=tuple(self._peaks.tolist()),
            rms_fs=tuple(self.rms.tolist()),
            digital_silence=peak == 0,
            over_samples=self._overs,
            over_places=self._over_places.spans(),
            dc_offset=float(means[worst]),
            dc_offset_channel=worst,
        )
        facts.put(
            "silence",
            start_rms_fs=loudest_channel_rms(first, self._rate_hz),
            end_rms_fs=loudest_channel_rms(self._last, self._rate_hz),
        )
        if peak > 0:
            facts.put(
                "loudness",
                sample_peak_dbfs=20 * math.log10(peak),
                sample_peak_at_s=self._peak_at[loudest] / self._rate_hz,
                sample_peak_channel=loudest,
            )

    def _note_overs(self, block: Block, channel: int) -> None:
        over = np.flatnonzero(np.abs(block.x[channel]) > 1.0)
        self._overs += len(over)
        places = np.split(over, np.flatnonzero(np.diff(over) > block.hop) + 1)
        for place in places:
            start, end = block.start + int(place[0]), block.start + int(place[-1]) + 1
            peak = float(np.abs(block.x[channel, place]).max())
            self._over_places.add(
                Span(
                    start_s=start / self._rate_hz,
                    end_s=end / self._rate_hz,
                    channel=channel,
                    value=20 * math.log10(peak),
                )
            )
