"""True peak (ITU-R BS.1770-5, Annex 2): four times oversampled at every rate, from the first sample to the last.

Oversampling everything would cost more than the rest of the meter. Two bounds tell what can be left out, and the result
is still exactly what oversampling everything would give. The interpolator cannot make more of its samples than the sum
of its coefficients' sizes (`WORST_GAIN`). And between two samples it cannot leave the straight line from one to the
other by more than half (`PER_TURN`) of the sharpest turn nearby, the largest second difference: a loud bass that moves
slowly needs no oversampling.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from portal.checks.sound_facts import Span
from workers.audio.blocks import CELL, Block, Floats
from workers.audio.limits import FULL_SCALE
from workers.audio.places import Places
from workers.audio.rows import Doubles

FACTOR = 4
_HALF = CELL // 2  # samples on either side of an interpolated point
_KAISER_BETA = 7.0
_TAPS = np.arange(1 - _HALF, _HALF + 1)
_REACH = 2  # hops: one to either side for the samples of a point, one more for the points that a sample helps to make
_SAME_PLACE_S = 0.005  # overs nearer than this are one place


def _responses() -> Doubles:
    """(CELL, 3): what each of the CELL samples around a gap gives to the three points in it."""
    columns = []
    for phase in range(1, FACTOR):
        distance = _TAPS - phase / FACTOR
        response = np.sinc(distance) * np.i0(_KAISER_BETA * np.sqrt(1 - (distance / (_HALF + 0.5)) ** 2))
        columns.append(response / response.sum())
    return np.stack(columns, axis=1)


def _interpolator() -> Floats:
    """(2 CELL, 3 CELL): two cells of samples -> the three points after each of the CELL samples in their middle."""
    matrix = np.zeros((2 * CELL, CELL, FACTOR - 1), np.float32)
    for point in range(CELL):
        matrix[_HALF + point + _TAPS, point] = _responses()
    return matrix.reshape(2 * CELL, -1)


def _worst_bulge() -> tuple[float, float]:
    """How far a point can leave the line between its neighbours, per unit of sharpest turn and per unit of peak."""
    responses = _responses()
    for phase in range(1, FACTOR):
        responses[_HALF - 1 : _HALF + 1, phase - 1] -= 1 - phase / FACTOR, phase / FACTOR
    once = np.cumsum(responses, axis=0)  # summed by parts, the coefficients meet first differences,
    twice = np.cumsum(once, axis=0)  # and then second ones
    return float(np.abs(twice).sum(axis=0).max()), float((np.abs(once[-1]) + 2 * np.abs(twice[-1])).max())


_MATRIX = _interpolator()
_ROUNDING = 1e-5  # of single-precision sums
WORST_GAIN = float(np.abs(_MATRIX).sum(axis=0).max()) + _ROUNDING
PER_TURN, _PER_PEAK = _worst_bulge()
PER_PEAK = _PER_PEAK + _ROUNDING


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
        self._peaks: Floats = np.zeros((channels, _REACH + 1), np.float32)  # of the hops before this block
        self._turns: Floats = self._peaks
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
        peaks = np.concatenate([self._peaks, block.peaks], axis=1)
        turns = np.concatenate([self._turns, block.turns], axis=1)
        self._peaks, self._turns = peaks[:, -_REACH - 1 :], turns[:, -_REACH - 1 :]
        lowest = self._lowest_that_matter(peaks, turns)
        worth = peaks[:, _REACH:] > lowest
        for channel in np.flatnonzero(worth.any(axis=1)).tolist():
            self._scan(block, channel, lowest[channel], worth[channel])
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

    def _lowest_that_matter(self, peaks: Floats, turns: Floats) -> Floats:
        """(channels, 1 + HOPS): samples above this need a closer look, from the hop before the block on."""
        limit = np.float32(min(max(peak for peak, _ in self._best), 1.0))
        bulges = np.float32(PER_TURN) * turns + np.float32(PER_PEAK) * peaks
        width = bulges.shape[1] - _REACH
        ahead = np.concatenate([bulges, np.zeros((len(bulges), _REACH), np.float32)], axis=1)
        near = ahead[:, :width].copy()
        for shift in range(1, 2 * _REACH + 1):
            np.maximum(near, ahead[:, shift : shift + width], out=near)
        return np.maximum(limit - near, limit / np.float32(WORST_GAIN))

    def _scan(self, block: Block, channel: int, lowest: Floats, worth: NDArray[np.bool_]) -> None:
        lead, own = lowest[0], worth[1:]
        samples, limits = block.hops[channel][own], lowest[1:][own, None]
        loud = np.zeros(block.hops.shape[1:], np.bool_)
        loud[own] = (samples > limits) | (samples < -limits)
        hot = (loud.reshape(-1).view(np.uint64) != 0).view(np.uint32) != 0  # eight, then four: one value per cell
        active = hot.copy()
        active[1:] |= hot[:-1]
        active[0] |= np.abs(block.lead[channel, :CELL]).max() > lead
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
        samples = np.abs(windows[:, _HALF : _HALF + CELL]).max(axis=1)
        peaks = np.maximum(np.abs(points).max(axis=1), samples)
        rows = np.flatnonzero(peaks > 1.0)
        if not len(rows):
            return
        starts = np.maximum(start + cells[rows] * CELL - _HALF, 0)
        places = np.flatnonzero(np.diff(starts, prepend=-CELL - self._gap - 1) > CELL + self._gap)
        lasts = np.append(places[1:], len(rows)) - 1
        numbers = (
            starts[places],
            starts[lasts] + CELL,
            *(np.maximum.reduceat(of[rows], places) for of in (peaks, samples)),
        )
        for first, end, peak, sample in zip(*(each.tolist() for each in numbers), strict=True):
            over = self._open[channel]
            if over is not None and first - over.end <= self._gap:
                over.end, over.peak = end, max(over.peak, peak)
                over.sample_peak = max(over.sample_peak, sample)
                continue
            self._close(channel)
            self._open[channel] = _OpenOver(first, end, peak, sample)

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
