"""Each fault is put into clean music and must be found, at its place, and only there."""

import numpy as np
import pytest

from portal.checks.check import State
from tests.factories.judging import judge
from tests.signals.music import music
from tests.signals.tones import Signal, sine
from tests.unit.audio.listening import RATE_HZ, hear

CLEAN = music(12, RATE_HZ)


def _at(seconds: float) -> int:
    return round(seconds * RATE_HZ)


@pytest.mark.parametrize("seed", range(1, 7))
def test_clean_music_has_no_fault(seed: int) -> None:
    report = hear(music(12, RATE_HZ, seed=seed))
    assert report.levels.clip_runs == 0
    assert report.levels.flat_top_runs == 0
    assert report.defects.clicks == 0
    assert report.defects.dropouts == 0
    assert report.silence.gap_count == 0
    assert report.loudness.true_peak_overs == 0
    assert report.stereo.dead_channel is False
    assert report.stereo.dual_mono is False
    assert report.levels.dc_offset == pytest.approx(0, abs=1e-3)


def test_hard_clipping_is_counted_and_placed() -> None:
    loud = CLEAN.copy()
    loud[_at(5) : _at(6)] *= 10
    report = hear(np.clip(loud, -1, 1))
    levels = report.levels
    assert levels.clip_runs is not None
    assert levels.clip_runs > 50
    assert all(5 <= place.start_s <= 6 for place in levels.clip_places)
    assert levels.clip_longest_s is not None
    assert 0 < levels.clip_longest_s < 0.01
    assert levels.flat_top_runs == 0
    assert report.loudness.true_peak_overs is not None
    assert report.loudness.true_peak_overs > 0
    assert report.loudness.true_peak_dbtp is not None
    assert report.loudness.true_peak_dbtp > 0


@pytest.mark.parametrize("kind", ["pcm8", "pcm16", "pcm24", "float32"])
def test_the_highest_code_of_every_bit_depth_is_full_scale(kind: str) -> None:
    top = np.clip(CLEAN, None, 0.2)
    top[_at(5) : _at(5) + 200, 1] = 1.0
    levels = hear(top, kind=kind).levels
    assert levels.clip_runs == 1
    assert levels.clip_places[0].start_s == pytest.approx(5.0, abs=0.001)
    top[_at(5) : _at(5) + 200, 1] = 0.98  # one code below the highest of 8 bits
    assert hear(top, kind=kind).levels.clip_runs == 0


def test_clipping_that_was_turned_down_leaves_flat_tops() -> None:
    report = hear(np.clip(CLEAN * 4, -1, 1) * 0.7)
    assert report.levels.clip_runs == 0
    assert report.levels.flat_top_runs is not None
    assert report.levels.flat_top_runs > 100
    assert report.levels.flat_top_places[0].start_s < 2


@pytest.mark.parametrize("level", [0.0, 0.02, 0.5])
@pytest.mark.parametrize("dithered", [False, True])
def test_a_channel_without_music_has_no_flat_tops(level: float, dithered: bool) -> None:
    rng = np.random.default_rng(6)
    still = np.full(len(CLEAN), level)
    if dithered:
        still += rng.integers(-1, 2, len(CLEAN)) / 2**15
    assert hear(np.stack([CLEAN[:, 0], still], axis=1), kind="pcm16").levels.flat_top_runs == 0


def test_a_constant_value_for_a_while_is_no_flat_top() -> None:
    signal = CLEAN * 0.5
    signal[_at(3) : _at(8), 0] = 0.7
    assert (hear(signal).levels.flat_top_runs or 0) <= 2


def test_a_run_across_many_blocks_is_one_run() -> None:
    signal = CLEAN * 0.5
    signal[_at(3) : _at(6), 0] = 1.0
    report = hear(signal)
    assert report.levels.clip_runs == 1
    assert report.levels.clip_longest_s == pytest.approx(3.0, abs=0.001)
    assert report.levels.clip_places[0].start_s == pytest.approx(3.0, abs=0.001)


