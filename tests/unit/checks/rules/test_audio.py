"""Checks of the coded audio."""

import pytest

from portal.checks.check import State
from portal.checks.params import ParamsError
from tests.factories.judging import judge

PASS, WARN, FAIL = State.PASS, State.WARN, State.FAIL
NA = State.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("rate", "params", "state"),
    [
        (44_100, {}, PASS),
        (44_099, {}, FAIL),
        (192_000, {}, PASS),
        (50_000, {}, WARN),
        (48_000, {"max_hz": 48_000}, PASS),
        (96_000, {"max_hz": 48_000}, FAIL),
        (22_050, {"min_hz": None}, WARN),
    ],
)
def test_sample_rate(rate, params, state):
    assert judge("audio.sample_rate", params=params, decoded__sample_rate_hz=rate).state is state


def test_sample_rate_in_words():
    said = judge("audio.sample_rate", decoded__sample_rate_hz=22_050)
    assert said.text == (
        "The sample rate is 22.05 kHz; the programme asks for at least 44.1 kHz. "
        "Export again from the original session at 44.1 kHz or higher; converting this file up will not help."
    )
    assert (said.value, said.unit) == (22_050, "Hz")


def test_sample_rate_limits_in_order():
    with pytest.raises(ParamsError, match=r"lowest .* must not be above highest"):
        judge("audio.sample_rate", params={"min_hz": 96_000, "max_hz": 48_000})


@pytest.mark.parametrize(
    ("changes", "state", "words"), [(0, PASS, "stay the same"), (1, FAIL, "once"), (3, FAIL, "3 times")]
)
def test_constant_format(changes, state, words):
    said = judge("audio.constant_format", decoded__format_changes=changes)
    assert said.state is state
    assert words in said.message


@pytest.mark.parametrize(
    ("bits", "params", "state"),
    [
        (16, {}, PASS),
        (15, {}, FAIL),
        (8, {}, FAIL),
        (16, {"advised_bits": 24}, WARN),
        (24, {"advised_bits": 24}, PASS),
        (32, {"min_bits": 24}, PASS),
        (16, {"min_bits": 24}, FAIL),
    ],
)
def test_bit_depth(bits, params, state):
    assert judge("audio.bit_depth", params=params, decoded__bits_per_sample=bits).state is state


def test_bit_depth_in_words():
    assert judge("audio.bit_depth", decoded__bits_per_sample=8).text == (
        "The bit depth is 8 bit; the programme asks for at least 16 bit. Export again from the session at 24 bit."
    )


def test_lossy_files_have_no_bit_depth():
    said = judge("audio.bit_depth", decoded__lossless=False, decoded__bits_per_sample=None)
    assert (said.state, said.message) == (NA, "The file is in a lossy format.")


@pytest.mark.parametrize(("used", "state"), [(24, PASS), (20, PASS), (19, FAIL), (16, FAIL)])
def test_padded_bits(used, state):
    assert judge("audio.padded_bits", decoded__effective_bits=used).state is state


def test_padded_bits_in_words():
    assert judge("audio.padded_bits", decoded__effective_bits=16).text == (
        "16 of 24 bits are used: the sound has the resolution of 16 bit. "
        "If the session has 24 bit, export it directly at 24 bit."
    )
    assert judge("audio.padded_bits", decoded__float_samples=True).state is NA
    assert judge("audio.padded_bits", decoded__lossless=False).state is NA


def test_valid_samples():
    said = judge("audio.valid_samples", decoded__non_finite_samples=12, decoded__non_finite_at_s=3.2)

    assert said.state is FAIL
    assert said.text == (
        "12 invalid sample values, the first at 0:03.2: players crack or fall silent there. "
        "Find the plug-in that produces them, and bounce the file again."
    )
    assert [(place.start_s, place.label) for place in said.places] == [(3.2, "first invalid sample")]
    assert judge("audio.valid_samples").state is PASS


@pytest.mark.parametrize(
    ("channels", "accepted", "state"),
    [
        (2, ["mono", "stereo"], PASS),
        (1, ["mono", "stereo"], PASS),
        (1, ["stereo"], FAIL),
        (6, ["mono", "stereo"], FAIL),
        (6, ["stereo", "surround"], PASS),
        (2, ["surround"], FAIL),
    ],
)
def test_channels(channels, accepted, state):
    assert judge("audio.channels", params={"accepted": accepted}, decoded__channels=channels).state is state


def test_channels_in_words():
    assert judge("audio.channels").message == "This is a stereo file."
    assert judge("audio.channels", decoded__channels=6).text == (
        "This is a 6-channel file; the programme accepts mono or stereo. "
        "Export a stereo mix from the session and upload that."
    )


@pytest.mark.parametrize(
    ("codec", "kbps", "state"),
    [
        ("mp3float", 256, PASS),
        ("mp3", 244, PASS),
        ("mp3", 243, FAIL),
        ("vorbis", 183, PASS),
        ("vorbis", 182, FAIL),
        ("aac", 192, PASS),
        ("aac", 128, FAIL),
    ],
)
def test_bitrate(codec, kbps, state):
    said = judge("audio.bitrate", decoded__codec=codec, decoded__lossless=False, decoded__bitrate_bps=kbps * 1000)
    assert said.state is state


def test_bitrate_in_words():
    lossy = {"decoded__codec": "mp3", "decoded__lossless": False, "decoded__bitrate_bps": 192_000}
    assert judge("audio.bitrate", **lossy).text == (
        "The MP3 file has 192 kb/s, less than the 256 kb/s asked for: fine detail is lost. "
        "Send a lossless file, or export again from the session at 256 kb/s or more."
    )
    assert judge("audio.bitrate").message == "The file is in a lossless format."
    exactly = {**lossy, "decoded__bitrate_bps": 180_000}
    assert judge("audio.bitrate", params={"min_mp3_kbps": 200, "allowance_percent": 10.0}, **exactly).state is PASS
