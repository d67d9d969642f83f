"""True peak (ITU-R BS.1770-5, Annex 2): four times oversampled at every rate, from the first sample to the last.

Oversampling everything would cost more than the rest of the meter. The interpolator cannot make more of its samples
than the sum of its coefficients' sizes (`WORST_GAIN`), so a cell whose samples stay below the running maximum divided
by that gain is left out: the result is exactly what oversampling everything would give.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from portal.checks.sound_facts import Span
from workers.audio.blocks import CELL, Block, Floats
from workers.audio.limits import FULL_SCALE
from workers.audio.places import Places

FACTOR = 4
_HALF = CELL // 2  # samples on either side of an interpolated point
_KAISER_BETA = 7.0
_SAME_PLACE_S = 0.005  # overs nearer than this are one place


def _interpolator() -> Floats:
    """(2 CELL, 3 CELL): two cells of samples -> the three points after each of the CELL samples in their middle."""
    matrix = np.zeros((2 * CELL, CELL, FACTOR - 1))
    taps = np.arange(1 - _HALF, _HALF + 1)
    for phase in range(1, FACTOR):
        distance = taps - phase / FACTOR
        response = np.sinc(distance) * np.i0(_KAISER_BETA * np.sqrt(1 - (distance / (_HALF + 0.5)) ** 2))
        response /= response.sum()
        for point in range(CELL):
            matrix[_HALF + point + taps, point, phase - 1] = response
    return matrix.reshape(2 * CELL, -1).astype(np.float32)


_MATRIX = _interpolator()
WORST_GAIN = float(np.abs(_MATRIX).sum(axis=0).max()) * (1 + 1e-6)


@dataclass(frozen=True)
class TruePeakResult:
    """Linear peaks; 1.0 is 0 dBTP."""

    peak: float
    peak_at: int
    peak_channel: int
    overs: int
    intersample_overs: int  # overs where no sample reaches full scale
    over_places: tuple[Span, ...]  # above 0 dBTP, their values in dBTP


@dataclass
class _OpenOver:
    start: int
    end: int
    peak: float
    sample_peak: float


class TruePeakMeter:
    """Feed it every Block of a file, then ask for the result."""

    def __init__(self, rate_hz: int, channels: int, *, full_scale: float = FULL_SCALE) -> None:
        self._full_scale = full_scale
        self._gap = round(rate_hz * _SAME_PLACE_S)
        self._best: list[tuple[float, int]] = [(0.0, 0)] * channels
        self._hot = np.zeros(channels, np.bool_)  # the cell before this block held a loud sample
        self._open: list[_OpenOver | None] = [None] * channels
        self._overs = self._intersample = 0
        self._rate_hz = rate_hz
        self._places = Places()
        self._tail: Floats = np.zeros((channels, CELL), np.float32)
        self._end = 0

    def push(self, block: Block) -> None:
        for channel, peaks in enumerate(block.peaks):
            hop = int(peaks.argmax())
            if peaks[hop] > self._best[channel][0]:
                inside = int(np.abs(block.hops[channel, hop]).argmax())
                self._best[channel] = float(peaks[hop]), block.start + hop * block.hop + inside
        loudest = max(peak for peak, _ in self._best)
        limit = min(loudest, 1.0) / WORST_GAIN
        for channel in range(len(self._best)):
            self._scan(block, channel, limit)
        self._tail = block.lead[:, -CELL:]
        self._end = block.start + block.x.shape[1]

    def result(self) -> TruePeakResult:
        """Return the peaks; the last samples are followed by silence, so a peak after them counts."""
        lead = np.concatenate([self._tail, np.zeros((len(self._best), CELL), np.float32)], axis=1)
        for channel, window in enumerate(lead):
            self._points(window[None], np.array([0]), channel, self._end)
            self._close(channel)
        channel = max(range(len(self._best)), key=lambda index: self._best[index][0])
        peak, at = self._best[channel]
        return TruePeakResult(peak, at, channel, self._overs, self._intersample, self._places.spans())

    def _scan(self, block: Block, channel: int, limit: float) -> None:
        if not self._hot[channel] and float(block.peaks[channel].max()) <= limit:
            return
        samples = block.x[channel]
        loud = (samples > limit) | (samples < -limit)
        hot = (loud.view(np.uint64) != 0).view(np.uint32) != 0  # eight, then four of them: one value per cell
        active = hot.copy()
        active[1:] |= hot[:-1]
        active[0] |= self._hot[channel]
        self._hot[channel] = hot[-1]
        cells = np.flatnonzero(active)
        if len(cells):
            rows = block.lead[channel].reshape(-1, CELL)
            self._points(np.concatenate([rows[cells], rows[cells + 1]], axis=1), cells, channel, block.start)

    def _points(self, windows: Floats, cells: NDArray[np.int64], channel: int, start: int) -> None:
        """windows: (n, 2 CELL). The points of a cell lie half a cell before it, so that all their taps are known."""
        points = windows @ _MATRIX
        highest = max(float(points.max()), -float(points.min()))
        if highest > self._best[channel][0]:
            row, column = divmod(int(np.abs(points).argmax()), points.shape[1])
            frame = start + int(cells[row]) * CELL - _HALF + column // (FACTOR - 1)
            self._best[channel] = highest, max(frame, 0)
        sample_peak = max(float(windows.max()), -float(windows.min()))
        if max(highest, sample_peak) > 1.0:
            self._note_overs(windows, points, cells, channel, start)

    def _note_overs(self, windows: Floats, points: Floats, cells: NDArray[np.int64], channel: int, start: int) -> None:
        between = np.abs(points).max(axis=1)
        samples = np.abs(windows[:, _HALF : _HALF + CELL]).max(axis=1)
        for row in np.flatnonzero((between > 1.0) | (samples > 1.0)):
            first = max(start + int(cells[row]) * CELL - _HALF, 0)
            peak, sample = max(float(between[row]), float(samples[row])), float(samples[row])
            over = self._open[channel]
            if over is not None and first - over.end <= self._gap:
                over.end, over.peak = first + CELL, max(over.peak, peak)
                over.sample_peak = max(over.sample_peak, sample)
                continue
            self._close(channel)
            self._open[channel] = _OpenOver(first, first + CELL, peak, sample)

    def _close(self, channel: int) -> None:
        over, self._open[channel] = self._open[channel], None
        if over is None:
            return
        self._overs += 1
        self._intersample += over.sample_peak < self._full_scale
        self._places.add(
            Span(
                start_s=over.start / self._rate_hz,
                end_s=over.end / self._rate_hz,
                channel=channel,
                value=20 * math.log10(over.peak),
            )
        )