def test_overs_between_samples_are_told_from_clipped_samples() -> None:
    tone = sine(0.99, 2, RATE_HZ, hz=RATE_HZ / 4, phase_deg=45.0) * 1.38  # samples at 0.966, peaks at 1.366
    report = hear(np.stack([tone, tone], axis=1))
    assert report.loudness.sample_peak_dbfs == pytest.approx(-0.3, abs=0.05)
    assert report.loudness.true_peak_dbtp == pytest.approx(2.7, abs=0.2)
    assert report.loudness.intersample_overs == report.loudness.true_peak_overs == 2


def test_dropouts_are_found_once_for_both_channels() -> None:
    signal = CLEAN.copy()
    for start, length in ((3.0, 0.02), (5.0, 0.004), (8.0, 0.1)):
        signal[_at(start) : _at(start + length)] = 0
    report = hear(signal)
    assert [round(place.start_s, 2) for place in report.defects.dropout_places] == [3.0, 5.0, 8.0]


def test_a_frozen_buffer_is_a_dropout_and_a_square_wave_is_not() -> None:
    frozen = CLEAN.copy()
    frozen[_at(4) : _at(4.03)] = frozen[_at(4)]
    assert hear(frozen).defects.dropouts == 1
    square = np.sign(sine(1, 4, RATE_HZ, hz=60)) * 0.4
    assert hear(np.stack([square, square], axis=1)).defects.dropouts == 0


def test_clicks_are_found_where_they_are() -> None:
    signal = CLEAN.copy()
    places = [_smoothest(second) for second in (2, 4, 6, 9)]
    for place in places:
        signal[place] += 0.3
    report = hear(np.clip(signal, -1, 1))
    assert report.defects.clicks == 4
    found = [round(click.start_s * RATE_HZ) for click in report.defects.click_places]
    assert found == pytest.approx(places, abs=2)


@pytest.mark.parametrize("decay_s", [0.02, 0.1, 0.3, 1.0])
def test_a_drum_that_begins_with_a_step_is_no_click(decay_s: float) -> None:
    signal = CLEAN * 0.05
    for start in np.arange(0.25, 11.5, 0.47):
        tail = np.arange(len(signal) - _at(start)) / RATE_HZ
        hit = 0.8 * np.exp(-tail / decay_s) * np.cos(2 * np.pi * (50 * tail - 3 * np.exp(-tail / 0.03)))
        signal[_at(start) :] = hit[:, None] + CLEAN[_at(start) :] * 0.05
    assert hear(signal).defects.clicks == 0


def test_clicks_at_the_joints_of_blocks_are_found() -> None:
    signal = np.random.default_rng(2).standard_normal(CLEAN.shape) * 1e-4
    frames = 96 * RATE_HZ // 100
    places = [2 * frames - 2, 4 * frames - 1, 6 * frames, 8 * frames + 1]
    signal[places] += 0.1
    found = [round(click.start_s * RATE_HZ) for click in hear(signal).defects.click_places]
    assert found == pytest.approx(places, abs=2)


def _smoothest(second: int) -> int:
    """The frame between drum hits, within this second of the clean music, around which it bends least."""
    bend = np.abs(np.diff(CLEAN[_at(second) : _at(second + 1), 0], n=2))
    calm = np.convolve(bend, np.ones(1000), "valid")
    return _at(second) + int(calm.argmin()) + 500


def test_hum_is_heard_in_a_quiet_place() -> None:
    quiet = CLEAN.copy()
    quiet[_at(4) :] *= 0
    rng = np.random.default_rng(5)
    quiet += rng.standard_normal(quiet.shape) * 1e-4
    assert (hear(quiet).defects.hum_db or 0) < 10
    hum = np.sum([sine(2e-3 / n, 12, RATE_HZ, hz=60 * n) for n in range(1, 6)], axis=0)
    report = hear(quiet + hum[:, None])
    assert report.defects.hum_hz == 60
    assert (report.defects.hum_db or 0) > 20


def test_hum_under_loud_music_is_not_measured() -> None:
    report = hear(CLEAN)
    assert report.defects.hum_db is None
    assert report.why_not("defects.hum_db") == "no passage is quiet enough to hear hum in it"


PAUSED = np.concatenate([part for seed in (1, 2) for part in (music(8, RATE_HZ, seed=seed), np.zeros((_at(3), 2)))])


