"""Mains hum: harmonics of 50 or 60 Hz that stand out of the quietest part of the recording."""

import heapq

import numpy as np
from numpy.typing import NDArray

from workers.audio.blocks import Block
from workers.audio.facts import Facts

_QUIETER_THAN_FS = 10 ** (-45 / 20)  # under louder music hum cannot be told from bass
_MOST_BLOCKS = 20
_TOP_HZ = 650.0
_HARMONICS = (1, 2, 3, 4, 5, 6, 7)
_PEAK_HZ, _AROUND_HZ = 1.5, 12.0
_FLOOR = 1e-22


class Hum:
    """Keeps the spectra of the quietest blocks (about a second each, 1 Hz apart) and looks for two combs in them."""

    def __init__(self, rate_hz: int) -> None:
        self._rate_hz = rate_hz
        self._quietest: list[tuple[float, int, NDArray[np.float32]]] = []  # a heap: loudest first
        self._step_hz = 0.0

    def push(self, block: Block) -> None:
        frames = block.x.shape[1]
        if block.real < frames:
            return
        level = float(np.sqrt(block.energies.sum(axis=1).max() / frames))
        full = len(self._quietest) == _MOST_BLOCKS
        if not 0 < level < _QUIETER_THAN_FS or (full and level >= -self._quietest[0][0]):
            return
        self._step_hz = self._rate_hz / frames
        mono = block.x.mean(axis=0) * np.hanning(frames).astype(np.float32)
        spectrum = np.fft.rfft(mono)[: round(_TOP_HZ / self._step_hz)]
        power = (spectrum.real**2 + spectrum.imag**2).astype(np.float32)
        entry = (-level, block.start, power)
        if full:
            heapq.heapreplace(self._quietest, entry)
        else:
            heapq.heappush(self._quietest, entry)

    def report(self, facts: Facts) -> None:
        if len(self._quietest) < 2:
            facts.excuse("no passage is quiet enough to hear hum in it", "defects.hum_hz", "defects.hum_db")
            return
        power = np.mean([one[2] for one in self._quietest], axis=0) + _FLOOR
        found = {mains: self._height_db(power, mains) for mains in (50.0, 60.0)}
        mains = max(found, key=lambda hz: found[hz])
        facts.put("defects", hum_hz=mains, hum_db=found[mains])

    def _height_db(self, power: NDArray[np.float32], mains: float) -> float:
        """Median over the harmonics of how far each stands over the median of its neighbourhood; one note is no hum."""
        heights = []
        for harmonic in _HARMONICS:
            centre = harmonic * mains / self._step_hz
            near, wide = _PEAK_HZ / self._step_hz, _AROUND_HZ / self._step_hz
            peak = power[round(centre - near) : round(centre + near) + 1]
            around = power[max(round(centre - wide), 1) : round(centre + wide) + 1]
            if len(peak) and len(around) > len(peak):
                heights.append(10 * float(np.log10(peak.max() / np.median(around))))
        return float(np.sort(heights)[-3:].min()) if len(heights) >= 3 else 0.0
