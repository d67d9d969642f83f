"""Mains hum: harmonics of 50 or 60 Hz that stand out of the quietest part of the recording.

What is quiet is judged against the recording itself, so that loud hum in the pauses of loud music is found too. What
tells hum from a bass note then is its pitch: no note of a tuned instrument has its harmonics just there.
"""

import heapq
import math

import numpy as np
from numpy.typing import NDArray

from workers.audio.blocks import Block, Floats
from workers.audio.facts import Facts

_QUIET_FS = 10 ** (-45 / 20)  # quiet in any recording
_UNDER_WHOLE = 10 ** (-12 / 20)  # quiet in this recording: so far under its own RMS
_MOST_BLOCKS = 20
_FEWEST_BLOCKS = 2
_TOP_HZ = 650.0
_HARMONICS = (1, 2, 3, 4, 5, 6, 7)
_AROUND_HZ = 12.0
_MAINS_WAVERS_HZ, _READING_HZ = 0.3, 0.3  # of the fundamental; of a peak. G1 lies 1 Hz under 50 Hz, B1 1.7 over 60
_FLOOR = 1e-22
_PARTS, _STEADY_DB = 3, 6.0  # of a block; hum keeps its level within it, notes and drums fade
_WORTH_A_LOOK_DB = 3.0  # lower than that is no hum anyway
_ROUNDING = 1e-6  # of single precision, where an offset is subtracted from itself

Powers = NDArray[np.float32]


class Hum:
    """Keeps the quietest blocks (about a second each: bins 1 Hz apart) and looks for two combs in their spectra."""

    def __init__(self, rate_hz: int) -> None:
        self._rate_hz = rate_hz
        self._quietest: list[tuple[float, int, Floats]] = []  # a heap: loudest first, with mono samples
        self._energy, self._blocks, self._still = 0.0, 0, 0

    def push(self, block: Block) -> None:
        frames = block.x.shape[1]
        if block.real < frames:
            return
        means = block.sums.sum(axis=1, dtype=np.float64) / frames
        powers = block.energies.sum(axis=1, dtype=np.float64) / frames
        moving = powers - means**2
        power = float(np.where(moving > powers * _ROUNDING, moving, 0).max())
        self._blocks, self._energy = self._blocks + 1, self._energy + power
        if not power > 0:
            self._still += 1
            return
        full = len(self._quietest) == _MOST_BLOCKS
        if full and power >= -self._quietest[0][0]:
            return
        mono = block.x.mean(axis=0)
        mono -= np.float32(means.mean())
        entry = (-power, block.start, mono)
        if full:
            heapq.heapreplace(self._quietest, entry)
        else:
            heapq.heappush(self._quietest, entry)

    def report(self, facts: Facts) -> None:
        whole = self._energy / max(self._blocks, 1)
        limit = max(_QUIET_FS**2, whole * _UNDER_WHOLE**2)
        quiet = [mono for level, _, mono in self._quietest if -level < limit]
        if len(quiet) < _FEWEST_BLOCKS:
            facts.excuse(self._why_not(), "defects.hum_hz", "defects.hum_db")
            return
        spectra, step_hz = self._spectra(quiet)
        # Hum is in all quiet blocks, so the lower quartile keeps it; the mean, when some of them were made silent.
        views = [np.mean(spectra, axis=0) + _FLOOR, np.quantile(spectra, 0.25, axis=0) + _FLOOR]
        found = {mains: max(_height_db(view, mains, step_hz) for view in views) for mains in (50.0, 60.0)}
        for mains, height_db in found.items():
            if height_db > _WORTH_A_LOOK_DB and self._unsteadiness_db(quiet, mains) > _STEADY_DB:
                found[mains] = 0.0
        mains = max(found, key=lambda hz: found[hz])
        facts.put("defects", hum_hz=mains, hum_db=found[mains])

    def _why_not(self) -> str:
        if self._blocks < _FEWEST_BLOCKS:
            return "shorter than the 2 s that it needs"
        if self._still == self._blocks:
            return "the whole file is silent"
        if self._still:
            return "the only quiet passages are digital silence, which holds no hum"
        return "no passage is quiet enough to hear hum in it"

    def _unsteadiness_db(self, quiet: list[Floats], mains: float) -> float:
        """How much the strongest harmonics change from one part of a block to the next, in the middle of all blocks."""
        changes = []
        for mono in quiet:
            spectra, step_hz = self._spectra(np.array_split(mono[: len(mono) // _PARTS * _PARTS], _PARTS))
            at = [round(harmonic * mains / step_hz) for harmonic in _HARMONICS]
            levels = 10 * np.log10(np.stack([spectra[:, one - 1 : one + 2].sum(axis=1) for one in at]) + _FLOOR)
            strongest = np.argsort(levels.mean(axis=1))[-3:]
            changes.append(float(np.median(np.ptp(levels[strongest], axis=1))))
        return float(np.median(changes))

    def _spectra(self, quiet: list[Floats]) -> tuple[Powers, float]:
        """(blocks, bins) up to _TOP_HZ, and the distance of the bins in Hz."""
        frames = len(quiet[0])
        step_hz, taper = self._rate_hz / frames, np.hanning(frames).astype(np.float32)
        bins = [np.fft.rfft(mono * taper)[: round(_TOP_HZ / step_hz)] for mono in quiet]
        return np.array([one.real**2 + one.imag**2 for one in bins], np.float32), step_hz


def _height_db(power: Powers, mains: float, step_hz: float) -> float:
    """The third highest of the harmonics, each over the median of its neighbourhood; one note is no hum."""
    heights = []
    wide = _AROUND_HZ / step_hz
    for harmonic in _HARMONICS:
        centre, away = harmonic * mains / step_hz, harmonic * _MAINS_WAVERS_HZ + _READING_HZ
        around = power[max(math.floor(centre - wide), 1) : math.ceil(centre + wide) + 1]
        if centre + wide + 1 < len(power):
            peak = _peak(power, centre, away / step_hz)
            heights.append(10 * math.log10(peak / float(np.median(around))) if peak else 0.0)
    return max(sorted(heights)[-3], 0.0) if len(heights) >= 3 else 0.0


def _peak(power: Powers, centre: float, away: float) -> float:
    """The highest local maximum that lies within `away` of `centre`, both in bins; 0 without one."""
    highest = 0.0
    for at in range(max(math.floor(centre - away), 1), math.ceil(centre + away) + 1):
        before, top, after = (math.log(float(one)) for one in power[at - 1 : at + 2])
        if top < before or top <= after:
            continue
        place = at + 0.5 * (before - after) / (before - 2 * top + after)
        if abs(place - centre) <= away:
            highest = max(highest, float(power[at]))
    return highest
