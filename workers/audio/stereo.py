"""How the two channels relate: correlation, mono fold-down, balance, dead channels, dual mono."""

import math

import numpy as np
from numpy.typing import NDArray

from workers.audio.blocks import Floats
from workers.audio.facts import Facts
from workers.audio.hops import HopTable
from workers.audio.kweighting import Doubles

WINDOW_HOPS, STEP_HOPS = 300, 10  # 3 s, every 100 ms
DEAD_RMS_FS = 1e-4  # -80 dBFS
DEAD_BELOW_LOUDEST = 1e-3  # -60 dB
DUAL_MONO_FS = 10 ** (-90 / 20)
OPPOSED = -0.5  # independent channels waver around 0; below this they cancel each other audibly
_SOUNDING_FS = 1e-3  # a window counts when both channels are above -60 dBFS

_ROUNDING = 1e-6  # of single precision, where an offset is subtracted from itself

_PAIR_FIELDS = (
    "correlation", "min_correlation", "min_correlation_at_s", "negative_share", "mid_band_correlation",
    "mid_band_max_correlation", "mono_fold_loss_db", "imbalance_lu", "dual_mono",
)  # fmt: skip


class StereoReport:
    """Judges the finished hop table of a file."""

    def __init__(
        self, table: HopTable, *, rate_hz: int, hop: int, frames: int, may_be_silent: frozenset[int] = frozenset()
    ) -> None:
        """may_be_silent: low-frequency channels, counted from 0."""
        self._may_be_silent = may_be_silent
        self._table, self._rate_hz, self._hop, self._frames = table, rate_hz, hop, frames
        self.windows: NDArray[np.float32] = np.zeros(0, np.float32)  # correlation every 100 ms, NaN in silence

    def report(self, facts: Facts, channel_lufs: tuple[float | None, ...]) -> None:
        energies = self._table.energies
        channels = len(energies)
        rms = self._moving_rms()
        self._report_dead(facts, rms)
        if self._table.differences is None:
            facts.excuse(f"needs two channels, the file has {channels}", *(f"stereo.{name}" for name in _PAIR_FIELDS))
            return
        left, right, difference, *sums = _tenths([*energies, self._table.differences, *self._table.hop_sums])
        cross = (left + right - difference) / 2
        difference_rms = math.sqrt(float(difference.sum()) / self._frames)
        facts.put("stereo", dual_mono=bool(difference_rms < DUAL_MONO_FS and rms.max() > 0))
        if rms.min() <= 0:
            facts.excuse(
                "a channel is silent, so there is nothing to compare", *(f"stereo.{name}" for name in _PAIR_FIELDS)
            )
            return
        power_left, power_right = (rms**2 * self._frames).tolist()
        together = float(cross.sum() - sums[0].sum() * sums[1].sum() / self._frames)
        facts.put("stereo", correlation=max(-1.0, min(1.0, together / math.sqrt(power_left * power_right))))
        self._report_fold(facts, power_left, power_right, together)
        self._report_windows(facts, left, right, cross, sums)
        if channel_lufs[0] is not None and channel_lufs[1] is not None:
            facts.put("stereo", imbalance_lu=channel_lufs[0] - channel_lufs[1])
        else:
            facts.excuse("a channel has no loudness: too short or too quiet", "stereo.imbalance_lu")

    def _moving_rms(self) -> Doubles:
        """RMS per channel without its mean: a constant offset is no sound."""
        power = self._table.energies.sum(axis=1, dtype=np.float64) / self._frames
        moving = power - (self._table.sums / self._frames) ** 2
        return np.sqrt(np.where(moving > power * _ROUNDING, moving, 0))

    def _report_dead(self, facts: Facts, rms: Doubles) -> None:
        if rms.max() < DEAD_RMS_FS:
            facts.excuse("the whole file is silent", "stereo.dead_channel")
            return
        silent = np.flatnonzero(rms < max(DEAD_RMS_FS, float(rms.max()) * DEAD_BELOW_LOUDEST)).tolist()
        dead = tuple(channel for channel in silent if channel not in self._may_be_silent)
        facts.put("stereo", dead_channel=len(dead) > 0, dead_channels=dead)

    @staticmethod
    def _report_fold(facts: Facts, left: float, right: float, cross: float) -> None:
        share = (left + right + 2 * cross) / (2 * (left + right))
        if share > 1e-9:
            facts.put("stereo", mono_fold_loss_db=-10 * math.log10(share))
        else:
            facts.put("stereo", mono_fold_loss_db=90.0)  # nothing measurable is left

    def _report_windows(self, facts: Facts, left: Doubles, right: Doubles, cross: Doubles, sums: list[Doubles]) -> None:
        frames = self._hop * WINDOW_HOPS
        sum_left, sum_right = _moving(sums[0]), _moving(sums[1])
        power_left = _moving(left) - sum_left**2 / frames
        power_right = _moving(right) - sum_right**2 / frames
        together = _moving(cross) - sum_left * sum_right / frames
        sounding = np.minimum(power_left, power_right) > _SOUNDING_FS**2 * frames
        power = np.sqrt(np.where(sounding, power_left * power_right, 1))
        correlation = np.where(sounding, np.clip(together / power, -1, 1), np.nan)
        self.windows = correlation.astype(np.float32)
        if not sounding.any():
            facts.excuse(
                "no 3 s in which both channels sound",
                "stereo.min_correlation", "stereo.min_correlation_at_s", "stereo.negative_share",
            )  # fmt: skip
            return
        lowest = int(np.nanargmin(correlation))
        facts.put(
            "stereo",
            min_correlation=float(correlation[lowest]),
            min_correlation_at_s=lowest * STEP_HOPS * self._hop / self._rate_hz,
            negative_share=float((correlation[sounding] < OPPOSED).mean()),
        )


def _tenths(rows: list[Floats]) -> Doubles:
    """Sums over 100 ms of each row of hops: windows move by so much, and an hour of hops in float64 is a lot."""
    return np.stack([np.add.reduceat(row, np.arange(0, len(row), STEP_HOPS), dtype=np.float64) for row in rows])


def _moving(tenths: Doubles) -> Doubles:
    """Sums of every 3 s window, one per 100 ms; the last tenth of a file may be short."""
    length = WINDOW_HOPS // STEP_HOPS
    if len(tenths) < length:
        return np.zeros(0)
    sums = np.concatenate([[0.0], np.cumsum(tenths)])
    return np.asarray(sums[length:] - sums[:-length])
