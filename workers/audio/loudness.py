"""Loudness from 10 ms energies: ITU-R BS.1770-5, EBU Tech 3341 v4, EBU Tech 3342 v4.

Everything follows from one number per hop and channel, the K-weighted sum of squares. Windows move by 10 ms (momentary,
short-term) or 100 ms (gating blocks, loudness range); an update rate of 10 Hz would miss a maximum by up to 0.5 LU.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workers.audio.blocks import Block, hop_frames
from workers.audio.hops import CHUNK_HOPS
from workers.audio.kweighting import KWeighting
from workers.audio.rows import Doubles, Rows
from workers.audio.trace import Trace

MOMENTARY_HOPS, SHORT_TERM_HOPS, GATING_STEP_HOPS = 40, 300, 10
ABSOLUTE_GATE_LUFS, RELATIVE_GATE_LU, RANGE_GATE_LU = -70.0, -10.0, -20.0
STABLE_RANGE_S = 60.0  # Tech 3341: a loudness range from less is not stable
FLOOR_PERCENTILE = 5

# BS.1770-5 Table 4: what stands 60 to 120 degrees to the side counts more; the low-frequency channel does not count.
# By FFmpeg's channel names.
_SIDES = frozenset({"SL", "SR", "SDL", "SDR", "WL", "WR"})
_REARS = frozenset({"BL", "BR"})  # the surrounds at 110 degrees, but behind 120 where there is a pair at the sides
_LOW_FREQUENCY = frozenset({"LFE", "LFE2"})
_BY_COUNT = {
    5: ("FL", "FR", "FC", "BL", "BR"),
    6: ("FL", "FR", "FC", "LFE", "BL", "BR"),
    8: ("FL", "FR", "FC", "LFE", "BL", "BR", "SL", "SR"),
}


def channel_weights(channels: int, names: tuple[str, ...] = ()) -> tuple[float, ...]:
    """Return a weight per channel, from the channel names where they are known, else from the usual order."""
    names = _positions(channels, names)
    wide = _SIDES if {"SL", "SR"} & set(names) else _SIDES | _REARS
    return tuple(0.0 if name in _LOW_FREQUENCY else 1.41 if name in wide else 1.0 for name in names)


def low_frequency_channels(channels: int, names: tuple[str, ...] = ()) -> frozenset[int]:
    """Return which channels, counted from 0, only carry low-frequency effects."""
    return frozenset(at for at, name in enumerate(_positions(channels, names)) if name in _LOW_FREQUENCY)


def _positions(channels: int, names: tuple[str, ...]) -> tuple[str, ...]:
    if len(names) == channels and _are_positions(names):
        return names
    return _BY_COUNT.get(channels, ("FL",) * channels)


def _are_positions(names: tuple[str, ...]) -> bool:
    return all(name.isupper() and not name.startswith(("NONE", "UNK", "USR", "AMBI")) for name in names)


def to_lufs(power: Doubles | np.float64) -> Doubles:
    """Return the loudness of mean weighted power; minus infinity for nought."""
    with np.errstate(divide="ignore"):
        return np.asarray(-0.691 + 10 * np.log10(power))


@dataclass(frozen=True)
class LoudnessResult:
    """None where the standard gives no value: too short, or nothing above the gate."""

    integrated_lufs: float | None
    range_lu: float | None
    range_stable: bool
    max_momentary_lufs: float | None
    max_momentary_at_s: float | None
    max_short_term_lufs: float | None
    max_short_term_at_s: float | None
    channel_lufs: tuple[float | None, ...]
    noise_floor_lufs: float | None
    momentary: Trace  # LUFS every 10 ms from 0.4 s on, -inf in silence
    short_term: Trace  # LUFS every 10 ms from 3 s on


class LoudnessMeter:
    """Feed it every Block of a file, then ask for the result."""

    def __init__(self, rate_hz: int, channels: int, *, channel_names: tuple[str, ...] = ()) -> None:
        self._filter = KWeighting(rate_hz, channels)
        self._weights = np.array(channel_weights(channels, channel_names))
        self._hop_s = hop_frames(rate_hz) / rate_hz
        self._energies = np.empty((channels, CHUNK_HOPS), np.float32)
        self._fill = self._hops = 0
        self._momentary = _Windows(MOMENTARY_HOPS, hop_frames(rate_hz))
        self._short_term = _Windows(SHORT_TERM_HOPS, hop_frames(rate_hz))
        self._channels = tuple(_GatingBlocks(hop_frames(rate_hz)) for _ in range(channels))

    def push(self, block: Block) -> None:
        energies = self._filter.push(block)[:, : block.whole_hops]
        end = self._fill + energies.shape[1]
        self._energies[:, self._fill : end] = energies
        self._fill = end
        if end == CHUNK_HOPS:
            self._digest()

    def result(self) -> LoudnessResult:
        """Return all numbers. Windows that the file does not fill are not measured."""
        self._digest()
        momentary, short_term = self._momentary.sampled.join()[0], self._short_term.sampled.join()[0]
        return LoudnessResult(
            integrated_lufs=gated_loudness(momentary),
            range_lu=loudness_range(short_term),
            range_stable=self._hops * self._hop_s >= STABLE_RANGE_S,
            max_momentary_lufs=self._momentary.highest_lufs,
            max_momentary_at_s=self._end_of(self._momentary),
            max_short_term_lufs=self._short_term.highest_lufs,
            max_short_term_at_s=self._end_of(self._short_term),
            channel_lufs=tuple(gated_loudness(own.power.join()[0]) for own in self._channels),
            noise_floor_lufs=_noise_floor(momentary),
            momentary=self._momentary.trace,
            short_term=self._short_term.trace,
        )

    def _digest(self) -> None:
        per_channel = self._energies[:, : self._fill]
        total = np.zeros(self._fill)
        for weight, own, blocks in zip(self._weights, per_channel, self._channels, strict=True):
            total += weight * own
            blocks.push(own)
        self._momentary.push(total)
        self._short_term.push(total)
        self._hops, self._fill = self._hops + self._fill, 0

    def _end_of(self, windows: "_Windows") -> float | None:
        return None if windows.highest_lufs is None else (windows.highest_at + windows.hops) * self._hop_s


class _Windows:
    """Mean power of every window of `hops` hops: its highest, its curve, and each tenth of it for the gates."""

    def __init__(self, hops: int, hop: int) -> None:
        self.hops, self._hop = hops, hop
        self.sampled = Rows(1)  # mean power, one window per 100 ms
        self.trace = Trace(np.fmax)
        self.highest_at = 0
        self._highest = 0.0
        self._start = 0  # of the next window
        self._before: Doubles = np.zeros(0)

    @property
    def highest_lufs(self) -> float | None:
        return float(to_lufs(np.float64(self._highest))) if self._highest > 0 else None

    def push(self, energies: Doubles) -> None:
        """Take the next hops. A running sum would leave its rounding in the silences."""
        waiting = np.concatenate([self._before, energies])
        if len(waiting) < self.hops:
            self._before = waiting
            return
        long = self.hops > MOMENTARY_HOPS
        sums = _long_sums(waiting, self.hops) if long else np.convolve(waiting, np.ones(self.hops), "valid")
        power = sums / (self.hops * self._hop)
        at = int(power.argmax())
        if power[at] > self._highest:
            self._highest, self.highest_at = float(power[at]), self._start + at
        self.sampled.append(power[None, -self._start % GATING_STEP_HOPS :: GATING_STEP_HOPS])
        self.trace.push(_curve(power))
        self._start += len(power)
        self._before = waiting[len(power) :]


class _GatingBlocks:
    """Mean power of the 400 ms blocks of one channel, one per 100 ms."""

    def __init__(self, hop: int) -> None:
        self._hop = hop
        self._before: Doubles = np.zeros(0)  # sums over 100 ms
        self.power = Rows(1)

    def push(self, energies: NDArray[np.float32]) -> None:
        """Take the next hops; only the last time may they be no whole number of 100 ms."""
        whole = energies[: len(energies) // GATING_STEP_HOPS * GATING_STEP_HOPS]
        tenths = np.concatenate([self._before, whole.reshape(-1, GATING_STEP_HOPS).sum(axis=1, dtype=np.float64)])
        parts = MOMENTARY_HOPS // GATING_STEP_HOPS
        if len(tenths) >= parts:
            self.power.append(np.convolve(tenths, np.ones(parts), "valid")[None] / (MOMENTARY_HOPS * self._hop))
        self._before = tenths[-(parts - 1) :]


def gated_loudness(power: Doubles) -> float | None:
    """Integrated loudness of 400 ms blocks at 75 % overlap (BS.1770-5 Annex 1); None when none passes the gate."""
    lufs = to_lufs(power)
    passing = power[lufs > ABSOLUTE_GATE_LUFS]
    if not len(passing):
        return None
    gate = to_lufs(passing.mean()) + RELATIVE_GATE_LU
    return float(to_lufs(passing[to_lufs(passing) > gate].mean()))


def loudness_range(power: Doubles) -> float | None:
    """Loudness range of 3 s windows (Tech 3342 v4): percentile 95 minus percentile 10 by nearest index."""
    passing = power[to_lufs(power) >= ABSOLUTE_GATE_LUFS]
    if not len(passing):
        return None
    lufs = to_lufs(passing)
    ordered = np.sort(lufs[lufs >= to_lufs(passing.mean()) + RANGE_GATE_LU])
    low, high = (int((len(ordered) - 1) * share + 0.5) for share in (0.10, 0.95))
    return float(ordered[high] - ordered[low])


def _long_sums(energies: Doubles, hops: int) -> Doubles:
    """Sums of 300 as sums of 10 sums of 30: as exact as adding up, at a tenth of the work."""
    short = np.convolve(energies, np.ones(hops // 10), "valid")
    count = len(energies) - hops + 1
    total = short[:count].copy()
    for part in range(1, 10):
        total += short[part * (hops // 10) :][:count]
    return total


def _curve(power: Doubles) -> NDArray[np.float32]:
    """LUFS for drawing, in single precision all the way."""
    with np.errstate(divide="ignore"):
        return np.asarray(np.float32(-0.691) + np.float32(10) * np.log10(power.astype(np.float32)))


def _noise_floor(power: Doubles) -> float | None:
    sounding = power[power > 0]
    if not len(sounding):
        return None
    return float(to_lufs(np.float64(np.percentile(sounding, FLOOR_PERCENTILE))))
