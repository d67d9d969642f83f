"""What the recording page draws: peaks, loudness curve, stereo correlation, spectrum. Small, finite, strict JSON."""

import json
import math
from dataclasses import asdict, dataclass

import numpy as np

from workers.audio.hops import Hops
from workers.audio.loudness import MOMENTARY_HOPS, SHORT_TERM_HOPS, LoudnessResult
from workers.audio.spectrum import Spectrum
from workers.audio.stereo import STEP_HOPS, WINDOW_HOPS
from workers.audio.trace import Trace

VERSION = 1
MOST_PEAKS, MOST_CURVE_POINTS, MOST_SPECTRUM_POINTS = 3000, 1200, 240
QUIETEST_LUFS = -70.0  # the curve's floor: below the standard's gate there is nothing to show
_LOWEST_HZ = 20.0


@dataclass(frozen=True)
class Curve:
    """Values at equal steps; `start_s` belongs to the first. None where there is nothing to show."""

    start_s: float
    step_s: float
    values: tuple[float | None, ...]


@dataclass(frozen=True)
class WaveformData:
    """Drawing material of one recording.

    peaks: lowest and highest sample of every `peak_step_s`, over all channels, in turn, as integers of -127..127
    for -1.0..1.0 of full scale. momentary, short_term: LUFS at the end of their windows. correlation: -1..1 at the
    middle of 3 s windows, None in silence. spectrum: pairs of Hz and dBFS, evenly spread over octaves.
    """

    version: int
    duration_s: float
    peak_step_s: float
    peaks: tuple[int, ...]
    momentary: Curve
    short_term: Curve
    correlation: Curve | None
    spectrum: tuple[tuple[float, float], ...]

    def to_json(self) -> str:
        return json.dumps(asdict(self), allow_nan=False, separators=(",", ":"))


class Outline:
    """The lowest and highest samples of a recording; feed it the Hops of a file."""

    def __init__(self) -> None:
        self._lows, self._highs = Trace(np.fmin), Trace(np.fmax)

    def push(self, hops: Hops) -> None:
        self._lows.push(hops.lows)
        self._highs.push(hops.highs)

    def pairs(self, hop_s: float) -> tuple[tuple[int, ...], float]:
        """Return `peaks` and `peak_step_s` of WaveformData."""
        lows, highs = self._lows.points(MOST_PEAKS), self._highs.points(MOST_PEAKS)
        pairs = np.clip(np.rint(np.stack([lows.values, highs.values], axis=1) * 127), -127, 127).astype(int)
        return tuple(pairs.ravel().tolist()), lows.step * hop_s


def draw(
    outline: Outline, loudness: LoudnessResult, correlation: Trace | None, spectrum: Spectrum, *,
    rate_hz: int, hop: int, frames: int,
) -> WaveformData:  # fmt: skip
    """Reduce what one pass collected to what a screen can show."""
    hop_s = hop / rate_hz
    peaks, peak_step_s = outline.pairs(hop_s)
    return WaveformData(
        version=VERSION,
        duration_s=frames / rate_hz,
        peak_step_s=peak_step_s,
        peaks=peaks,
        momentary=_loudness_curve(loudness.momentary, MOMENTARY_HOPS * hop_s, hop_s),
        short_term=_loudness_curve(loudness.short_term, SHORT_TERM_HOPS * hop_s, hop_s),
        correlation=_correlation_curve(correlation, hop_s) if correlation else None,
        spectrum=_octave_spread(spectrum),
    )


def _loudness_curve(trace: Trace, start_s: float, step_s: float) -> Curve:
    points = trace.points(MOST_CURVE_POINTS)
    values = tuple(round(float(value), 1) if value > QUIETEST_LUFS else None for value in points.values)
    return Curve(start_s, points.step * step_s, values)


def _correlation_curve(trace: Trace, hop_s: float) -> Curve:
    points = trace.points(MOST_CURVE_POINTS)
    values = tuple(None if math.isnan(value) else round(float(value), 2) for value in points.values)
    return Curve(WINDOW_HOPS / 2 * hop_s, points.step * STEP_HOPS * hop_s, values)


def _octave_spread(spectrum: Spectrum) -> tuple[tuple[float, float], ...]:
    if spectrum.ltas_db is None:
        return ()
    frequencies = spectrum.frequencies
    edges = np.geomspace(_LOWEST_HZ, frequencies[-1], MOST_SPECTRUM_POINTS + 1)
    at = np.unique(np.searchsorted(frequencies, edges))
    at = at[at < len(frequencies)]
    levels = np.maximum.reduceat(spectrum.ltas_db, at)
    return tuple((round(float(frequencies[i]), 1), round(float(db), 1)) for i, db in zip(at, levels, strict=True))
