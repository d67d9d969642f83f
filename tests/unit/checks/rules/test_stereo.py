"""Checks of what left and right have to do with each other."""

import pytest

from portal.checks.check import State
from portal.checks.sound_facts import Span
from tests.factories.judging import judge

PASS, WARN, FAIL, NA = State.PASS, State.WARN, State.FAIL, State.NOT_APPLICABLE
RIGHT_DEAD = {"stereo__dead_channel": True, "stereo__dead_channels": (1,)}


def test_dead_channel():
    said = judge("stereo.dead_channel", **RIGHT_DEAD)

    assert said.state is FAIL
    assert said.text == (
        "The right channel is silent: on headphones one side stays empty. "
        "Check panning and routing on the master bus, and export again."
    )
    assert [(place.channel, place.end_s) for place in said.places] == [(1, 185.0)]
    assert judge("stereo.dead_channel").state is PASS


def test_dead_loudspeakers_are_numbered():
    said = judge("stereo.dead_channel", decoded__channels=4, stereo__dead_channel=True, stereo__dead_channels=(2, 3))
    assert said.message.startswith("Channel 3 and channel 4 are silent")
    one = judge("stereo.dead_channel", decoded__channels=6, stereo__dead_channel=True, stereo__dead_channels=(4,))
    assert (one.state, one.message) == (FAIL, "Channel 5 is silent: that loudspeaker stays empty.")


def one_sided(*spans):
    return {
        "stereo__one_sided_s": max(span.value for span in spans),
        "stereo__one_sided_places": spans,
    }


def test_a_channel_that_drops_out():
    half = Span(start_s=75.0, end_s=160.0, channel=1, value=84.0)
    said = judge("stereo.dropped_channel", **one_sided(half))

    assert said.state is FAIL
    assert said.text == (
        "The right channel is silent from 1:15 to 2:40 while the left one goes on. "
        "Check the cable, the pan or the export, unless it is meant."
    )
    assert [(place.start_s, place.end_s, place.channel, place.label) for place in said.places] == [
        (75.0, 160.0, 1, "right channel silent")
    ]
    assert (said.value, said.measured, said.limit) == (84.0, "longest 84.0 s", "at most 5 s")
    assert judge("stereo.dropped_channel").message == "No side sounds alone."


def test_channels_that_drop_out_are_told_in_order_and_up_to_the_end():
    spans = [Span(start_s=at, end_s=at + 8, channel=0, value=6.0) for at in (90.0, 30.0, 60.0)]
    end = Span(start_s=150.5, end_s=185.0, channel=1, value=30.0)
    assert judge("stereo.dropped_channel", **one_sided(end, spans[1])).message == (
        "The left channel is silent from 0:30 to 0:38 and the right channel is silent from 2:30.5 to the end "
        "while the other one goes on."
    )
    assert judge("stereo.dropped_channel", **one_sided(*spans)).message == (
        "The left channel is silent from 0:30 to 0:38, from 1:00 to 1:08 and from 1:30 to 1:38 "
        "while the right one goes on."
    )
    said = judge("stereo.dropped_channel", **one_sided(end, *spans))
    assert said.message.endswith("while the right one goes on, and so in 1 more place.")
    assert said.place_count == 4


@pytest.mark.parametrize(("seconds", "state"), [(5.0, PASS), (5.1, FAIL)])
def test_a_channel_may_rest_for_a_while(seconds, state):
    short = Span(start_s=1.0, end_s=9.0, channel=0, value=seconds)
    assert judge("stereo.dropped_channel", **one_sided(short)).state is state


def test_a_dead_channel_does_not_drop_out():
    span = Span(start_s=0.0, end_s=185.0, channel=1, value=185.0)
    assert judge("stereo.dropped_channel", **RIGHT_DEAD, **one_sided(span)).state is NA


def test_dual_mono():
    said = judge("stereo.dual_mono", stereo__dual_mono=True)
    assert said.state is FAIL
    assert said.text == (
        "Left and right are identical: this is a mono mix in a stereo file. "
        "If you meant stereo, check that the master bus is not set to mono."
    )
    assert judge("stereo.dual_mono").state is PASS


@pytest.mark.parametrize(
    ("lu", "state"), [(3.0, PASS), (-3.0, PASS), (3.1, WARN), (-6.0, WARN), (6.1, FAIL), (-7.2, FAIL)]
)
def test_imbalance(lu, state):
    assert judge("stereo.imbalance", stereo__imbalance_lu=lu).state is state


