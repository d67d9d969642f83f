"""Clipping, at full scale and below it, and overs between samples: each found where it is, and only there."""

import numpy as np
import pytest

from tests.signals.tones import sine
from tests.unit.audio.clean import CLEAN, at
from tests.unit.audio.listening import RATE_HZ, hear


def test_hard_clipping_is_counted_and_placed() -> None:
    loud = CLEAN.copy()
    loud[at(5) : at(6)] *= 10
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
    top[at(5) : at(5) + 200, 1] = 1.0
    levels = hear(top, kind=kind).levels
    assert levels.clip_runs == 1
    assert levels.clip_places[0].start_s == pytest.approx(5.0, abs=0.001)
    top[at(5) : at(5) + 200, 1] = 0.98  # one code below the highest of 8 bits
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
    signal[at(3) : at(8), 0] = 0.7
    assert (hear(signal).levels.flat_top_runs or 0) <= 2


def test_a_run_across_many_blocks_is_one_run() -> None:
    signal = CLEAN * 0.5
    signal[at(3) : at(6), 0] = 1.0
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