def _note(hz: float, level_dbfs: float, harmonics: int) -> Signal:
    seconds = len(PAUSED) / RATE_HZ
    return np.sum([sine(1 / n, seconds, RATE_HZ, hz=hz * n) for n in range(1, harmonics + 1)], axis=0)[:, None] * (
        10 ** (level_dbfs / 20)
    )


@pytest.mark.parametrize(("mains", "noise"), [(50.0, 1e-4), (60.1, 0.0)])
@pytest.mark.parametrize("level_dbfs", [-70, -40, -32])
def test_hum_in_the_pauses_is_found_however_loud_it_is(mains: float, level_dbfs: float, noise: float) -> None:
    hiss = np.random.default_rng(5).standard_normal(PAUSED.shape) * noise
    defects = hear((PAUSED + hiss + _note(mains, level_dbfs, 3)) * 0.7).defects
    assert defects.hum_hz == round(mains, -1)
    assert (defects.hum_db or 0) > 20


@pytest.mark.parametrize(
    ("hz", "level_dbfs"),
    [(49.0, -50), (49.0, -32), (51.91, -32), (58.27, -32), (61.74, -50), (61.74, -32), (98.0, -32)],
)
def test_a_bass_note_is_no_hum_even_alone(hz: float, level_dbfs: float) -> None:
    hiss = np.random.default_rng(5).standard_normal(PAUSED.shape) * 1e-5
    defects = hear((PAUSED + hiss + _note(hz, level_dbfs, 8)) * 0.7).defects
    assert defects.hum_db is not None
    assert defects.hum_db < 6


def test_why_hum_was_not_looked_for_is_said_as_it_is() -> None:
    said = {"defects.hum_db", "defects.hum_hz"}
    for signal, reason in (
        (PAUSED, "the only quiet passages are digital silence, which holds no hum"),
        (PAUSED * 0, "the whole file is silent"),
        (PAUSED * 0 + 0.5, "the whole file is silent"),
        (PAUSED[: _at(1.5)], "shorter than the 2 s that it needs"),
    ):
        report = hear(signal)
        assert {report.why_not(path) for path in said} == {reason}


def test_silence_is_measured_at_both_ends_and_inside() -> None:
    signal = np.concatenate([np.zeros((_at(2.5), 2)), CLEAN, np.zeros((_at(4), 2))])
    signal[_at(6) : _at(9)] = 0
    signal[_at(11) : _at(12.5)] = 0
    silence = hear(signal).silence
    assert silence.head_s == pytest.approx(2.5, abs=0.02)
    assert silence.tail_s == pytest.approx(4.0, abs=0.05)
    assert silence.gap_count == 2
    assert silence.longest_gap_s == pytest.approx(3.0, abs=0.03)
    assert [round(gap.start_s) for gap in silence.gaps] == [6, 11]


def test_an_abrupt_end_is_loud_and_a_faded_one_is_not() -> None:
    cut = CLEAN[: _at(7.1)]
    faded = cut.copy()
    faded[-_at(0.5) :] *= np.linspace(1, 0, _at(0.5))[:, None] ** 2
    assert (hear(cut).silence.end_rms_fs or 0) > 0.02
    assert (hear(faded).silence.end_rms_fs or 1) < 0.001


def _stereo(left: Signal, right: Signal) -> Signal:
    return np.stack([left, right], axis=1)


def test_a_dead_channel_is_named() -> None:
    report = hear(_stereo(CLEAN[:, 0], CLEAN[:, 0] * 0))
    assert report.stereo.dead_channel is True
    assert report.stereo.dead_channels == (1,)
    assert report.stereo.correlation is None
    assert report.why_not("stereo.correlation") == "a channel is silent, so there is nothing to compare"


@pytest.mark.parametrize("quiet", [0.0, 0.3, "dither"])
def test_half_a_dead_channel_is_found(quiet: float | str) -> None:
    signal = CLEAN.copy()
    rng = np.random.default_rng(4)
    rest = rng.integers(-1, 2, _at(4)) / 2**15 if quiet == "dither" else np.full(_at(4), quiet)
    signal[_at(5) : _at(9), 1] = rest
    signal[_at(6) : _at(7.5), 0] = 0  # the other one rests meanwhile
    stereo = hear(signal).stereo
    assert stereo.dead_channel is False
    assert stereo.one_sided_s == pytest.approx(2.5, abs=0.1)
    (place,) = stereo.one_sided_places
    assert (place.channel, place.value) == (1, stereo.one_sided_s)
    assert (place.start_s, place.end_s) == pytest.approx((5.0, 9.0), abs=0.03)


