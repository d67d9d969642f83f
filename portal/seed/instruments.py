"""Small synthesised instruments: mono float32 notes and drum hits, -1..1. Nothing here was recorded by anybody."""

from __future__ import annotations

import functools

import numpy as np
from numpy.typing import NDArray

Sound = NDArray[np.float32]


def pitch_hz(midi: float) -> float:
    """Frequency of a MIDI note number, A4 = 69 = 440 Hz."""
    return float(440.0 * 2 ** ((midi - 69) / 12))


def _time(seconds: float, rate_hz: int) -> NDArray[np.float64]:
    return np.arange(int(seconds * rate_hz)) / rate_hz


def _envelope(count: int, rate_hz: int, *, attack_s: float, release_s: float) -> NDArray[np.float64]:
    envelope = np.ones(count)
    rise, fall = min(count, int(attack_s * rate_hz)), min(count, int(release_s * rate_hz))
    envelope[:rise] *= np.linspace(0, 1, rise, endpoint=False)
    envelope[count - fall :] *= np.linspace(1, 0, fall)
    return envelope


@functools.lru_cache(maxsize=256)
def electric_piano(midi: float, seconds: float, rate_hz: int) -> Sound:
    """Two-operator FM with a bell that fades faster than the tone."""
    t, f = _time(seconds, rate_hz), pitch_hz(midi)
    bell = np.exp(-5 * t) * np.sin(2 * np.pi * 14 * f * t) * 0.4 if 14 * f < rate_hz / 2.2 else 0.0
    body = np.sin(2 * np.pi * f * t + 1.6 * np.exp(-2.2 * t) * np.sin(2 * np.pi * f * t) + bell)
    envelope = np.exp(-1.3 * t) * _envelope(len(t), rate_hz, attack_s=0.004, release_s=0.06)
    return (0.5 * body * envelope).astype(np.float32)


@functools.lru_cache(maxsize=128)
def strings(midi: float, seconds: float, rate_hz: int) -> Sound:
    """Three slightly detuned band-limited saws under a slow bow."""
    t, tone = _time(seconds, rate_hz), np.zeros(int(seconds * rate_hz))
    for cents in (-7, 0, 8):
        f = pitch_hz(midi + cents / 100)
        partials = min(18, int(rate_hz / 2.4 / f))
        for k in range(1, partials + 1):
            tone += np.sin(2 * np.pi * k * f * t + k * cents) / (k * (1 + 0.09 * k * k))
    vibrato = 1 + 0.05 * np.sin(2 * np.pi * 5.1 * t)
    return (0.18 * tone * vibrato * _envelope(len(t), rate_hz, attack_s=0.22, release_s=0.3)).astype(np.float32)


@functools.lru_cache(maxsize=256)
def plucked(midi: float, seconds: float, rate_hz: int) -> Sound:
    """A plucked string: partials that die the faster the higher they are."""
    t, f = _time(seconds, rate_hz), pitch_hz(midi)
    tone = np.zeros(len(t))
    for k in range(1, min(24, int(rate_hz / 2.4 / f)) + 1):
        stretch = k * np.sqrt(1 + 0.0004 * k * k)
        tone += np.sin(np.pi * k * 0.23) / k * np.exp(-(0.9 + 0.5 * k) * t) * np.sin(2 * np.pi * stretch * f * t)
    return (0.6 * tone * _envelope(len(t), rate_hz, attack_s=0.002, release_s=0.05)).astype(np.float32)


@functools.lru_cache(maxsize=256)
def bass(midi: float, seconds: float, rate_hz: int) -> Sound:
    t, f = _time(seconds, rate_hz), pitch_hz(midi)
    tone = np.sin(2 * np.pi * f * t) + 0.35 * np.exp(-4 * t) * np.sin(4 * np.pi * f * t)
    tone += 0.15 * np.exp(-9 * t) * np.sin(6 * np.pi * f * t)
    return (0.55 * np.tanh(1.4 * tone) * _envelope(len(t), rate_hz, attack_s=0.006, release_s=0.05)).astype(np.float32)


def kick(rate_hz: int) -> Sound:
    t = _time(0.42, rate_hz)
    sweep = 48 * t + 150 / 26 * (1 - np.exp(-26 * t))
    click = 0.25 * np.exp(-320 * t) * np.sin(2 * np.pi * 2900 * t)
    return (0.95 * np.exp(-7.5 * t) * np.sin(2 * np.pi * sweep) + click).astype(np.float32)


def snare(rate_hz: int, noise: np.random.Generator) -> Sound:
    t = _time(0.28, rate_hz)
    rattle = np.diff(noise.standard_normal(len(t) + 1)) * np.exp(-17 * t) * 0.22
    skin = 0.5 * np.exp(-22 * t) * (np.sin(2 * np.pi * 188 * t) + 0.6 * np.sin(2 * np.pi * 331 * t))
    return (skin + rattle).astype(np.float32)


def hat(rate_hz: int, noise: np.random.Generator, *, open_s: float = 0.05) -> Sound:
    t = _time(open_s * 5, rate_hz)
    hiss = np.diff(noise.standard_normal(len(t) + 2), n=2)
    return (0.07 * hiss * np.exp(-t / open_s)).astype(np.float32)
