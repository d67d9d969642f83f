"""A few bars that behave like music: chords, bass, drums, some air. Deterministic."""

import numpy as np

from tests.signals.tones import Signal

_BAR_S = 2.0
_PROGRESSION = ((220.0, 261.63, 329.63), (174.61, 220.0, 261.63), (261.63, 329.63, 392.0), (196.0, 246.94, 293.66))


def music(seconds: float, rate_hz: int, *, seed: int = 1, peak_dbfs: float = -3.0, transpose: float = 0.0) -> Signal:
    """Return (frames, 2) samples. Another seed is another piece: other chord order, rhythm and balance."""
    rng = np.random.default_rng(seed)
    frames = round(seconds * rate_hz)
    mix = np.zeros((frames, 2))
    order = rng.permutation(len(_PROGRESSION))
    pattern = rng.random(16) < 0.45
    for bar in range(int(np.ceil(seconds / _BAR_S))):
        start = round(bar * _BAR_S * rate_hz)
        length = min(round(_BAR_S * rate_hz), frames - start)
        if length <= 0:
            break
        chord = np.array(_PROGRESSION[order[bar % 4]]) * 2 ** (transpose / 12) * 2 ** (rng.integers(-1, 2) / 2)
        mix[start : start + length] += _bar(chord, length, rate_hz, rng, np.roll(pattern, bar % 3))
    mix += rng.standard_normal((frames, 2)) * 2e-4
    return mix / np.abs(mix).max() * 10 ** (peak_dbfs / 20)


def _bar(chord: Signal, length: int, rate_hz: int, rng: np.random.Generator, pattern: Signal) -> Signal:
    t = np.arange(length) / rate_hz
    bar = np.zeros((length, 2))
    for index, hz in enumerate(chord):
        tone = sum(np.sin(2 * np.pi * hz * n * t + index) / n**1.3 for n in range(1, 9)) * np.exp(-t * 0.7)
        pan = 0.25 + 0.25 * index
        bar += np.stack([tone * (1 - pan), tone * pan], axis=1) * 0.25
    bar += (np.sin(2 * np.pi * chord[0] / 4 * t) * np.exp(-t * 1.2) * 0.5)[:, None]
    for step in np.flatnonzero(pattern):
        start = round(step * length / 16)
        hit = min(length - start, round(0.12 * rate_hz))
        envelope = np.exp(-np.arange(hit) / rate_hz * rng.uniform(20, 70))
        envelope *= np.minimum(np.arange(hit) / (0.002 * rate_hz), 1)
        envelope *= np.minimum(np.arange(hit)[::-1] / (0.01 * rate_hz), 1)
        noise = rng.standard_normal((hit, 2)) * 0.25
        kick = np.sin(2 * np.pi * 55 * np.arange(hit) / rate_hz)[:, None] * 0.6
        bar[start : start + hit] += (kick if step % 4 == 0 else noise) * envelope[:, None]
    edge = min(length // 2, round(0.01 * rate_hz))
    ramp = 0.5 - 0.5 * np.cos(np.pi * np.arange(edge) / edge)
    bar[:edge] *= ramp[:, None]
    bar[-edge:] *= ramp[::-1, None]
    return bar


def tune(seconds: float, rate_hz: int, *, seed: int) -> Signal:
    """Three voices that wander through one scale: each seed a different melody, key and tempo. (frames, 2) samples."""
    rng = np.random.default_rng(seed)
    mono = np.zeros(round(seconds * rate_hz))
    root, beat_s = int(rng.integers(45, 57)), rng.uniform(0.22, 0.5)
    scale = (0, 2, 4, 5, 7, 9, 11) if seed % 2 else (0, 2, 3, 5, 7, 8, 10)
    for voice in range(3):
        start_s = 0.0
        while start_s < seconds:
            length_s = beat_s * rng.choice((1, 1, 2, 4) if voice else (2, 4, 4))
            hz = 440 * 2 ** ((root + 12 * voice + rng.choice(scale) - 69) / 12)
            start = round(start_s * rate_hz)
            t = np.arange(min(round(length_s * rate_hz), len(mono) - start)) / rate_hz
            edges = np.minimum(np.minimum(t, t[::-1]) / 0.005, 1)
            mono[start : start + len(t)] += (
                sum(np.sin(2 * np.pi * hz * n * t) / n**1.5 for n in range(1, 7)) * np.exp(-t * 2) * edges
            )
            start_s += length_s
    mono *= 0.7 / np.abs(mono).max()
    return np.stack([mono, mono], axis=1)
