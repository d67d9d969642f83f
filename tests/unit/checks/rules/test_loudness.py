"""Checks of the loudness."""

import pytest

from portal.checks.check import State
from tests.factories.judging import judge

PASS, WARN, FAIL = State.PASS, State.WARN, State.FAIL


@pytest.mark.parametrize(
    ("lufs", "params", "state"),
    [
        (-30.0, {}, PASS),
        (-30.04, {}, PASS),  # reads -30.0
        (-30.1, {}, FAIL),
        (-6.0, {}, PASS),
        (-5.9, {}, FAIL),
        (-5.9, {"max_lufs": None}, PASS),
        (-50.0, {"min_lufs": None}, PASS),
        (-23.2, {"min_lufs": -23.2, "max_lufs": -22.8}, PASS),
        (-23.3, {"min_lufs": -23.2, "max_lufs": -22.8}, FAIL),
    ],
)
def test_integrated(lufs, params, state):
    assert judge("loudness.integrated", params=params, loudness__integrated_lufs=lufs).state is state


def test_integrated_in_words():
    assert judge("loudness.integrated", loudness__integrated_lufs=-4.8).text == (
        "The recording is −4.8 LUFS, louder than asked for (−30 to −6 LUFS). "
        "Lower the whole mix by about 1.2 dB, or use less limiting."
    )
    assert judge("loudness.integrated", loudness__integrated_lufs=-33.0).text == (
        "The recording is −33.0 LUFS, quieter than asked for (−30 to −6 LUFS). "
        "Raise the whole mix by about 3.0 dB, keeping an eye on the true peak."
    )


def test_integrated_that_has_no_value():
    said = judge(
        "loudness.integrated",
        loudness__integrated_lufs=None,
        health__not_measured={"loudness": "the file is shorter than 400 ms"},
    )
    assert (said.state, said.message) == (
        State.NOT_MEASURED,
        "Could not be measured: the file is shorter than 400 ms.",
    )
    assert said.value is None


@pytest.mark.parametrize(
    ("lu", "params", "state"),
    [
        (30.0, {}, PASS),
        (10.0, {"max_lu": 10.0}, PASS),
        (10.1, {"max_lu": 10.0}, FAIL),
        (5.0, {"min_lu": 5.0}, PASS),
        (4.9, {"min_lu": 5.0}, FAIL),
    ],
)
def test_range(lu, params, state):
    assert judge("loudness.range", params=params, loudness__range_lu=lu).state is state


def test_range_in_words():
    assert judge("loudness.range", params={"max_lu": 10.0}, loudness__range_lu=14.2).text == (
        "The loudness range is 14.2 LU: soft and loud parts are further apart than asked for. "
        "Raise the soft parts by hand or with gentle compression."
    )


def test_range_of_a_short_file_is_not_judged():
    said = judge("loudness.range", loudness__range_stable=False)
    assert said.state is State.NOT_MEASURED
    assert said.message == "Could not be measured: from less than 60 s the loudness range is not stable."


@pytest.mark.parametrize(
    ("params", "state"),
    [
        ({}, PASS),
        ({"max_short_term_lufs": -11.5}, PASS),
        ({"max_short_term_lufs": -11.6}, FAIL),
        ({"max_momentary_lufs": -9.8}, PASS),
        ({"max_momentary_lufs": -10.0}, FAIL),
    ],
)
def test_maximum(params, state):
    said = judge("loudness.maximum", params=params)
    assert said.state is state
    assert len(said.places) == (1 if state is FAIL else 0)


def test_maximum_says_where():
    said = judge("loudness.maximum", params={"max_short_term_lufs": -18.0})

    assert said.text == (
        "The loudest moments reach momentary −9.8 LUFS and short-term −11.5 LUFS; this is 6.5 LU too loud at 1:01.0. "
        "Lower that passage by about 6.5 dB."
    )
    assert [(place.start_s, place.end_s, place.label) for place in said.places] == [
        (61.0, 64.0, "short-term −11.5 LUFS")
    ]


def test_maximum_of_a_very_short_file():
    short = {"loudness__max_short_term_lufs": None, "health__not_measured": {"loudness": "shorter than 3 s"}}
    limited = judge("loudness.maximum", params={"max_short_term_lufs": -18.0}, **short)
    assert (limited.state, limited.message) == (State.NOT_MEASURED, "Could not be measured: shorter than 3 s.")
    assert judge("loudness.maximum", **short).message == "The loudest moments reach momentary −9.8 LUFS."


@pytest.mark.parametrize(("plr", "state"), [(5.0, PASS), (4.9, FAIL)])
def test_plr(plr, state):
    assert judge("loudness.plr", loudness__plr_lu=plr).state is state


def test_plr_in_words():
    assert judge("loudness.plr", loudness__plr_lu=4.2).text == (
        "The peaks stand 4.2 LU above the loudness: dense, as after heavy limiting or in sustained synthetic sound. "
        "Compare it with less limiting at the same loudness, and keep what sounds better."
    )


def test_peaks_under_the_loudness_are_told_without_a_negative_number():
    said = judge("loudness.plr", loudness__plr_lu=-0.9)
    assert said.message.startswith("The peaks stand 0.9 LU below the loudness: dense")
    assert (said.value, said.measured) == (-0.9, "0.9 LU below the loudness")


@pytest.mark.parametrize(("lufs", "state"), [(-23.0, PASS), (-8.0, PASS), (-7.9, FAIL)])
def test_platforms(lufs, state):
    assert judge("loudness.platforms", loudness__integrated_lufs=lufs).state is state


def test_platforms_are_an_outcome():
    assert judge("loudness.platforms").message == (
        "Platforms would change the level: streaming +0.2 dB, Apple Music −1.8 dB and broadcast −8.8 dB."
    )
    assert judge("loudness.platforms", loudness__integrated_lufs=-4.8).message == (
        "Streaming services at −14 LUFS will turn it down by 9.2 dB, so the extra level is lost."
    )
