"""Tones, steps and noise as float64 arrays: the arithmetic that the conformance signals are made of."""

import math

import numpy as np
from numpy.typing import NDArray

from workers.audio.kweighting import biquads

Signal = NDArray[np.float64]  # (frames,) or (frames, channels)


def amplitude(level_db: float) -> float:
    return 10 ** (level_db / 20)


def sine(
    level: float, seconds: float, rate_hz: int, *, hz: float = 1000.0, phase_deg: float = 0.0, start: int = 0
) -> Signal:
    """A tone of this linear peak level; `start` is the frame at which its phase began."""
    t = (np.arange(round(seconds * rate_hz)) + start) / rate_hz
    return level * np.sin(2 * np.pi * hz * t + math.radians(phase_deg))


def steps(segments: list[tuple[float | None, float]], rate_hz: int, *, hz: float = 1000.0) -> Signal:
    """[(level in dBFS or None for silence, seconds)] as one phase-continuous stereo tone, both channels alike."""
    parts, position = [], 0
    for level_db, seconds in segments:
        frames = round(seconds * rate_hz)
        level = 0.0 if level_db is None else amplitude(level_db)
        parts.append(sine(level, seconds, rate_hz, hz=hz, start=position))
        position += frames
    return both(np.concatenate(parts))


def both(mono: Signal) -> Signal:
    """The same in two channels; a view, so that long signals cost nothing twice."""
    return np.broadcast_to(mono[:, None], (len(mono), 2))


def tapered(signal: Signal, rate_hz: int, seconds: float = 0.010) -> Signal:
    frames = round(seconds * rate_hz)
    ramp = 0.5 - 0.5 * np.cos(np.pi * np.arange(frames) / frames)
    shaped = signal.copy()
    shaped[:frames] *= ramp
    shaped[-frames:] *= ramp[::-1]
    return shaped


def k_response(frequency: NDArray[np.float64] | float, rate_hz: float) -> NDArray[np.complex128]:
    """The K-weighting's complex gain at these frequencies, from its coefficients."""
    z = np.exp(-2j * np.pi * np.asarray(frequency) / rate_hz)
    response = np.ones_like(z)
    for b, a in biquads(rate_hz):
        response *= np.polyval(b[::-1], z) / np.polyval(a[::-1], z)
    return response


def tone_level_for(lufs: float, hz: float, weights: list[float], rate_hz: float) -> float:
    """The linear peak that makes a tone, equal in the channels of these weights, read `lufs`."""
    gain_db = 20 * math.log10(abs(complex(k_response(hz, rate_hz))))
    return math.sqrt(2 * 10 ** ((lufs + 0.691 - gain_db) / 10) / sum(weights))


def ungated_lufs(signal: Signal, rate_hz: int) -> float:
    """Loudness by the spectrum, without any recursive filter: an independent way to the number."""
    frames = len(signal)
    gain = np.abs(k_response(np.arange(frames // 2 + 1) * rate_hz / frames, rate_hz)) ** 2
    power = 0.0
    for channel in signal.T:
        spectrum = np.abs(np.fft.rfft(channel)) ** 2 * gain
        spectrum[1:-1] *= 2
        power += float(spectrum.sum()) / frames / frames
    return -0.691 + 10 * math.log10(power)


def band_limited_peak_db(signal: Signal, factor: int = 16) -> float:
    """The true peak of a whole signal by zero-padding its spectrum: the reference for any interpolator."""
    padded = np.concatenate([np.zeros(4096), signal, np.zeros(4096)])
    frames = len(padded)
    spectrum = np.fft.rfft(padded)
    if frames % 2 == 0:
        spectrum[-1] *= 0.5
    wide = np.zeros(frames * factor // 2 + 1, complex)
    wide[: len(spectrum)] = spectrum
    return 20 * math.log10(float(np.abs(np.fft.irfft(wide, frames * factor)).max()) * factor)


def pink(seconds: float, rate_hz: int, rng: np.random.Generator) -> Signal:
    """Noise with equal power per octave above 20 Hz, standard deviation 1."""
    frames = round(seconds * rate_hz)
    spectrum = np.fft.rfft(rng.standard_normal(frames))
    frequency = np.fft.rfftfreq(frames, 1 / rate_hz)
    spectrum[1:] /= np.sqrt(frequency[1:])
    spectrum[frequency < 20] = 0
    noise = np.fft.irfft(spectrum, frames)
    return noise / noise.std()
