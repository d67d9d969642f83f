"""The minimum-requirement signals of EBU Tech 3341 v4 and Tech 3342 v4, tones after ITU-R BS.2217, and our own edges.

Everything is arithmetic. Cases 7 and 8 of Tech 3341 and 5 and 6 of Tech 3342 are recorded programmes and are left out.
The official files are 48 kHz only; the same table at other rates is where home-made K curves go wrong.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from tests.signals.tones import (
    Signal,
    amplitude,
    band_limited_peak_db,
    both,
    pink,
    sine,
    steps,
    tapered,
    tone_level_for,
    ungated_lufs,
)

TECH_3341, TECH_3342, BS_2217, OWN = "EBU Tech 3341 v4", "EBU Tech 3342 v4", "ITU-R BS.2217 style", "Own edges"


@dataclass(frozen=True)
class Target:
    """One reading: `value` None means that there must be none."""

    quantity: str  # I, M, S, LRA, TP: maxima; M every, S every: all readings after settling
    value: float | None
    over: float
    under: float


@dataclass(frozen=True)
class Case:
    name: str
    source: str
    signal: Signal
    targets: tuple[Target, ...]


def lu(quantity: str, value: float | None) -> Target:
    return Target(quantity, value, 0.1, 0.1)


def peak(value: float, under: float = 0.4) -> Target:
    return Target("TP", value, 0.2, under)


def cases(rate_hz: int) -> Iterator[Case]:
    """Yield every case at this sample rate."""
    yield from _tech_3341_loudness(rate_hz)
    yield from _tech_3341_windows(rate_hz)
    yield from _tech_3341_true_peak(rate_hz)
    yield from _tech_3342(rate_hz)
    yield from _bs_2217_tones(rate_hz)
    yield from _bs_2217_channels(rate_hz)
    yield from _own_loudness(rate_hz)
    yield from _own_true_peak(rate_hz)


def _tech_3341_loudness(rate_hz: int) -> Iterator[Case]:
    for number, level in ((1, -23.0), (2, -33.0)):
        targets = tuple(lu(quantity, level) for quantity in ("I", "M", "S"))
        yield Case(f"3341-{number}", TECH_3341, steps([(level, 20)], rate_hz), targets)
    integrated = (lu("I", -23.0),)
    yield Case("3341-3", TECH_3341, steps([(-36, 10), (-23, 60), (-36, 10)], rate_hz), integrated)
    four = steps([(-72, 10), (-36, 10), (-23, 60), (-36, 10), (-72, 10)], rate_hz)
    yield Case("3341-4", TECH_3341, four, integrated)
    yield Case("3341-5", TECH_3341, steps([(-26, 20), (-20, 20.1), (-26, 20)], rate_hz), integrated)
    tone = sine(1.0, 20, rate_hz)
    five = np.stack([tone * amplitude(level) for level in (-28, -28, -24, -30, -30)]).T
    yield Case("3341-6 in 5.0", TECH_3341, five, integrated)
    yield Case("3341-6 in 5.1", TECH_3341, np.insert(five, 3, 0.0, axis=1), integrated)


def _tech_3341_windows(rate_hz: int) -> Iterator[Case]:
    nine = steps([(-20, 1.34), (-30, 1.66)] * 5, rate_hz)
    yield Case("3341-9", TECH_3341, nine, (lu("S every", -23.0), lu("S", -23.0)))
    for i in range(20):
        signal = steps([(None, i * 0.15), (-23, 3), (None, 1)], rate_hz)
        yield Case(f"3341-10.{i + 1}", TECH_3341, signal, (lu("S", -23.0),))
    rising = [part for i in range(20) for part in ((None, i * 0.15), (-38.0 + i, 3.0), (None, 3 - i * 0.15))]
    yield Case("3341-11", TECH_3341, steps(rising, rate_hz), (lu("S", -19.0),))
    twelve = steps([(-20, 0.18), (-30, 0.22)] * 25, rate_hz)
    yield Case("3341-12", TECH_3341, twelve, (lu("M every", -23.0), lu("M", -23.0)))
    for i in range(20):
        signal = steps([(None, i * 0.02), (-23, 0.4), (None, 1)], rate_hz)
        yield Case(f"3341-13.{i + 1}", TECH_3341, signal, (lu("M", -23.0),))
    rising = [part for i in range(20) for part in ((None, i * 0.02), (-38.0 + i, 0.4), (None, 0.4 - i * 0.02))]
    yield Case("3341-14", TECH_3341, steps(rising, rate_hz), (lu("M", -19.0),))


def _tech_3341_true_peak(rate_hz: int) -> Iterator[Case]:
    for number, divisor, level, phase, value in (
        (15, 4, 0.50, 0.0, -6.0), (16, 4, 0.50, 45.0, -6.0), (17, 6, 0.50, 60.0, -6.0), (18, 8, 0.50, 67.5, -6.0),
        (19, 4, 1.41, 45.0, 3.0),
    ):  # fmt: skip
        tone = tapered(sine(level, 3.2, rate_hz, hz=rate_hz / divisor, phase_deg=phase), rate_hz)
        yield Case(f"3341-{number}", TECH_3341, both(tone), (peak(value),))
    for offset in range(4):
        yield Case(f"3341-{20 + offset}", TECH_3341, both(_burst(rate_hz, offset)), (peak(0.0),))


def _burst(rate_hz: int, offset: int, seconds: float = 3.2) -> Signal:
    """Cases 20-23: an fs/6 tone with one phase-continuous fs/4 period of double level, made at 4 fs."""
    frames = round(seconds * rate_hz * 4)
    advance = np.full(frames, 2 * np.pi / 24)
    level = np.full(frames, 0.5)
    start = frames // 2 - frames // 2 % 24  # where the carrier crosses zero upwards
    advance[start : start + 16] = 2 * np.pi / 16
    level[start : start + 16] = 1.0
    phase = np.concatenate([[0.0], np.cumsum(advance)[:-1]])
    burst = tapered(level * np.sin(phase), rate_hz * 4, 0.1)
    taps = _low_pass(cut=0.475 / 4, width=0.05 / 4, attenuation_db=100)
    return np.convolve(burst, taps)[len(taps) // 2 : len(taps) // 2 + frames][offset::4]


def _low_pass(*, cut: float, width: float, attenuation_db: float) -> Signal:
    taps = math.ceil((attenuation_db - 7.95) / (2.285 * 2 * math.pi * width)) | 1
    position = np.arange(taps) - taps // 2
    return 2 * cut * np.sinc(2 * cut * position) * np.kaiser(taps, 0.1102 * (attenuation_db - 8.7))


def _tech_3342(rate_hz: int) -> Iterator[Case]:
    for number, levels, value in (
        (1, (-20, -30), 10.0), (2, (-20, -15), 5.0), (3, (-40, -20), 20.0), (4, (-50, -35, -20, -35, -50), 15.0),
    ):  # fmt: skip
        signal = steps([(float(level), 20.0) for level in levels], rate_hz)
        yield Case(f"3342-{number}", TECH_3342, signal, (Target("LRA", value, 1.0, 1.0),))


def _bs_2217_tones(rate_hz: int) -> Iterator[Case]:
    for target in (-23.0, -24.0):
        for hz in (25, 100, 500, 1000, 2000, 10000):
            tone = sine(tone_level_for(target, hz, [1, 1], rate_hz), 20, rate_hz, hz=hz)
            yield Case(f"{hz} Hz at {target:g}", BS_2217, both(tone), (lu("I", target),))

    def level(lufs: float) -> float:
        return 20 * math.log10(tone_level_for(lufs, 1000, [1, 1], rate_hz))

    absolute = steps([(level(-70.5), 10), (level(-69.5), 10), (level(-70.5), 10)], rate_hz)
    yield Case("absolute gate", BS_2217, absolute, (lu("I", -69.5),))
    relative = steps([(level(-42.0), 30), (level(-24.0), 90), (level(-42.0), 30)], rate_hz)
    yield Case("relative gate", BS_2217, relative, (lu("I", -24.0),))


def _bs_2217_channels(rate_hz: int) -> Iterator[Case]:
    for name, index, weight in (("L", 0, 1.0), ("R", 1, 1.0), ("C", 2, 1.0), ("Ls", 4, 1.41), ("Rs", 5, 1.41)):
        signal = np.zeros((6, 10 * rate_hz)).T
        signal[:, index] = sine(tone_level_for(-23.0, 1000, [weight], rate_hz), 10, rate_hz)
        yield Case(f"only {name} of 5.1", BS_2217, signal, (lu("I", -23.0),))
    signal = np.zeros((6, 10 * rate_hz)).T
    signal[:, 3] = sine(amplitude(-6), 10, rate_hz, hz=60)
    signal[:, 0] = signal[:, 1] = sine(tone_level_for(-24.0, 1000, [1, 1], rate_hz), 10, rate_hz)
    yield Case("LFE does not count", BS_2217, signal, (lu("I", -24.0),))


def _own_loudness(rate_hz: int) -> Iterator[Case]:
    tone = sine(amplitude(-20), 20, rate_hz, hz=997)
    yield Case("mono", OWN, tone[:, None], (lu("I", -23.01),))
    yield Case("the same in both channels", OWN, both(tone), (lu("I", -20.0),))
    yield Case("left only", OWN, np.stack([tone, 0 * tone], axis=1), (lu("I", -23.01),))
    yield Case("right inverted", OWN, np.stack([tone, -tone], axis=1), (lu("I", -20.0),))
    yield Case("silence", OWN, np.zeros((5 * rate_hz, 2)), (lu("I", None),))
    for milliseconds, value in ((399, None), (401, -23.0)):
        short = both(sine(amplitude(-23), milliseconds / 1000, rate_hz))
        yield Case(f"{milliseconds} ms", OWN, short, (lu("I", value),))
    noise = np.random.default_rng(3341).standard_normal((30 * rate_hz, 2)) * amplitude(-30)
    gain_db = -18.0 - ungated_lufs(noise, rate_hz)
    yield Case("noise", OWN, noise * amplitude(gain_db), (lu("I", -18.0),))


def _own_true_peak(rate_hz: int) -> Iterator[Case]:
    for name, place in (("first", slice(0, 2)), ("last", slice(-2, None))):
        signal = np.zeros(rate_hz)
        signal[place] = 0.9
        yield Case(f"peak after the {name} samples", OWN, both(signal), (peak(band_limited_peak_db(signal)),))
    for share in (0.40, 0.45):
        tone = tapered(sine(0.5, 1.0, rate_hz, hz=share * rate_hz, phase_deg=11.0), rate_hz)
        yield Case(f"{share:.2f} fs", OWN, both(tone), (peak(20 * math.log10(0.5), 0.688),))
    clipped = np.clip(pink(4, rate_hz, np.random.default_rng(1770)) * 0.45, -0.99, 0.99)
    yield Case("clipped pink noise", OWN, both(clipped), (peak(band_limited_peak_db(clipped)),))
