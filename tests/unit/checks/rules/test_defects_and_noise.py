"""Checks of defects, noise and the spectrum."""

import pytest

from portal.checks.check import State
from portal.checks.sound_facts import Span
from tests.factories.judging import judge
from tests.factories.reports import make_unreadable

PASS, WARN, FAIL = State.PASS, State.WARN, State.FAIL


def at(*seconds):
    return tuple(Span(start_s=second, end_s=second) for second in seconds)


@pytest.mark.parametrize(("clicks", "state"), [(0, PASS), (15, PASS), (16, FAIL)])
def test_clicks(clicks, state):
    assert judge("defect.clicks", decoded__duration_s=180.0, defects__clicks=clicks).state is state


def test_clicks_in_words():
    said = judge("defect.clicks", defects__clicks=40, defects__click_places=at(1.0, 2.0, 3.0, 4.0))
    assert said.text == (
        "40 clicks, at 0:01.0, 0:02.0 and 0:03.0 and further on: this sounds like crackling. "
        "Unless they are meant, check edits and crossfades there, and the buffer size of the recording."
    )
    assert (len(said.places), said.place_count) == (4, 40)
    assert judge("defect.clicks").message == "No clicks."
    three = judge(
        "defect.clicks", params={"max_per_min": 0.0}, defects__clicks=3, defects__click_places=at(1.0, 2.0, 3.0)
    )
    assert three.message == "3 clicks, at 0:01.0, 0:02.0 and 0:03.0: this sounds like crackling."


def test_dropouts():
    said = judge("defect.dropouts", defects__dropouts=2, defects__dropout_places=at(3.0, 5.0))
    assert said.state is FAIL
    assert said.text == (
        "2 short holes in the sound at 0:03.0 and 0:05.0: buffer underruns leave these, and so do hard gates. "
        "Unless they are meant, bounce offline, or with a larger buffer, and export again."
    )
    assert judge("defect.dropouts").message == "No dropouts."
    for dropouts, more in ((3, ""), (4, " and further on")):
        said = judge("defect.dropouts", defects__dropouts=dropouts, defects__dropout_places=at(1.0, 2.0, 3.0))
        assert f"at 0:01.0, 0:02.0 and 0:03.0{more}: buffer" in said.message
    assert judge("defect.dropouts", params={"max_dropouts": 2}, defects__dropouts=2).state is PASS


@pytest.mark.parametrize(
    ("dropouts", "duration_s", "state"), [(60, 30.0, FAIL), (61, 30.0, WARN), (120, 120.0, FAIL), (121, 120.0, WARN)]
)
def test_holes_at_every_note_are_no_accident(dropouts, duration_s, state):
    said = judge("defect.dropouts", defects__dropouts=dropouts, decoded__duration_s=duration_s)
    assert said.state is state
    assert ("so many that they may be meant" in said.message) is (state is WARN)


def test_rests_are_only_remarked_on():
    said = judge("defect.dropouts", defects__dropouts=0, defects__rests=59, defects__rest_places=at(0.8, 1.8, 2.8, 3.8))
    assert said.state is WARN
    assert said.text == (
        "59 short silences between sounds at 0:00.8, 0:01.8 and 0:02.8 and further on: "
        "too long for a buffer underrun, or beside a note that fades or begins, so probably meant. "
        "If they are not meant, look at these places in your project and export again."
    )
    assert (said.measured, said.place_count, said.places[0].label) == ("no dropouts, 59 silences", 59, "silence")
    assert judge("defect.dropouts", params={"max_dropouts": 59}, defects__dropouts=0, defects__rests=59).state is PASS
    both = judge("defect.dropouts", defects__dropouts=1, defects__dropout_places=at(3.0), defects__rests=59)
    assert (both.state, both.place_count) == (FAIL, 1)


@pytest.mark.parametrize(
    ("floor", "lufs", "state"), [(-50.0, -14.2, PASS), (-49.9, -14.2, FAIL), (-39.2, -14.2, FAIL), (-39.1, -14.2, PASS)]
)
def test_noise_floor(floor, lufs, state):
    assert judge("noise.floor", defects__noise_floor_lufs=floor, loudness__integrated_lufs=lufs).state is state


def test_noise_floor_in_words():
    assert judge("noise.floor", defects__noise_floor_lufs=-44.0).text == (
        "The quietest parts are at −44.0 LUFS: hiss or room noise may be heard there. "
        "Listen to the quietest parts, and clean or mute tracks that only carry noise."
    )


@pytest.mark.parametrize(("height", "state"), [(9.9, PASS), (10.0, FAIL)])
def test_hum(height, state):
    assert judge("noise.hum", defects__hum_db=height).state is state


def test_hum_in_words():
    assert judge("noise.hum", defects__hum_db=14.0, defects__hum_hz=60.0).text == (
        "Harmonics of 60 Hz stand 14.0 dB out in the quiet parts, as those of mains hum do. "
        "If no bass or drum is tuned there, check ground loops and cables, or notch the hum out."
    )


@pytest.mark.parametrize(("share", "state"), [(0.25, PASS), (0.251, FAIL)])
def test_low_end(share, state):
    assert judge("spectrum.low_end", spectrum__sub_30hz_share=share).state is state


def test_low_end_in_words():
    assert judge("spectrum.low_end", spectrum__sub_30hz_share=0.4).text == (
        "40.0 % of the energy lies below 30 Hz: it eats headroom, and few loudspeakers play it. "
        "Listen for rumble, and use a high-pass filter where it comes from."
    )


def test_a_complete_analysis():
    assert judge("health.analysis").message == "Analysed to the end in 1.2 s."


def test_an_analysis_that_ran_into_a_limit():
    said = judge("health.analysis", health__limits_hit=("loudness was not measured: out of memory",))
    assert said.state is FAIL
    assert said.message == "The analysis is not complete. Loudness was not measured: out of memory."
    assert judge("health.analysis", decoded__stopped_at_limit=True).message == (
        "The analysis is not complete. The recording is longer than what we analyse."
    )


def test_an_analysis_that_gave_nothing_keeps_its_technical_detail_to_itself():
    said = judge("health.analysis", make_unreadable("This file took too long.", limits_hit=("crash: signal 11",)))
    assert said.message == "The analysis is not complete. This file took too long."
