"""Checks of the length, of one recording and of all together."""

import pytest

from portal.checks.check import State
from portal.checks.params import ParamsError
from portal.checks.portfolio import Portfolio
from tests.factories.judging import judge

PASS, WARN, FAIL = State.PASS, State.WARN, State.FAIL


@pytest.mark.parametrize(
    ("duration", "params", "state"),
    [
        (120.0, {}, PASS),
        (119.96, {}, PASS),  # reads 2:00.0
        (119.9, {}, FAIL),
        (119.9, {"under_s": 5.0}, WARN),
        (115.0, {"under_s": 5.0}, WARN),
        (114.9, {"under_s": 5.0}, FAIL),
        (360.0, {}, PASS),
        (360.04, {}, PASS),
        (360.1, {}, WARN),
        (364.9, {}, WARN),
        (365.0, {}, FAIL),
        (360.1, {"over_s": 0.0}, FAIL),
        (9_000.0, {"max_s": None}, PASS),
        (0.5, {"min_s": None}, PASS),
    ],
)
def test_duration(duration, params, state):
    assert judge("length.duration", params=params, decoded__duration_s=duration).state is state


def test_duration_in_words():
    start = "The recording lasts"
    assert judge("length.duration", decoded__duration_s=100.0).text == (
        f"{start} 1:40.0; the programme asks for 2:00 to 6:00. Send a longer recording or a longer excerpt."
    )
    assert judge("length.duration", decoded__duration_s=362.0).text == (
        f"{start} 6:02.0; the programme asks for 2:00 to 6:00. This is within the tolerance and will be accepted. "
        "You can leave it as it is, or export it again at the length asked for."
    )
    assert judge("length.duration", decoded__duration_s=400.0).text == (
        f"{start} 6:40.0; the programme asks for 2:00 to 6:00. Cut it by at least 0:40.0, or send a shorter excerpt."
    )


def test_a_length_we_did_not_hear_to_the_end_is_not_a_pass():
    said = judge("length.duration", params={"max_s": None}, decoded__duration_s=7200.0, decoded__stopped_at_limit=True)
    assert said.state is State.NOT_MEASURED
    too_long = judge("length.duration", decoded__duration_s=7200.0, decoded__stopped_at_limit=True)
    assert too_long.state is FAIL


def test_duration_limits_in_order():
    with pytest.raises(ParamsError, match=r"shortest .* must not be above longest"):
        judge("length.duration", params={"min_s": 400.0})


@pytest.mark.parametrize(("head", "state"), [(0.0, PASS), (63.8, PASS), (64.0, FAIL)])
def test_sounding(head, state):
    assert judge("length.sounding", silence__head_s=head, silence__tail_s=1.2).state is state


def test_sounding_in_words():
    assert judge("length.sounding", silence__head_s=45.0, silence__tail_s=30.0).text == (
        "Of 3:05.0, 1:15.0 is silence at the edges; the 1:50.0 left are less than 2:00. "
        "Trim the silence and send a longer excerpt."
    )
    assert judge("length.sounding", levels__digital_silence=True).message == "The whole file is silent."


@pytest.mark.parametrize(
    ("total", "params", "state"),
    [(1800.0, {}, PASS), (1800.1, {}, FAIL), (599.9, {"min_s": 600.0}, FAIL), (600.0, {"min_s": 600.0}, PASS)],
)
def test_total_duration(total, params, state):
    portfolio = Portfolio(recordings=3, total_duration_s=total)
    assert judge("portfolio.total_duration", portfolio, params=params).state is state


def test_total_duration_in_words():
    assert judge("portfolio.total_duration", Portfolio(recordings=3, total_duration_s=1900.0)).text == (
        "3 recordings of 31:40.0 in total, more than the 30:00 that the programme hears. "
        "Cut at least 1:40.0, for example by sending excerpts."
    )
    short = judge("portfolio.total_duration", Portfolio(recordings=1, total_duration_s=190.0), params={"min_s": 600.0})
    assert short.text == (
        "1 recording of 3:10.0 in total, less than the 10:00 that the programme asks for. Add at least 6:50.0."
    )
