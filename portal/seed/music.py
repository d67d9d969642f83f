"""Short pieces for the demo: chords, bass, a tune and drums in an arrangement with an intro, a break and an ending.

Every piece follows from its number alone, so two demos sound alike. A loop of eight bars is played once per
instrument and then arranged, which keeps the rendering of three minutes to a second or two.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.signal import oaconvolve

from portal.seed import instruments
from portal.seed.instruments import Sound

Stereo = NDArray[np.float32]  # (frames, 2)
Note = Callable[[float, float, int], Sound]

BARS = 8
BEATS = 4
# Scale degrees of the roots, one per bar.
PROGRESSIONS = ((0, 5, 3, 4, 0, 5, 1, 4), (5, 3, 0, 4, 5, 3, 1, 4), (0, 3, 5, 4, 3, 0, 1, 4), (1, 4, 0, 0, 1, 4, 5, 5))
MAJOR = (0, 2, 4, 5, 7, 9, 11)
# Which instruments play in each pass of the loop: pad, bass, tune, drums.
ARRANGEMENT = ("1000", "1100", "1101", "1111", "1011", "0101", "1111", "1111", "1110", "1000")


@dataclass(frozen=True)
class Style:
    pad: Note
    tune: Note
    beats_per_minute: float
    swing: float
    drums: bool


STYLES = {
    "soul": Style(instruments.electric_piano, instruments.plucked, 84, 0.14, drums=True),
    "chamber": Style(instruments.strings, instruments.strings, 72, 0.0, drums=False),
    "folk": Style(instruments.plucked, instruments.electric_piano, 96, 0.0, drums=True),
    "film": Style(instruments.strings, instruments.plucked, 60, 0.0, drums=True),
}


def piece(number: int, *, style: str, seconds: float, rate_hz: int = 44_100) -> Stereo:
    """Render a piece, (frames, 2) float32, peaks near -4 dBFS."""
    chosen = STYLES[style]
    chance = np.random.default_rng(number)
    stems = _loop(number, chosen, chance, rate_hz)
    mix = _arrange(stems, int(seconds * rate_hz), rate_hz)
    mix = mix + 0.22 * _room(mix, chance, rate_hz)
    mix[: rate_hz // 50] *= np.linspace(0, 1, rate_hz // 50, dtype=np.float32)[:, None]
    fade = int(2.5 * rate_hz)
    mix[-fade:] *= np.linspace(1, 0, fade, dtype=np.float32)[:, None] ** 2
    return (mix * (0.63 / np.abs(mix).max())).astype(np.float32)


def _loop(number: int, style: Style, chance: np.random.Generator, rate_hz: int) -> list[Stereo]:
    # Two pieces in one tempo and key would be one recording to the comparison: the golden ratio keeps them apart.
    beat_s = 60 / (style.beats_per_minute * (0.86 + 0.28 * (number * 0.618034 % 1)))
    frames = int(BARS * BEATS * beat_s * rate_hz)
    key = 54 + number * 5 % 12
    chords = PROGRESSIONS[int(chance.integers(len(PROGRESSIONS)))]
    pad, low, tune, drums = (np.zeros((frames, 2), np.float32) for _ in range(4))
    for bar, root in enumerate(chords):
        start = bar * BEATS * beat_s
        for position, degree in enumerate((root, root + 2, root + 4, root + 6)):
            note = style.pad(_degree(key, degree), BEATS * beat_s * 0.98, rate_hz)
            _add(pad, note, start, rate_hz, pan=(-0.5, 0.4, -0.2, 0.55)[position], gain=0.32)
        for beat, length in ((0, 1.4), (1.5, 0.5), (2, 0.9), (3, 0.8)):
            note = instruments.bass(_degree(key, root) - 24 + (12 if beat == 1.5 else 0), length * beat_s, rate_hz)
            _add(low, note, start + beat * beat_s, rate_hz, pan=0.0, gain=0.5)
        _play_tune(tune, style, chance, key, root, start, beat_s, rate_hz)
        if style.drums:
            _play_drums(drums, style, chance, start, beat_s, rate_hz)
    return [pad, low, tune, drums]


def _play_tune(
    stem: Stereo,
    style: Style,
    chance: np.random.Generator,
    key: int,
    root: int,
    start: float,
    beat_s: float,
    rate_hz: int,
) -> None:
    beat = 0.0
    while beat < BEATS:
        length = float(chance.choice([0.5, 0.5, 1.0, 1.5]))
        if chance.random() < 0.78:
            degree = root + int(chance.choice([0, 1, 2, 4, 4, 6])) + 7
            note = style.tune(_degree(key, degree), min(length * beat_s * 1.6, 2.0), rate_hz)
            _add(stem, note, start + beat * beat_s, rate_hz, pan=0.15, gain=0.42)
        beat += length


def _play_drums(
    stem: Stereo, style: Style, chance: np.random.Generator, start: float, beat_s: float, rate_hz: int
) -> None:
    hits = [(0.0, "kick"), (1.0, "snare"), (2.0, "kick"), (2.5, "kick"), (3.0, "snare")]
    hits += [(step / 2 + (style.swing if step % 2 else 0), "hat") for step in range(8)]
    for beat, drum in hits:
        if drum == "kick":
            _add(stem, instruments.kick(rate_hz), start + beat * beat_s, rate_hz, pan=0, gain=0.8)
        elif drum == "snare":
            _add(stem, instruments.snare(rate_hz, chance), start + beat * beat_s, rate_hz, pan=-0.08, gain=0.6)
        else:
            sound = instruments.hat(rate_hz, chance, open_s=0.05 if beat % 1 else 0.03)
            _add(stem, sound, start + beat * beat_s, rate_hz, pan=0.35, gain=0.5 + 0.3 * float(chance.random()))


def _arrange(stems: list[Stereo], frames: int, rate_hz: int) -> Stereo:
    """Tile the loop to the length, with the instruments of each pass."""
    length = len(stems[0])
    mix = np.zeros((frames, 2), np.float32)
    for index, start in enumerate(range(0, frames, length)):
        part = slice(start, min(start + length, frames))
        for stem, plays in zip(stems, ARRANGEMENT[index % len(ARRANGEMENT)], strict=True):
            if plays == "1":
                mix[part] += stem[: part.stop - part.start]
    return mix


def _room(dry: Stereo, chance: np.random.Generator, rate_hz: int) -> Stereo:
    """A room of 0.9 s; the two sides are different, so the reverberation is wide."""
    t = np.arange(int(0.9 * rate_hz)) / rate_hz
    wet = np.empty_like(dry)
    for side in range(2):
        echo = chance.standard_normal(len(t)) * np.exp(-6.9 * t / 0.9) * np.minimum(1, t / 0.012)
        smooth = np.convolve(echo, np.ones(6) / 6, mode="same")
        tail = (smooth / np.sqrt((smooth**2).sum())).astype(np.float32)
        wet[:, side] = oaconvolve(dry[:, side], tail)[: len(dry)]
    return wet


def _degree(key: int, degree: int) -> int:
    octave, step = divmod(degree, 7)
    return key + 12 * octave + MAJOR[step]


def _add(stem: Stereo, sound: Sound, at_s: float, rate_hz: int, *, pan: float, gain: float) -> None:
    """Lay a mono sound into a stereo loop; what rings over the end comes in again at its start."""
    start, angle = int(at_s * rate_hz) % len(stem), (pan + 1) * np.pi / 4
    sides = np.array([gain * np.cos(angle), gain * np.sin(angle)], np.float32)
    until_end = min(len(sound), len(stem) - start)
    stem[start : start + until_end] += sound[:until_end, None] * sides
    stem[: len(sound) - until_end] += sound[until_end:, None] * sides
