"""Runs our meters over arrays, without a file in between, and compares with a case's targets."""

import functools
import math
from dataclasses import dataclass

import numpy as np

from tests.signals.conformance import Target, cases
from tests.signals.tones import Signal
from workers.audio.blocks import Reblocker
from workers.audio.loudness import LoudnessMeter, LoudnessResult
from workers.audio.true_peak import TruePeakMeter, TruePeakResult

RATES_HZ = (44_100, 48_000, 88_200, 96_000)
_SETTLING_READINGS = 60  # momentary readings in the first second are not asked for


@dataclass(frozen=True)
class Reading:
    rate_hz: int
    case: str
    source: str
    target: Target
    measured: float | None

    @property
    def error(self) -> float:
        """Measured minus expected; infinite when one of them has a value and the other has none."""
        if self.measured is None or self.target.value is None:
            return 0.0 if self.measured is self.target.value else math.inf
        return self.measured - self.target.value

    @property
    def passes(self) -> bool:
        return -self.target.under <= round(self.error, 9) <= self.target.over


def meter(signal: Signal, rate_hz: int, *, block: int = 1 << 16) -> tuple[LoudnessResult, TruePeakResult]:
    """Measure (frames, channels) samples, given in pieces of `block` frames."""
    planar = signal.T.astype(np.float32)
    loudness, true_peak = LoudnessMeter(rate_hz, len(planar)), TruePeakMeter(rate_hz, len(planar))
    blocks = Reblocker(rate_hz, len(planar))
    for start in range(0, planar.shape[1], block):
        for one in blocks.push(planar[:, start : start + block]):
            loudness.push(one)
            true_peak.push(one)
    for one in blocks.finish():
        loudness.push(one)
        true_peak.push(one)
    return loudness.result(), true_peak.result()


@functools.cache
def readings(rate_hz: int) -> tuple[Reading, ...]:
    """Measure every case at this rate, once per process."""
    found = []
    for case in cases(rate_hz):
        loudness, true_peak = meter(case.signal, rate_hz)
        found += [
            Reading(rate_hz, case.name, case.source, target, _read(target, loudness, true_peak))
            for target in case.targets
        ]
    return tuple(found)


def _read(target: Target, loudness: LoudnessResult, true_peak: TruePeakResult) -> float | None:
    if target.quantity == "TP":
        return 20 * math.log10(true_peak.peak)
    if target.quantity.endswith("every"):
        short_term, momentary = loudness.short_term.points().values, loudness.momentary.points().values
        series = short_term if target.quantity[0] == "S" else momentary[_SETTLING_READINGS:]
        return float(max(series, key=lambda value: abs(value - (target.value or 0))))
    return {
        "I": loudness.integrated_lufs,
        "M": loudness.max_momentary_lufs,
        "S": loudness.max_short_term_lufs,
        "LRA": loudness.range_lu,
    }[target.quantity]