def test_imbalance_in_words():
    assert judge("stereo.imbalance", stereo__imbalance_lu=-7.2).text == (
        "The right channel is 7.2 LU louder than the other: the picture leans to the right. "
        "Check the balance on the master bus; wide panning of single instruments can stay."
    )
    assert judge("stereo.imbalance", stereo__imbalance_lu=0.2).message.startswith("The left channel is 0.2 LU louder")
    assert judge("stereo.imbalance", stereo__imbalance_lu=0.0).message == "Both channels are equally loud."


@pytest.mark.parametrize(
    ("loss", "share", "state"), [(6.0, 0.5, PASS), (6.1, 0.0, FAIL), (0.0, 0.51, FAIL), (-0.4, 0.0, PASS)]
)
def test_mono_compatibility(loss, share, state):
    said = judge("stereo.mono_compatibility", stereo__mono_fold_loss_db=loss, stereo__negative_share=share)
    assert said.state is state


def test_mono_compatibility_in_words():
    said = judge(
        "stereo.mono_compatibility",
        stereo__mono_fold_loss_db=7.0,
        stereo__negative_share=0.4,
        stereo__min_correlation=-0.8,
    )
    assert said.text == (
        "In mono the mix loses 7.0 dB; left and right oppose each other 40 % of the time, "
        "so parts of it vanish on mono loudspeakers. "
        "Check stereo wideners and spaced microphones by listening in mono."
    )
    assert [(place.start_s, place.end_s, place.label) for place in said.places] == [
        (31.0, 34.0, "lowest correlation, −0.80")
    ]


@pytest.mark.parametrize(
    ("whole", "mid_band", "state"), [(-0.9, 0.0, PASS), (-0.91, 0.0, FAIL), (0.2, -0.8, PASS), (0.2, -0.81, FAIL)]
)
def test_polarity(whole, mid_band, state):
    said = judge("stereo.polarity", stereo__correlation=whole, stereo__mid_band_max_correlation=mid_band)
    assert said.state is state


def test_mono_compatibility_without_a_worst_place():
    loss = {"stereo__mono_fold_loss_db": 7.0}
    for unknown in ("stereo__min_correlation", "stereo__min_correlation_at_s"):
        said = judge("stereo.mono_compatibility", **loss, **{unknown: None})
        assert (said.state, said.places) == (FAIL, ())


def test_polarity_in_words():
    assert judge("stereo.polarity", stereo__correlation=-0.97).text == (
        "The correlation of left and right is −0.97: they look polarity-inverted and cancel each other in mono. "
        "Flip the polarity of one channel and export again."
    )
    assert judge("stereo.polarity", stereo__mid_band_max_correlation=-0.85).message == (
        "Between 100 and 2000 Hz the correlation of left and right never rises above −0.85: "
        "they look polarity-inverted and cancel each other in mono."
    )


STEREO_ONLY = ["stereo.dual_mono", "stereo.imbalance", "stereo.mono_compatibility", "stereo.polarity"]


@pytest.mark.parametrize("key", STEREO_ONLY)
def test_a_dead_channel_is_told_once(key):
    said = judge(key, stereo__correlation=None, stereo__imbalance_lu=None, stereo__dual_mono=None, **RIGHT_DEAD)
    assert (said.state, said.message) == (NA, "One channel is silent.")


@pytest.mark.parametrize("key", [*STEREO_ONLY, "stereo.dead_channel"])
def test_mono_has_no_sides(key):
    assert (judge(key, decoded__channels=1).state, judge(key, decoded__channels=1).message) == (NA, "The file is mono.")


@pytest.mark.parametrize("key", STEREO_ONLY)
def test_surround_has_more_than_two_sides(key):
    assert judge(key, decoded__channels=6).message == "The file has 6 channels."


def test_a_silent_file_has_no_dead_channel():
    assert judge("stereo.dead_channel", levels__digital_silence=True).message == "The whole file is silent."


@pytest.mark.parametrize(
    "key",
    [f"stereo.{name}" for name in ("dead_channel", "dropped_channel", "dual_mono", "imbalance", "mono_compatibility")]
    + ["stereo.polarity"],
)
def test_a_remnant_of_a_file_says_nothing_about_its_channels(key):
    said = judge(key, decoded__duration_s=0.001, **RIGHT_DEAD)
    assert (said.state, said.message) == (NA, "The file is shorter than 400 ms.")
    assert judge(key, decoded__duration_s=0.4).state is PASS