def test_a_channel_that_was_left_empty_at_first_is_found() -> None:
    signal = np.concatenate([music(50, RATE_HZ, seed=2), CLEAN])
    signal[: _at(45), 0] = 0
    stereo = hear(signal).stereo
    assert stereo.one_sided_places[0].channel == 0
    assert (stereo.one_sided_places[0].start_s, stereo.one_sided_places[0].end_s) == pytest.approx((0, 45), abs=0.03)
    assert judge("stereo.dropped_channel", hear(signal)).state is State.FAIL


def test_both_channels_may_rest_together() -> None:
    signal = CLEAN.copy()
    signal[_at(3) : _at(9)] = 0
    stereo = hear(signal).stereo
    assert (stereo.one_sided_s, stereo.one_sided_places) == (0.0, ())
    silent, mono = hear(signal * 0), hear(signal[:, :1])
    assert silent.why_not("stereo.one_sided_s") == "the whole file is silent"
    assert mono.why_not("stereo.one_sided_s") == "needs two channels, the file has 1"


def test_dual_mono_polarity_and_width_are_told_apart() -> None:
    left, right = CLEAN.T
    rng = np.random.default_rng(9)
    wide = rng.standard_normal((2, _at(6))) * 0.1
    same, inverted, free = hear(_stereo(left, left)), hear(_stereo(left, -left)), hear(wide.T)
    assert same.stereo.dual_mono is True
    assert same.stereo.correlation == pytest.approx(1.0)
    assert same.stereo.mono_fold_loss_db == pytest.approx(0.0, abs=0.01)
    assert inverted.stereo.correlation == pytest.approx(-1.0)
    assert inverted.stereo.mid_band_max_correlation == pytest.approx(-1.0, abs=0.01)
    assert inverted.stereo.negative_share == 1.0
    assert (inverted.stereo.mono_fold_loss_db or 0) > 60
    assert free.stereo.correlation == pytest.approx(0.0, abs=0.02)
    assert free.stereo.mono_fold_loss_db == pytest.approx(3.0, abs=0.1)
    assert free.stereo.negative_share == 0.0
    assert judge("stereo.mono_compatibility", free).state is State.PASS
    assert judge("stereo.mono_compatibility", inverted).state is State.FAIL
    assert hear(_stereo(left, right)).stereo.dual_mono is False


def test_imbalance_is_left_minus_right() -> None:
    report = hear(_stereo(CLEAN[:, 0], CLEAN[:, 0] * 0.5))
    assert report.stereo.imbalance_lu == pytest.approx(6.02, abs=0.1)


def test_dc_offset_is_measured_with_its_sign() -> None:
    report = hear(CLEAN * 0.8 + np.array([0.0, -0.018]))
    assert report.levels.dc_offset == pytest.approx(-0.018, abs=0.001)
    assert report.levels.dc_offset_channel == 1


def test_silence_has_no_loudness_and_says_why() -> None:
    report = hear(np.zeros((_at(5), 2)))
    assert report.readable
    assert report.levels.digital_silence is True
    assert report.loudness.integrated_lufs is None
    assert report.why_not("loudness.integrated_lufs") == "nothing is louder than the standard's gate of -70 LUFS"
    assert report.loudness.true_peak_dbtp is None
    assert report.silence.head_s is None


@pytest.mark.parametrize(
    "signal",
    [
        np.zeros((_at(5), 2)),
        np.full((_at(5), 2), 0.3),
        CLEAN[:, :1],
        CLEAN * [1, 0],
        CLEAN[:4000],
        np.tile(CLEAN[: _at(4)], (1, 3)),
    ],
)
def test_what_was_not_measured_has_no_value(signal: Signal) -> None:
    report = hear(signal)
    for path in report.health.not_measured:
        group, _, field = path.partition(".")
        values = [report.value(path)] if field else list(vars(getattr(report, group)).values())
        assert all(value in (None, ()) if not field else value is None for value in values), path


