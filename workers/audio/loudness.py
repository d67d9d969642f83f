"""Loudness from 10 ms energies: ITU-R BS.1770-5, EBU Tech 3341 v4, EBU Tech 3342 v4.

Everything follows from one number per hop and channel, the K-weighted sum of squares. Windows move by 10 ms (momentary,
short-term) or 100 ms (gating blocks, loudness range); an update rate of 10 Hz would miss a maximum by up to 0.5 LU.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workers.audio.blocks import HOPS, Block, hop_frames
from workers.audio.kweighting import Doubles, KWeighting
from workers.audio.rows import Rows

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
    momentary: NDArray[np.float32]  # LUFS every 10 ms from 0.4 s on, -inf in silence
    short_term: NDArray[np.float32]  # LUFS every 10 ms from 3 s on


class LoudnessMeter:
    """Feed it every Block of a file, then ask for the result."""

    def __init__(self, rate_hz: int, channels: int, *, channel_names: tuple[str, ...] = ()) -> None:
        self._filter = KWeighting(rate_hz, channels)
        self._weights = np.array(channel_weights(channels, channel_names))
        self._hop = hop_frames(rate_hz)
        self._rate_hz = rate_hz
        self._energies = Rows(channels)

    def push(self, block: Block) -> None:
        weighted = self._filter.push(block).reshape(len(self._weights), HOPS, self._hop)
        self._energies.append(np.vecdot(weighted, weighted)[:, : block.whole_hops])

    def result(self) -> LoudnessResult:
        """Return all numbers. Windows that the file does not fill are not measured."""
        per_channel = self._energies.join()
        channel_lufs = tuple(gated_loudness(self._gating_blocks(own)) for own in per_channel)
        total = np.zeros(per_channel.shape[1])
        for weight, own in zip(self._weights, per_channel, strict=True):
            total += weight * own
        del per_channel  # an hour of hops in float64 is 3 MB, and long recordings have many such rows
        momentary = self._windows(total, MOMENTARY_HOPS)
        short_term = self._windows(total, SHORT_TERM_HOPS)
        loudest_m, loudest_s = _maximum(momentary), _maximum(short_term)
        return LoudnessResult(
            integrated_lufs=gated_loudness(momentary[::GATING_STEP_HOPS]),
            range_lu=loudness_range(short_term[::GATING_STEP_HOPS]),
            range_stable=len(total) * self._hop / self._rate_hz >= STABLE_RANGE_S,
            max_momentary_lufs=loudest_m[0],
            max_momentary_at_s=self._end_of(loudest_m[1], MOMENTARY_HOPS),
            max_short_term_lufs=loudest_s[0],
            max_short_term_at_s=self._end_of(loudest_s[1], SHORT_TERM_HOPS),
            channel_lufs=channel_lufs,
            noise_floor_lufs=_noise_floor(momentary[::GATING_STEP_HOPS]),
            momentary=_curve(momentary),
            short_term=_curve(short_term),
        )

    def _gating_blocks(self, energies: NDArray[np.float32]) -> Doubles:
        """Mean power of the 400 ms blocks of one channel, one per 100 ms."""
        whole = energies[: len(energies) // GATING_STEP_HOPS * GATING_STEP_HOPS]
        tenths = whole.reshape(-1, GATING_STEP_HOPS).sum(axis=1, dtype=np.float64)
        parts = MOMENTARY_HOPS // GATING_STEP_HOPS
        if len(tenths) < parts:
            return np.zeros(0)
        return np.convolve(tenths, np.ones(parts), "valid") / (MOMENTARY_HOPS * self._hop)

    def _windows(self, energies: Doubles, hops: int) -> Doubles:
        """Mean power of every window of `hops` hops. A running sum would leave its rounding in the silences."""
        if len(energies) < hops:
            return np.zeros(0)
        sums = np.convolve(energies, np.ones(hops), "valid") if hops <= MOMENTARY_HOPS else _long_sums(energies, hops)
        return np.asarray(sums / (hops * self._hop))

    def _end_of(self, index: int | None, hops: int) -> float | None:
        return None if index is None else (index + hops) * self._hop / self._rate_hz


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


def _maximum(power: Doubles) -> tuple[float | None, int | None]:
    if not len(power) or power.max() <= 0:
        return None, None
    at = int(power.argmax())
    return float(to_lufs(power[at])), at


def _noise_floor(power: Doubles) -> float | None:
    sounding = power[power > 0]
    if not len(sounding):
        return None
    return float(to_lufs(np.float64(np.percentile(sounding, FLOOR_PERCENTILE))))
