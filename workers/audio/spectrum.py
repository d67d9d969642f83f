"""Long-term spectrum from one window per block: band edge, octave balance, correlation of the middle band.

A window a second is enough for what is a property of the whole recording; the windows stand at fixed places, so the
numbers do not depend on packing.
"""

import numpy as np
from numpy.typing import NDArray

from portal.checks.sound_facts import Band
from workers.audio.blocks import HOPS, Block
from workers.audio.facts import Facts
from workers.audio.rows import Rows

WINDOW = 8192
_MOST_WINDOWS = 400  # beyond it every second one goes and the stride doubles: memory stays flat
_LOUDEST_PERCENTILE = 95
_EDGE_FROM_HZ, _BELOW_HZ, _ABOVE_FROM_HZ, _ABOVE_TO_HZ = 10_000, 300, 400, 700
_OCTAVES_HZ = (31.5, 63.0, 125.0, 250.0, 500.0, 1000.0, 2000.0, 4000.0, 8000.0, 16000.0)
_SUB_HZ = 30.0
_MIDDLE_HZ = (100.0, 2000.0)
_SHORTEST_WINDOWS = 3
_FLOOR = 1e-20
_QUIET_POWER = 1e-9  # a window quieter than about -80 dBFS says nothing about correlation


class Spectrum:
    """Feed it every Block of a file."""

    def __init__(self, rate_hz: int, channels: int) -> None:
        self._rate_hz, self._stereo = rate_hz, channels == 2
        self._taper = np.hanning(WINDOW).astype(np.float32) * np.float32(2 / (WINDOW / 2))
        self.frequencies = np.fft.rfftfreq(WINDOW, 1 / rate_hz)
        low, high = np.searchsorted(self.frequencies, _MIDDLE_HZ)
        self._middle = slice(int(low), int(high))
        self._stride, self._seen = 1, 0
        self._powers: list[NDArray[np.float32]] = []  # dB per bin, of the mean over channels
        self._middles = Rows(3)
        self.ltas_db: NDArray[np.float32] | None = None

    def push(self, block: Block) -> None:
        window = block.x[:, :WINDOW] if block.x.shape[1] >= WINDOW else block.lead
        if block.real < min(WINDOW, HOPS * block.hop) or window.shape[1] < WINDOW:
            return
        spectra = np.fft.rfft(window * self._taper, axis=1)
        power = spectra.real**2 + spectra.imag**2
        if self._stereo:
            left, right = spectra[:, self._middle]
            own = power[:, self._middle].sum(axis=1, dtype=np.float64)
            cross = float((left.real * right.real + left.imag * right.imag).sum(dtype=np.float64))
            self._middles.append(np.array([*own, cross])[:, None])
        if self._seen % self._stride == 0:
            self._powers.append((10 * np.log10(power.mean(axis=0) + _FLOOR)).astype(np.float32))
            if len(self._powers) > _MOST_WINDOWS:
                self._powers, self._stride = self._powers[::2], self._stride * 2
        self._seen += 1

    def report(self, facts: Facts) -> None:
        self._report_middle(facts)
        if len(self._powers) < _SHORTEST_WINDOWS:
            facts.excuse("needs at least 3 s of sound", "spectrum", "stereo.mid_band_correlation")
            return
        powers = np.stack(self._powers)
        self._powers = []
        levels = powers.max(axis=1)
        louder = powers[levels >= np.median(levels)]
        self.ltas_db = np.percentile(louder, _LOUDEST_PERCENTILE, axis=0).astype(np.float32)
        mean = (10 ** (louder / 10)).mean(axis=0)
        total = float(mean[1:].sum())
        if total < _QUIET_POWER * 1e-3:
            facts.excuse("the recording is silent", "spectrum")
            return
        self._report_edge(facts, self.ltas_db)
        sub = float(mean[1:][self.frequencies[1:] < _SUB_HZ].sum())
        facts.put("spectrum", sub_30hz_share=sub / total, octave_bands=self._octaves(mean))

    def _report_middle(self, facts: Facts) -> None:
        values = self._middles.join().T
        values = values[values[:, :2].min(axis=1) > _QUIET_POWER]
        if len(values) < _SHORTEST_WINDOWS:
            facts.excuse(
                "needs 3 s with sound from 100 to 2,000 Hz in both channels",
                "stereo.mid_band_correlation",
                "stereo.mid_band_max_correlation",
            )
            return
        whole = values.sum(axis=0)
        threes = values[:-2] + values[1:-1] + values[2:]
        highest = float((threes[:, 2] / np.sqrt(threes[:, 0] * threes[:, 1])).max())
        facts.put(
            "stereo",
            mid_band_correlation=_unit(float(whole[2] / np.sqrt(whole[0] * whole[1]))),
            mid_band_max_correlation=_unit(highest),
        )

    def _report_edge(self, facts: Facts, ltas_db: NDArray[np.float32]) -> None:
        """The biggest fall between the 300 Hz below a frequency and the band 400 to 700 Hz above it."""
        step = self.frequencies[1]
        below, gap, above = (round(hz / step) for hz in (_BELOW_HZ, _ABOVE_FROM_HZ, _ABOVE_TO_HZ))
        first, last = round(_EDGE_FROM_HZ / step), len(ltas_db) - above
        if last - first < above:
            facts.excuse(
                "the sample rate is too low to look above 10 kHz",
                "spectrum.edge_db", "spectrum.edge_hz", "spectrum.above_edge_dbfs",
            )  # fmt: skip
            return
        sums = np.concatenate([[0.0], np.cumsum(ltas_db, dtype=np.float64)])
        at = np.arange(first, last)
        before = (sums[at] - sums[at - below]) / below
        after = (sums[at + above] - sums[at + gap]) / (above - gap)
        edge = int((before - after).argmax())
        facts.put(
            "spectrum",
            edge_db=float(before[edge] - after[edge]),
            edge_hz=float(self.frequencies[at[edge]]),
            above_edge_dbfs=float(ltas_db[at[edge] + gap :].mean()),
        )

    def _octaves(self, mean: NDArray[np.float32]) -> tuple[Band, ...]:
        bands = []
        for centre in _OCTAVES_HZ:
            inside = (self.frequencies >= centre / 2**0.5) & (self.frequencies < centre * 2**0.5)
            inside[0] = False
            if inside.any() and centre * 2**0.5 < self._rate_hz / 2 * 1.1:
                bands.append((centre, float(mean[inside].sum()) + _FLOOR))
        loudest = max(level for _, level in bands)
        return tuple(Band(centre_hz=centre, level_db=float(10 * np.log10(level / loudest))) for centre, level in bands)


def _unit(value: float) -> float:
    return max(-1.0, min(1.0, value))
