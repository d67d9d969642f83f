"""Everything that listens to the sound, fed block by block in one pass."""

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from workers.audio.blocks import Block, Reblocker
from workers.audio.clicks import Clicks
from workers.audio.clipping import Clipping, FlatTops
from workers.audio.dropouts import Dropouts
from workers.audio.facts import Facts
from workers.audio.fingerprint import Fingerprinter
from workers.audio.hops import Hops, HopTable
from workers.audio.hum import Hum
from workers.audio.levels import Levels
from workers.audio.limits import FULL_SCALE
from workers.audio.loudness import LoudnessMeter, LoudnessResult, low_frequency_channels
from workers.audio.silence import Silence
from workers.audio.spectrum import Spectrum
from workers.audio.stereo import Stereo
from workers.audio.true_peak import TruePeakMeter
from workers.audio.waveform import Outline, WaveformData, draw

_TOO_SHORT = "shorter than the 400 ms that the standard needs"
_TOO_QUIET = "nothing is louder than the standard's gate of -70 LUFS"


class Listener:
    """Feed it every piece of a recording in order, then call `finish` once."""

    def __init__(
        self,
        rate_hz: int,
        channels: int,
        *,
        channel_names: tuple[str, ...],
        integers: bool,
        full_scale: float = FULL_SCALE,
    ) -> None:
        self._rate_hz, self._channels = rate_hz, channels
        self._blocks = Reblocker(rate_hz, channels, scale=2.0**-31 if integers else 1.0)
        self._table = HopTable(channels, self._blocks.hop)
        self._loudness = LoudnessMeter(rate_hz, channels, channel_names=channel_names)
        self._true_peak = TruePeakMeter(rate_hz, channels, full_scale=full_scale)
        self._levels = Levels(rate_hz, channels)
        self._clipping = Clipping(rate_hz, channels, full_scale=full_scale)
        self._flat_tops = FlatTops(rate_hz, channels, full_scale=full_scale)
        self._dropouts, self._clicks = Dropouts(rate_hz, channels), Clicks(rate_hz)
        self._spectrum, self._hum = Spectrum(rate_hz, channels), Hum(rate_hz)
        self._fingerprinter = Fingerprinter(rate_hz)
        low_frequency = low_frequency_channels(channels, channel_names)
        self._stereo = Stereo(rate_hz, channels, hop=self._blocks.hop, may_be_silent=low_frequency)
        self._silence, self._outline = Silence(self._blocks.hop), Outline()
        self._frames = 0
        self.waveform: WaveformData | None = None
        self.fingerprint: tuple[int, ...] | None = None

    def push(self, piece: NDArray[np.generic]) -> None:
        """Take interleaved (frames, channels) samples."""
        for block in self._blocks.push(piece.T):
            self._measure(block)

    def _measure(self, block: Block) -> None:
        self._frames = block.start + block.real
        for one in (
            self._loudness, self._true_peak, self._levels, self._clipping, self._flat_tops,
            self._dropouts, self._clicks, self._spectrum, self._hum, self._fingerprinter,
        ):  # fmt: skip
            one.push(block)
        for hops in self._table.push(block):
            self._survey(hops)

    def _survey(self, hops: Hops) -> None:
        self._levels.survey(hops)
        for one in (self._silence, self._stereo, self._outline):
            one.push(hops)

    def finish(self, facts: Facts) -> None:
        """Put every group of sound facts; the waveform and the fingerprint exist from here on."""
        for block in self._blocks.finish():
            self._measure(block)
        if not self._frames:
            return
        for hops in self._table.finish():
            self._survey(hops)
        loudness = self._loudness.result()
        self._levels.report(facts)
        self._report_loudness(facts, loudness)
        self._report_true_peak(facts)
        self._clipping.report(facts)
        self._flat_tops.report(facts, means=self._levels.means)
        self._silence.report(facts, rate_hz=self._rate_hz, frames=self._frames)
        self._stereo.report(facts, frames=self._frames, rms=self._levels.moving_rms, channel_lufs=loudness.channel_lufs)
        self._spectrum.report(facts)
        self._dropouts.report(facts)
        self._clicks.report(facts)
        self._hum.report(facts)
        self.fingerprint = self._fingerprinter.report(facts)
        self.waveform = draw(
            self._outline, loudness, self._stereo.correlation, self._spectrum,
            rate_hz=self._rate_hz, hop=self._blocks.hop, frames=self._frames,
        )  # fmt: skip

    def _report_loudness(self, facts: Facts, result: LoudnessResult) -> None:
        facts.put(
            "loudness",
            integrated_lufs=result.integrated_lufs,
            range_lu=result.range_lu,
            range_stable=result.range_stable,
            max_momentary_lufs=result.max_momentary_lufs,
            max_momentary_at_s=result.max_momentary_at_s,
            max_short_term_lufs=result.max_short_term_lufs,
            max_short_term_at_s=result.max_short_term_at_s,
            channel_lufs=result.channel_lufs,
        )
        facts.put("defects", noise_floor_lufs=result.noise_floor_lufs)
        short = self._frames < round(0.4 * self._rate_hz)
        facts.excuse(
            _TOO_SHORT if short else _TOO_QUIET,
            "loudness.integrated_lufs", "loudness.max_momentary_lufs", "loudness.max_momentary_at_s",
            "loudness.plr_lu", "defects.noise_floor_lufs",
        )  # fmt: skip
        facts.excuse(
            "shorter than the 3 s that the standard needs" if self._frames < 3 * self._rate_hz else _TOO_QUIET,
            "loudness.range_lu", "loudness.max_short_term_lufs", "loudness.max_short_term_at_s",
        )  # fmt: skip

    def _report_true_peak(self, facts: Facts) -> None:
        result = self._true_peak.result()
        facts.put(
            "loudness",
            true_peak_overs=result.overs,
            intersample_overs=result.intersample_overs,
            true_peak_over_places=tuple(
                replace(over, end_s=min(over.end_s, self._frames / self._rate_hz)) for over in result.over_places
            ),
        )
        if result.peak <= 0:
            facts.excuse(
                "digital silence has no peak",
                "loudness.true_peak_dbtp", "loudness.true_peak_at_s", "loudness.true_peak_channel",
                "loudness.sample_peak_dbfs", "loudness.sample_peak_at_s", "loudness.sample_peak_channel",
            )  # fmt: skip
            return
        peak_dbtp = 20 * math.log10(result.peak)
        integrated = facts.get("loudness", "integrated_lufs")
        facts.put(
            "loudness",
            true_peak_dbtp=peak_dbtp,
            true_peak_at_s=min(result.peak_at, self._frames - 1) / self._rate_hz,
            true_peak_channel=result.peak_channel,
            plr_lu=peak_dbtp - integrated if isinstance(integrated, float) else None,
        )
