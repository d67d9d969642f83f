"""What left and right have to do with each other: dead, dropped, equal, opposed, wide, unequally loud."""

import numpy as np
import pytest

from portal.checks.check import State
from tests.factories.judging import judge
from tests.signals.music import music
from tests.unit.audio.clean import CLEAN, at, pair
from tests.unit.audio.listening import RATE_HZ, hear


def test_a_dead_channel_is_named() -> None:
    report = hear(pair(CLEAN[:, 0], CLEAN[:, 0] * 0))
    assert report.stereo.dead_channel is True
    assert report.stereo.dead_channels == (1,)
    assert report.stereo.correlation is None
    assert report.why_not("stereo.correlation") == "a channel is silent, so there is nothing to compare"


@pytest.mark.parametrize("quiet", [0.0, 0.3, "dither"])
def test_half_a_dead_channel_is_found(quiet: float | str) -> None:
    signal = CLEAN.copy()
    rng = np.random.default_rng(4)
    rest = rng.integers(-1, 2, at(4)) / 2**15 if quiet == "dither" else np.full(at(4), quiet)
    signal[at(5) : at(9), 1] = rest
    signal[at(6) : at(7.5), 0] = 0  # the other one rests meanwhile
    stereo = hear(signal).stereo
    assert stereo.dead_channel is False
    assert stereo.one_sided_s == pytest.approx(2.5, abs=0.1)
    (place,) = stereo.one_sided_places
    assert (place.channel, place.value) == (1, stereo.one_sided_s)
    assert (place.start_s, place.end_s) == pytest.approx((5.0, 9.0), abs=0.03)


def test_a_channel_that_was_left_empty_at_first_is_found() -> None:
    signal = np.concatenate([music(50, RATE_HZ, seed=2), CLEAN])
    signal[: at(45), 0] = 0
    stereo = hear(signal).stereo
    assert stereo.one_sided_places[0].channel == 0
    assert (stereo.one_sided_places[0].start_s, stereo.one_sided_places[0].end_s) == pytest.approx((0, 45), abs=0.03)
    assert judge("stereo.dropped_channel", hear(signal)).state is State.FAIL


def test_both_channels_may_rest_together() -> None:
    signal = CLEAN.copy()
    signal[at(3) : at(9)] = 0
    stereo = hear(signal).stereo
    assert (stereo.one_sided_s, stereo.one_sided_places) == (0.0, ())
    silent, mono = hear(signal * 0), hear(signal[:, :1])
    assert silent.why_not("stereo.one_sided_s") == "the whole file is silent"
    assert mono.why_not("stereo.one_sided_s") == "needs two channels, the file has 1"


def test_dual_mono_polarity_and_width_are_told_apart() -> None:
    left, right = CLEAN.T
    rng = np.random.default_rng(9)
    wide = rng.standard_normal((2, at(6))) * 0.1
    same, inverted, free = hear(pair(left, left)), hear(pair(left, -left)), hear(wide.T)
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
    assert hear(pair(left, right)).stereo.dual_mono is False


def test_imbalance_is_left_minus_right() -> None:
    report = hear(pair(CLEAN[:, 0], CLEAN[:, 0] * 0.5))
    assert report.stereo.imbalance_lu == pytest.approx(6.02, abs=0.1)


@pytest.mark.parametrize("offset", [0.02, 0.1, -0.5])
def test_a_constant_offset_does_not_touch_the_correlation(offset: float) -> None:
    rng = np.random.default_rng(9)
    wide = rng.standard_normal((at(6), 2)) * 0.05
    shifted = hear(np.clip(wide + np.array([offset, -offset]), -1, 1)).stereo
    assert shifted.correlation == pytest.approx(0.0, abs=0.02)
    assert shifted.min_correlation == pytest.approx(0.0, abs=0.03)
    assert shifted.mono_fold_loss_db == pytest.approx(3.0, abs=0.1)
