"""What a report says about the sound: loudness, levels, silence, stereo, spectrum, defects.

Levels that can be nought (digital silence has no decibels) are linear, as a fraction of full scale, and end in `_fs`.
Per-channel lists follow the order of the file's channels. Positions are seconds from the first sample.
"""

from dataclasses import dataclass

from portal.checks.strict import Strict


@dataclass(frozen=True, kw_only=True)
class Span(Strict):
    """A place in the recording."""

    start_s: float
    end_s: float
    channel: int | None = None  # counted from 0; None means all or does not matter
    value: float | None = None  # in the unit of what is listed: dBTP for peaks, nothing for gaps


@dataclass(frozen=True, kw_only=True)
class Loudness(Strict):
    """ITU-R BS.1770-5, EBU Tech 3341 v4 and Tech 3342 v4."""

    integrated_lufs: float | None = None
    range_lu: float | None = None
    range_stable: bool | None = None  # Tech 3341: not from less than 60 s
    max_momentary_lufs: float | None = None
    max_momentary_at_s: float | None = None  # end of the 400 ms window
    max_short_term_lufs: float | None = None
    max_short_term_at_s: float | None = None  # end of the 3 s window
    true_peak_dbtp: float | None = None
    true_peak_at_s: float | None = None
    true_peak_channel: int | None = None
    sample_peak_dbfs: float | None = None
    sample_peak_at_s: float | None = None
    sample_peak_channel: int | None = None
    plr_lu: float | None = None  # true peak minus integrated loudness
    channel_lufs: tuple[float | None, ...] = ()  # each channel measured alone
    true_peak_overs: int | None = None  # places above 0 dBTP
    true_peak_over_places: tuple[Span, ...] = ()  # value: dBTP
    intersample_overs: int | None = None  # those of them where no sample reaches full scale


@dataclass(frozen=True, kw_only=True)
class Levels(Strict):
    """Sample levels, clipping, DC."""

    peak_fs: tuple[float, ...] = ()  # largest absolute sample, per channel; 1.0 is full scale, floats may pass it
    rms_fs: tuple[float, ...] = ()  # per channel, over the whole file
    digital_silence: bool | None = None  # every sample is zero
    clip_runs: int | None = None  # runs of 3 or more samples at full scale
    clip_longest_s: float | None = None  # 0 when there is no run
    clip_places: tuple[Span, ...] = ()
    flat_top_runs: int | None = None  # runs of 3 or more equal samples at the channel's own peak below full scale
    flat_top_places: tuple[Span, ...] = ()
    over_samples: int | None = None  # decoded samples beyond full scale
    over_places: tuple[Span, ...] = ()
    dc_offset: float | None = None  # the channel mean that is farthest from nought, as a fraction of full scale
    dc_offset_channel: int | None = None


@dataclass(frozen=True, kw_only=True)
class Silence(Strict):
    """Silence at the edges and inside, and how abruptly the sound begins and ends."""

    threshold_dbfs: float | None = None  # below it a 10 ms window counts as silent
    loudest_dbfs: float | None = None  # of the 10 ms windows, without their mean; None when nothing moves
    head_s: float | None = None
    tail_s: float | None = None
    gaps: tuple[Span, ...] = ()  # silences of 1 s and more between head and tail, longest first
    gap_count: int | None = None
    longest_gap_s: float | None = None  # 0 when there is none
    start_rms_fs: float | None = None  # first 10 ms, loudest channel
    end_rms_fs: float | None = None  # last 10 ms, loudest channel


@dataclass(frozen=True, kw_only=True)
class Stereo(Strict):
    """Two-channel relations; None with a reason for any other channel count, dead channels apart."""

    correlation: float | None = None  # -1..1 over the whole file
    min_correlation: float | None = None  # lowest of the 3 s windows
    min_correlation_at_s: float | None = None  # start of that window
    negative_share: float | None = None  # 0..1, share of the sounding 3 s windows with a correlation below -0.5
    mid_band_correlation: float | None = None  # 100-2000 Hz over the whole file
    mid_band_max_correlation: float | None = None  # highest of the 3 s windows, 100-2000 Hz
    mono_fold_loss_db: float | None = None  # power of (L+R)/2 under the mean power of L and R; positive is a loss
    imbalance_lu: float | None = None  # left minus right, BS.1770 level
    dead_channel: bool | None = None
    dead_channels: tuple[int, ...] = ()  # a silent low-frequency channel is none
    one_sided_s: float | None = None  # most sound at a stretch in which the other channel is silent; 0 when none
    one_sided_places: tuple[Span, ...] = ()  # channel: the silent one; value: seconds of sound in the other
    dual_mono: bool | None = None  # left and right equal, or their difference under -90 dBFS


@dataclass(frozen=True, kw_only=True)
class Band(Strict):
    """One band of the spectrum."""

    centre_hz: float
    level_db: float  # against the loudest band


@dataclass(frozen=True, kw_only=True)
class Spectrum(Strict):
    """Long-term spectrum of the louder half of the recording."""

    edge_db: float | None = None  # biggest fall between neighbouring bands above 10 kHz
    edge_hz: float | None = None  # where it is
    above_edge_dbfs: float | None = None  # what is left above it
    sub_30hz_share: float | None = None  # 0..1, share of the energy below 30 Hz
    octave_bands: tuple[Band, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Defects(Strict):
    """Faults of recording, editing and bouncing."""

    clicks: int | None = None
    click_places: tuple[Span, ...] = ()
    dropouts: int | None = None  # zeros for 3-120 ms, or a frozen value for 3-500 ms, inside the sound
    dropout_places: tuple[Span, ...] = ()
    rests: int | None = None  # zeros for up to 500 ms, or between sounds of very different level
    rest_places: tuple[Span, ...] = ()
    hum_hz: float | None = None  # 50 or 60 when hum was looked for, also when none was found
    hum_db: float | None = None  # how far the harmonics stand over their neighbours in the quietest part
    noise_floor_lufs: float | None = None