@pytest.mark.parametrize("offset", [0.0, 0.3])
def test_silence_is_no_mono_mix(offset: float) -> None:
    report = hear(np.full((_at(4), 2), offset))
    assert report.stereo.dual_mono is None
    assert report.why_not("stereo.dual_mono") == "the whole file is silent"
    assert report.silence.gap_count is None
    assert report.why_not("silence.gap_count") == "the whole file is silent"


OFFSETS = pytest.mark.parametrize("offset", [0.02, 0.1, -0.5])


@OFFSETS
def test_a_constant_offset_alone_is_no_sound(offset: float) -> None:
    rng = np.random.default_rng(8)
    for still in (np.zeros((_at(5), 2)), rng.standard_normal((_at(5), 2)) * 1e-5):
        report = hear(still + offset)
        assert report.silence.head_s is None
        assert report.stereo.dead_channel is None
        assert report.why_not("stereo.dead_channel") == "the whole file is silent"
        said = judge("silence.overall", report)
        assert said.state is State.FAIL
        assert said.message.startswith("Nothing can be heard: the file holds a constant offset (DC, ")


@OFFSETS
def test_a_constant_offset_hides_neither_silence_nor_a_dead_channel(offset: float) -> None:
    quiet = CLEAN * 0.4
    signal = np.concatenate([np.zeros((_at(2.5), 2)), quiet, np.zeros((_at(4), 2))])
    signal[_at(6) : _at(9)] = 0
    plain, shifted = hear(signal).silence, hear(signal + offset).silence
    assert shifted.head_s == pytest.approx(plain.head_s, abs=0.02)
    assert shifted.tail_s == pytest.approx(plain.tail_s, abs=0.02)
    assert [round(gap.start_s, 1) for gap in shifted.gaps] == [round(gap.start_s, 1) for gap in plain.gaps]
    one_sided = _stereo(quiet[:, 0], quiet[:, 0] * 0 + offset)
    assert hear(one_sided).stereo.dead_channels == (1,)


@OFFSETS
def test_a_constant_offset_does_not_touch_the_correlation(offset: float) -> None:
    rng = np.random.default_rng(9)
    wide = rng.standard_normal((_at(6), 2)) * 0.05
    shifted = hear(np.clip(wide + np.array([offset, -offset]), -1, 1)).stereo
    assert shifted.correlation == pytest.approx(0.0, abs=0.02)
    assert shifted.min_correlation == pytest.approx(0.0, abs=0.03)
    assert shifted.mono_fold_loss_db == pytest.approx(3.0, abs=0.1)


def test_a_low_note_is_still_sound() -> None:
    tone = sine(0.1, 5, RATE_HZ, hz=28)
    silence = hear(_stereo(tone, tone)).silence
    assert (silence.head_s, silence.gap_count) == (0.0, 0)
    assert silence.tail_s == pytest.approx(0.0, abs=0.02)


def test_upsampled_material_has_a_cliff_and_nothing_above() -> None:
    rng = np.random.default_rng(3)
    frames = 12 * 96_000
    spectrum = np.fft.rfft(rng.standard_normal(frames)) / 30
    full = np.fft.irfft(spectrum, frames)
    spectrum[np.fft.rfftfreq(frames, 1 / 96_000) > 21_500] = 0
    resampled = np.fft.irfft(spectrum, frames)
    honest, upsampled = hear(_stereo(full, full), 96_000).spectrum, hear(_stereo(resampled, resampled), 96_000).spectrum
    assert (honest.edge_db or 99) < 6
    assert (upsampled.edge_db or 0) > 30
    assert upsampled.edge_hz == pytest.approx(21_500, abs=300)
    assert (upsampled.above_edge_dbfs or 0) < -90


def test_octave_bands_show_where_the_energy_is() -> None:
    tone = sine(0.3, 5, RATE_HZ, hz=1000)
    bands = hear(_stereo(tone, tone)).spectrum.octave_bands
    loudest = max(bands, key=lambda band: band.level_db)
    assert (loudest.centre_hz, loudest.level_db) == (1000.0, 0.0)
    assert all(band.level_db < -40 for band in bands if band is not loudest)
