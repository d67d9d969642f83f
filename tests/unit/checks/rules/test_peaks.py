"""Checks of peaks, clipping and level."""

import pytest

from portal.checks.check import State
from portal.checks.sound_facts import Span
from tests.factories.judging import judge

PASS, WARN, FAIL = State.PASS, State.WARN, State.FAIL


def span(start_s, end_s=None, channel=None):
    return Span(start_s=start_s, end_s=start_s if end_s is None else end_s, channel=channel)


@pytest.mark.parametrize(
    ("dbtp", "params", "state"),
    [
        (-1.0, {}, PASS),
        (-0.96, {}, PASS),  # reads -1.0
        (-0.9, {}, WARN),
        (0.04, {}, WARN),
        (0.1, {}, FAIL),
        (-0.5, {"advised_dbtp": None}, PASS),
        (-0.9, {"max_dbtp": -1.0, "advised_dbtp": None}, FAIL),
    ],
)
def test_true_peak(dbtp, params, state):
    assert judge("peak.true_peak", params=params, loudness__true_peak_dbtp=dbtp).state is state


def test_true_peak_names_value_place_and_remedy():
    said = judge("peak.true_peak", loudness__true_peak_dbtp=1.3)

    assert said.text == (
        "The true peak is +1.3 dBTP at 1:07.2, above the 0 dBTP that the programme allows. "
        "Converters and MP3 encoders may clip there. Set the limiter's true-peak ceiling to −1 dB and export again."
    )
    assert [(place.start_s, place.label, place.channel) for place in said.places] == [
        (67.2, "true peak +1.3 dBTP, left channel", 0)
    ]
    assert judge("peak.true_peak", loudness__true_peak_dbtp=-0.4).message.startswith(
        "The true peak is −0.4 dBTP at 1:07.2, above the advised ceiling of −1 dBTP."
    )


def test_true_peak_shows_all_overs():
    overs = {"loudness__true_peak_overs": 80, "loudness__true_peak_over_places": (span(1.0, channel=1), span(2.0))}
    said = judge("peak.true_peak", loudness__true_peak_dbtp=1.3, **overs)
    assert [place.label for place in said.places] == ["true peak above 0 dBTP, right channel", "true peak above 0 dBTP"]
    assert said.place_count == 80


def test_true_peak_without_a_place():
    said = judge("peak.true_peak", loudness__true_peak_dbtp=1.3, loudness__true_peak_at_s=None)
    assert said.message.startswith("The true peak is +1.3 dBTP, above")
    assert (said.places, said.place_count) == ((), 0)


@pytest.mark.parametrize(
    ("runs", "longest_s", "params", "state"),
    [
        (0, 0.0, {}, PASS),
        (1, 0.0001, {}, WARN),
        (4, 0.0001, {"remark_from": 5}, PASS),
        (30, 0.001, {}, WARN),  # 9.7 per minute, 1 ms
        (31, 0.0001, {}, FAIL),
        (1, 0.0011, {}, FAIL),
        (1, 0.0001, {"max_runs_per_min": 0.0}, FAIL),
    ],
)
def test_clipping(runs, longest_s, params, state):
    said = judge("peak.clipping", params=params, levels__clip_runs=runs, levels__clip_longest_s=longest_s)
    assert said.state is state


def test_clipping_of_a_short_file_counts_a_whole_minute():
    short = {"decoded__duration_s": 6.0, "levels__clip_longest_s": 0.0001}
    assert judge("peak.clipping", levels__clip_runs=10, **short).state is WARN
    assert judge("peak.clipping", levels__clip_runs=11, **short).state is FAIL


def test_clipping_in_words():
    said = judge(
        "peak.clipping",
        levels__clip_runs=112,
        levels__clip_longest_s=0.0009,
        levels__clip_places=(span(42.0, 42.0009, 0),),
    )
    assert said.text == (
        "112 clipped peaks, the longest 0.9 ms, the first at 0:42.0: the waveform stays at full scale there, "
        "which can be heard as distortion where it was cut off. "
        "Lower the master bus or loosen the limiter, and export again."
    )
    assert (said.places[0].label, said.place_count) == ("clipped peak, left channel", 112)
    assert judge("peak.clipping").message == "No clipped peaks."


def test_sample_overs():
    said = judge("peak.sample_overs", levels__over_samples=40, loudness__sample_peak_dbfs=6.7)
    assert said.state is FAIL
    assert said.text == (
        "40 samples beyond full scale, up to +6.7 dBFS: most players will clip there; nothing is lost in the file yet. "
        "Lower the master by about 8 dB and export again."
    )
    assert judge("peak.sample_overs").state is PASS


def test_sample_overs_of_lossy_files_are_milder():
    said = judge("peak.sample_overs", levels__over_samples=1, loudness__sample_peak_dbfs=0.3, decoded__lossless=False)
    assert said.state is WARN
    assert said.text == (
        "1 sample beyond full scale, up to +0.3 dBFS: most players will clip there. "
        "Lower the master by about 1 dB and export again."
    )


@pytest.mark.parametrize(("runs", "state"), [(0, PASS), (30, PASS), (31, FAIL)])
def test_flat_tops(runs, state):
    assert judge("peak.flat_tops", decoded__duration_s=180.0, levels__flat_top_runs=runs).state is state


def test_flat_tops_accuse_nobody():
    said = judge("peak.flat_tops", levels__flat_top_runs=400, levels__flat_top_places=(span(1.0, 1.1, 0),))
    assert said.text == (
        "400 flat peaks below full scale, as in a clipped mix that was turned down; "
        "limiters, square waves and bit crushers leave them too. "
        "If that was not on purpose, look for a clipping stage before the master fader."
    )
    assert said.places[0].label == "flat peak, left channel"


@pytest.mark.parametrize(
    ("overs", "verb"), [(1, "1 peak between the samples passes"), (31, "31 peaks between the samples pass")]
)
def test_intersample(overs, verb):
    said = judge("peak.intersample", loudness__intersample_overs=overs)
    assert said.state is FAIL
    assert said.message == f"{verb} full scale, although no sample does: converters may clip there."
    assert judge("peak.intersample", params={"max_overs": 31}, loudness__intersample_overs=overs).state is PASS


@pytest.mark.parametrize(
    ("offset", "state"), [(0.001, PASS), (-0.001, PASS), (0.0011, WARN), (-0.01, WARN), (0.0101, FAIL), (-0.018, FAIL)]
)
def test_dc_offset(offset, state):
    assert judge("level.dc_offset", levels__dc_offset=offset).state is state


def test_dc_offset_in_words():
    assert judge("level.dc_offset", levels__dc_offset=-0.018, levels__dc_offset_channel=1).text == (
        "The DC offset is 1.80 % of full scale in the right channel, and no more in the other: it eats headroom "
        "and clicks at edits. Use a high-pass filter at 20 Hz on every channel."
    )
    assert judge("level.dc_offset", levels__dc_offset=0.002).message == (
        "The DC offset is 0.20 % of full scale in the left channel, and no more in the other: too little to hear, but "
        "edits may click."
    )
    assert judge("level.dc_offset", decoded__channels=1, levels__dc_offset=0.018).text == (
        "The DC offset is 1.80 % of full scale: it eats headroom and clicks at edits. Use a high-pass filter at 20 Hz."
    )
    assert judge("level.dc_offset", decoded__duration_s=4.9).message == "The file is shorter than 5 s."
