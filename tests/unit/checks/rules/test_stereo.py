"""Checks of what left and right have to do with each other."""

import pytest

from portal.checks.check import State
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
