"""How the two channels relate: correlation, mono fold-down, balance, dead channels, dual mono."""

import math

import numpy as np

from workers.audio.facts import Facts
from workers.audio.hops import Hops
from workers.audio.onesided import OneSided
from workers.audio.rows import Doubles
from workers.audio.trace import Trace

WINDOW_HOPS, STEP_HOPS = 300, 10  # 3 s, every 100 ms
DEAD_RMS_FS = 1e-4  # -80 dBFS
DEAD_BELOW_LOUDEST = 1e-3  # -60 dB
DUAL_MONO_FS = 10 ** (-90 / 20)
OPPOSED = -0.5  # independent channels waver around 0; below this they cancel each other audibly
_SOUNDING_FS = 1e-3  # a window counts when both channels are above -60 dBFS

_PAIR_FIELDS = (
    "correlation", "min_correlation", "min_correlation_at_s", "negative_share", "mid_band_correlation",
    "mid_band_max_correlation", "mono_fold_loss_db", "imbalance_lu", "dual_mono", "one_sided_s",
)  # fmt: skip


class Stereo:
    """Feed it the Hops of a file, then call `report`."""

    def __init__(self, rate_hz: int, channels: int, *, hop: int, may_be_silent: frozenset[int] = frozenset()) -> None:
        """may_be_silent: low-frequency channels, counted from 0."""
        self._channels, self._may_be_silent = channels, may_be_silent
        self._hop, self._rate_hz = hop, rate_hz
        self._together: float = 0.0
        self._sums: Doubles = np.zeros(2)
        self._difference = 0.0
        self._before: Doubles = np.zeros((5, 0))  # of the last windows, per 100 ms
        self._windows = self._sounding = self._opposed = 0
        self._lowest, self._lowest_at = math.inf, 0
        self._one_sided = OneSided(hop, rate_hz)
        self._trace = Trace(np.fmin)
        self.correlation: Trace | None = (
            None  # per 3 s, every 100 ms, NaN in silence; None when there is nothing to show
        )

    def push(self, hops: Hops) -> None:
        if hops.differences is None:
            return
        self._one_sided.push(hops)
        rows = np.stack([*hops.energies, hops.differences, *hops.sums])
        left, right, difference, *sums = np.add.reduceat(
            rows, np.arange(0, rows.shape[1], STEP_HOPS), axis=1, dtype=np.float64
        )
        cross = (left + right - difference) / 2
        tenths = np.stack([left, right, cross, *sums])
        self._sums += tenths[3:].sum(axis=1)
        self._together += float(cross.sum())
        self._difference += float(difference.sum())
        waiting = np.concatenate([self._before, tenths], axis=1)
        self._before = waiting[:, -(WINDOW_HOPS // STEP_HOPS - 1) :]
        if waiting.shape[1] > self._before.shape[1]:
            self._measure(*(_moving(row) for row in waiting))

    def report(self, facts: Facts, *, frames: int, rms: Doubles, channel_lufs: tuple[float | None, ...]) -> None:
        """rms: per channel, without its mean: a constant offset is no sound."""
        self._report_dead(facts, rms)
        if self._channels != 2:
            reason = f"needs two channels, the file has {self._channels}"
            facts.excuse(reason, *(f"stereo.{name}" for name in _PAIR_FIELDS))
            return
        if rms.max() > 0:
            difference_rms = math.sqrt(self._difference / frames)
            facts.put("stereo", dual_mono=difference_rms < DUAL_MONO_FS)
        else:
            facts.excuse("the whole file is silent", "stereo.dual_mono")
        if rms.max() >= DEAD_RMS_FS:
            facts.put("stereo", **self._one_sided.found())
        else:
            facts.excuse("the whole file is silent", "stereo.one_sided_s")
        if rms.min() <= 0:
            facts.excuse(
                "a channel is silent, so there is nothing to compare", *(f"stereo.{name}" for name in _PAIR_FIELDS)
            )
            return
        left, right = (rms**2 * frames).tolist()
        together = self._together - float(self._sums[0] * self._sums[1]) / frames
        facts.put("stereo", correlation=max(-1.0, min(1.0, together / math.sqrt(left * right))))
        self._report_fold(facts, left, right, together)
        self._report_windows(facts)
        if channel_lufs[0] is not None and channel_lufs[1] is not None:
            facts.put("stereo", imbalance_lu=channel_lufs[0] - channel_lufs[1])
        else:
            facts.excuse("a channel has no loudness: too short or too quiet", "stereo.imbalance_lu")

    def _measure(self, left: Doubles, right: Doubles, cross: Doubles, sum_left: Doubles, sum_right: Doubles) -> None:
        frames = self._hop * WINDOW_HOPS
        power_left, power_right = left - sum_left**2 / frames, right - sum_right**2 / frames
        together = cross - sum_left * sum_right / frames
        sounding = np.minimum(power_left, power_right) > _SOUNDING_FS**2 * frames
        power = np.sqrt(np.where(sounding, power_left * power_right, 1))
        correlation = np.where(sounding, np.clip(together / power, -1, 1), np.nan)
        self._trace.push(correlation)
        if sounding.any():
            at = int(np.nanargmin(correlation))
            if correlation[at] < self._lowest:
                self._lowest, self._lowest_at = float(correlation[at]), self._windows + at
            self._sounding += int(sounding.sum())
            self._opposed += int((correlation[sounding] < OPPOSED).sum())
        self._windows += len(correlation)

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

    def _report_windows(self, facts: Facts) -> None:
        self.correlation = self._trace if self._windows else None
        if not self._sounding:
            facts.excuse(
                "no 3 s in which both channels sound",
                "stereo.min_correlation", "stereo.min_correlation_at_s", "stereo.negative_share",
            )  # fmt: skip
            return
        facts.put(
            "stereo",
            min_correlation=self._lowest,
            min_correlation_at_s=self._lowest_at * STEP_HOPS * self._hop / self._rate_hz,
            negative_share=self._opposed / self._sounding,
        )


def _moving(tenths: Doubles) -> Doubles:
    """Sums of every 3 s window, one per 100 ms; the last tenth of a file may be short."""
    return np.convolve(tenths, np.ones(WINDOW_HOPS // STEP_HOPS), "valid")
