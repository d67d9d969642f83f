"""An acoustic fingerprint: 32 bits, eight times a second, from how the twelve pitch classes move.

The same recording gives nearly the same bits after MP3, level changes, EQ or a cut at the start; another recording
agrees in about half of them. The idea is that of Jang et al., "Pairwise boosted audio fingerprint" (IEEE TIFS 2009),
as known from Chromaprint; the bits here are plain signs of chroma differences and need no trained tables.
"""

import hashlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workers.audio.blocks import CELL, Block, Floats
from workers.audio.facts import Facts

ALGORITHM = "soundcheck-chroma-1"
STEP_S = 0.124
COVERS_S = 120.0
_WINDOW_S = 0.4
_WANTED_RATE_HZ = 11_025
_LOWEST_HZ, _HIGHEST_HZ = 110.0, 3520.0
_CUTOFF_HZ = 4500.0
_SPAN = 8  # frames that one difference looks at on either side
_SMOOTH = np.array([0.25, 0.75, 1.0, 0.75, 0.25])
_QUIET_POWER = 1e-9
_SHORTEST_ITEMS = 16


class Fingerprinter:
    """Feed it every Block; only the first two minutes are used."""

    def __init__(self, rate_hz: int) -> None:
        factor = max(2 ** round(np.log2(rate_hz / _WANTED_RATE_HZ)), 1)
        self._factor = min(int(factor), CELL)
        self._rate_hz = rate_hz / self._factor
        self._matrix = _decimator(rate_hz, self._factor)
        self._window = round(_WINDOW_S * self._rate_hz)
        self._taper = np.hanning(self._window).astype(np.float32)
        self._chroma = _chroma_matrix(self._window, self._rate_hz)
        self._most = round(COVERS_S * self._rate_hz)
        self._held: Floats = np.zeros(0, np.float32)
        self._held_from = self._taken = self._count = 0
        self._frames: list[NDArray[np.floating[Any]]] = []

    def push(self, block: Block) -> None:
        if self._taken >= self._most:
            return
        rows = np.add.reduce(block.lead, axis=0).reshape(-1, CELL)
        slow = (rows[:-1] @ self._matrix[:CELL] + rows[1:] @ self._matrix[CELL:]).ravel()
        slow = slow[: -(-block.real // self._factor)] / np.float32(len(block.lead))
        self._held = np.concatenate([self._held, slow])
        self._taken += len(slow)
        self._analyse()

    def report(self, facts: Facts) -> tuple[int, ...] | None:
        """Put the group "fingerprint" and return the 32-bit words; None when there is too little sound."""
        words = _words(np.concatenate([np.zeros((0, 12)), *self._frames]))
        if words is None:
            facts.excuse("needs at least 4 s of sound", "fingerprint")
            return None
        facts.put(
            "fingerprint",
            algorithm=ALGORITHM,
            digest=hashlib.sha256(words.astype("<u4").tobytes()).hexdigest(),
            items=len(words),
            covers_s=(self._count - 1) * STEP_S + _WINDOW_S,
        )
        return tuple(words.tolist())

    def _analyse(self) -> None:
        windows = []
        start = self._next_start()
        while start + self._window <= len(self._held):
            windows.append(self._held[start : start + self._window])
            self._count += 1
            start = self._next_start()
        if windows:
            spectra = np.fft.rfft(np.stack(windows) * self._taper, axis=1)
            self._frames.append((spectra.real**2 + spectra.imag**2) @ self._chroma)
        drop = min(start, len(self._held))
        self._held, self._held_from = self._held[drop:], self._held_from + drop

    def _next_start(self) -> int:
        return round(self._count * STEP_S * self._rate_hz) - self._held_from


def _words(chroma: NDArray[np.float64]) -> NDArray[np.uint32] | None:
    if len(chroma) < _SHORTEST_ITEMS + 2 * _SPAN + len(_SMOOTH) or chroma.max(initial=0) < _QUIET_POWER:
        return None
    loud = np.sqrt(chroma)
    smooth = np.apply_along_axis(np.convolve, 0, loud, _SMOOTH, "valid")
    norms = np.linalg.norm(smooth, axis=1, keepdims=True)
    image = smooth / np.maximum(norms, 1e-6)
    sums = np.concatenate([np.zeros((1, 12)), np.cumsum(image, axis=0)])
    means = sums[_SPAN:] - sums[:-_SPAN]  # each over _SPAN frames
    early, late = means[:-_SPAN], means[_SPAN:]
    pairs_early, pairs_late = early - np.roll(early, -1, axis=1), late - np.roll(late, -1, axis=1)
    fifths = early + late - np.roll(early + late, -7, axis=1)
    bits = np.concatenate([late > early, pairs_late > pairs_early, fifths[:, :8] > 0], axis=1)
    return np.asarray(bits @ (np.uint64(1) << np.arange(32, dtype=np.uint64))).astype(np.uint32)


def _decimator(rate_hz: int, factor: int) -> Floats:
    """(2 CELL, CELL / factor): a low-pass of CELL + 1 taps, evaluated once per `factor` samples."""
    taps = np.arange(CELL + 1) - CELL / 2
    cut = min(_CUTOFF_HZ / rate_hz, 0.5)
    response = 2 * cut * np.sinc(2 * cut * taps) * np.kaiser(CELL + 1, 5.0)
    response /= response.sum()
    matrix = np.zeros((2 * CELL, CELL // factor), np.float32)
    for output in range(CELL // factor):
        matrix[output * factor : output * factor + CELL + 1, output] = response
    return matrix


def _chroma_matrix(window: int, rate_hz: float) -> Floats:
    """(bins, 12): which pitch class each bin between A2 and A7 belongs to."""
    frequencies = np.fft.rfftfreq(window, 1 / rate_hz)
    matrix = np.zeros((len(frequencies), 12), np.float32)
    used = (frequencies >= _LOWEST_HZ) & (frequencies <= _HIGHEST_HZ)
    note = np.rint(12 * np.log2(frequencies[used] / 440.0)).astype(int) % 12
    matrix[np.flatnonzero(used), note] = 1.0 / frequencies[used]  # pink: each octave weighs the same
    return matrix
