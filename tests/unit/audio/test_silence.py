"""Silence at the edges, inside and throughout; a constant offset is no sound and hides no silence."""

import numpy as np
import pytest

from portal.checks.check import State
from tests.factories.judging import judge
from tests.signals.tones import sine
from tests.unit.audio.clean import CLEAN, at, pair
from tests.unit.audio.listening import RATE_HZ, hear


def test_silence_is_measured_at_both_ends_and_inside() -> None:
    signal = np.concatenate([np.zeros((at(2.5), 2)), CLEAN, np.zeros((at(4), 2))])
    signal[at(6) : at(9)] = 0
    signal[at(11) : at(12.5)] = 0
    silence = hear(signal).silence
    assert silence.head_s == pytest.approx(2.5, abs=0.02)
    assert silence.tail_s == pytest.approx(4.0, abs=0.05)
    assert silence.gap_count == 2
    assert silence.longest_gap_s == pytest.approx(3.0, abs=0.03)
    assert [round(gap.start_s) for gap in silence.gaps] == [6, 11]


def test_an_abrupt_end_is_loud_and_a_faded_one_is_not() -> None:
    cut = CLEAN[: at(7.1)]
    faded = cut.copy()
    faded[-at(0.5) :] *= np.linspace(1, 0, at(0.5))[:, None] ** 2
    assert (hear(cut).silence.end_rms_fs or 0) > 0.02
    assert (hear(faded).silence.end_rms_fs or 1) < 0.001


def test_silence_has_no_loudness_and_says_why() -> None:
    report = hear(np.zeros((at(5), 2)))
    assert report.readable
    assert report.levels.digital_silence is True
    assert report.loudness.integrated_lufs is None
    assert report.why_not("loudness.integrated_lufs") == "nothing is louder than the standard's gate of -70 LUFS"
    assert report.loudness.true_peak_dbtp is None
    assert report.silence.head_s is None


@pytest.mark.parametrize("offset", [0.0, 0.3])
def test_silence_is_no_mono_mix(offset: float) -> None:
    report = hear(np.full((at(4), 2), offset))
    assert report.stereo.dual_mono is None
    assert report.why_not("stereo.dual_mono") == "the whole file is silent"
    assert report.silence.gap_count is None
    assert report.why_not("silence.gap_count") == "the whole file is silent"


OFFSETS = pytest.mark.parametrize("offset", [0.02, 0.1, -0.5])


@OFFSETS
def test_a_constant_offset_alone_is_no_sound(offset: float) -> None:
    rng = np.random.default_rng(8)
    for still in (np.zeros((at(5), 2)), rng.standard_normal((at(5), 2)) * 1e-5):
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
    signal = np.concatenate([np.zeros((at(2.5), 2)), quiet, np.zeros((at(4), 2))])
    signal[at(6) : at(9)] = 0
    plain, shifted = hear(signal).silence, hear(signal + offset).silence
    assert shifted.head_s == pytest.approx(plain.head_s, abs=0.02)
    assert shifted.tail_s == pytest.approx(plain.tail_s, abs=0.02)
    assert [round(gap.start_s, 1) for gap in shifted.gaps] == [round(gap.start_s, 1) for gap in plain.gaps]
    one_sided = pair(quiet[:, 0], quiet[:, 0] * 0 + offset)
    assert hear(one_sided).stereo.dead_channels == (1,)


def test_a_low_note_is_still_sound() -> None:
    tone = sine(0.1, 5, RATE_HZ, hz=28)
    silence = hear(pair(tone, tone)).silence
    assert (silence.head_s, silence.gap_count) == (0.0, 0)
    assert silence.tail_s == pytest.approx(0.0, abs=0.02)
