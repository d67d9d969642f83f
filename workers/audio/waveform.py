"""What the recording page draws: peaks, loudness curve, stereo correlation, spectrum. Small, finite, strict JSON."""

import json
import math
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from workers.audio.blocks import Floats
from workers.audio.hops import HopTable
from workers.audio.loudness import MOMENTARY_HOPS, SHORT_TERM_HOPS, LoudnessResult
from workers.audio.spectrum import Spectrum
from workers.audio.stereo import STEP_HOPS, WINDOW_HOPS

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


def draw(
    table: HopTable,
    loudness: LoudnessResult,
    *,
    rate_hz: int,
    hop: int,
    frames: int,
    correlation: NDArray[np.float32],
    spectrum: Spectrum,
) -> WaveformData:
    """Reduce what one pass collected to what a screen can show."""
    hop_s = hop / rate_hz
    peaks, peak_step_s = _peaks(table, hop_s)
    return WaveformData(
        version=VERSION,
        duration_s=frames / rate_hz,
        peak_step_s=peak_step_s,
        peaks=peaks,
        momentary=_loudest(loudness.momentary, MOMENTARY_HOPS * hop_s, hop_s),
        short_term=_loudest(loudness.short_term, SHORT_TERM_HOPS * hop_s, hop_s),
        correlation=_lowest(correlation, WINDOW_HOPS / 2 * hop_s, STEP_HOPS * hop_s) if len(correlation) else None,
        spectrum=_octave_spread(spectrum),
    )


def _peaks(table: HopTable, hop_s: float) -> tuple[tuple[int, ...], float]:
    per_pair = max(math.ceil(len(table.highs) / MOST_PEAKS), 1)
    lows = np.minimum.reduceat(table.lows, np.arange(0, len(table.lows), per_pair))
    highs = np.maximum.reduceat(table.highs, np.arange(0, len(table.highs), per_pair))
    pairs = np.clip(np.rint(np.stack([lows, highs], axis=1) * 127), -127, 127).astype(int)
    return tuple(pairs.ravel().tolist()), per_pair * hop_s


def _loudest(values: Floats, start_s: float, step_s: float) -> Curve:
    per_point = max(math.ceil(len(values) / MOST_CURVE_POINTS), 1)
    if not len(values):
        return Curve(start_s, step_s, ())
    kept = np.maximum.reduceat(values, np.arange(0, len(values), per_point))
    points = tuple(round(float(value), 1) if value > QUIETEST_LUFS else None for value in kept)
    return Curve(start_s, per_point * step_s, points)


def _lowest(values: Floats, start_s: float, step_s: float) -> Curve:
    per_point = max(math.ceil(len(values) / MOST_CURVE_POINTS), 1)
    kept = np.fmin.reduceat(values, np.arange(0, len(values), per_point))
    points = tuple(None if math.isnan(value) else round(float(value), 2) for value in kept)
    return Curve(start_s, per_point * step_s, points)


def _octave_spread(spectrum: Spectrum) -> tuple[tuple[float, float], ...]:
    if spectrum.ltas_db is None:
        return ()
    frequencies = spectrum.frequencies
    edges = np.geomspace(_LOWEST_HZ, frequencies[-1], MOST_SPECTRUM_POINTS + 1)
    at = np.unique(np.searchsorted(frequencies, edges))
    at = at[at < len(frequencies)]
    levels = np.maximum.reduceat(spectrum.ltas_db, at)
    return tuple((round(float(frequencies[i]), 1), round(float(db), 1)) for i, db in zip(at, levels, strict=True))
