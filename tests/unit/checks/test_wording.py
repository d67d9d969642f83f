"""Numbers, times and names are written in one way everywhere."""

import pytest

from portal.checks import file_facts, wording
from portal.checks.formats import CONTAINER_NAMES, ENDINGS, FORMATS, format_name
from portal.checks.rules import file_damaged, file_header


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0:00.0"),
        (59.96, "1:00.0"),
        (67.24, "1:07.2"),
        (119.96, "2:00.0"),
        (3599.99, "1:00:00.0"),
        (7325.5, "2:02:05.5"),
    ],
)
def test_clock(seconds, text):
    assert wording.clock(seconds) == text


@pytest.mark.parametrize(("seconds", "text"), [(120, "2:00"), (90.5, "1:30.5"), (3600, "1:00:00")])
def test_clock_limit(seconds, text):
    assert wording.clock_limit(seconds) == text


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [(-4.84, 1, "−4.8"), (-0.04, 1, "0.0"), (12345.6, 1, "12,345.6"), (0.025, 2, "0.03"), (3, 0, "3")],
)
def test_number(value, digits, text):
    assert wording.number(value, digits) == text


@pytest.mark.parametrize(("value", "text"), [(3.0, "3"), (2.5, "2.5"), (100.0, "100"), (-1.0, "−1"), (0.0, "0")])
def test_short_number(value, text):
    assert wording.short_number(value) == text


def test_signed():
    assert [wording.signed(value) for value in (1.3, -0.4, 0.0)] == ["+1.3", "−0.4", "+0.0"]


def test_units():
    assert [wording.kilohertz(rate) for rate in (44_100, 48_000, 22_050, 88_200)] == [
        "44.1 kHz",
        "48 kHz",
        "22.05 kHz",
        "88.2 kHz",
    ]
    assert [wording.megabytes(size) for size in (77_000_000, 1_250_000, 2_500, 0)] == [
        "77 MB",
        "1.2 MB",
        "2.5 kB",
        "0 kB",
    ]


def test_counting():
    assert wording.count(0, "click") == "no clicks"
    assert wording.count(1, "click") == "1 click"
    assert wording.count(1639, "clipped peak") == "1,639 clipped peaks"
    assert wording.count(2, "octave up", "octaves up") == "2 octaves up"


def test_lists():
    assert wording.listed([]) == ""
    assert wording.listed(["a"]) == "a"
    assert wording.listed(["a", "b"], "or") == "a or b"
    assert wording.listed(["a", "b", "c"]) == "a, b and c"


def test_ranges():
    assert wording.span_words(-30.0, -6.0, "LUFS") == "−30 to −6 LUFS"
    assert wording.span_words(16, None, "bit") == "at least 16 bit"
    assert wording.span_words(None, -1.5, "dBTP") == "at most −1.5 dBTP"
    assert wording.span_words(None, None, "LU") == ""


def test_channels():
    assert wording.channel_name(0, 2) == "left channel"
    assert wording.channel_name(1, 2) == "right channel"
    assert wording.channel_name(4, 6) == "channel 5"
    assert wording.channel_name(0, 1) == ""
    assert wording.channel_name(None, 2) == ""


def test_sentences():
    assert wording.sentence("the file is mono") == "The file is mono."
    assert wording.sentence("Why? ") == "Why?"


def test_every_format_and_fault_has_a_name():
    assert set(ENDINGS) == set(CONTAINER_NAMES) == set(file_facts.CONTAINERS)
    assert set(file_header.FAULTS) == set(file_facts.HEADER_FAULTS)
    assert {*file_damaged.ENDINGS, "whole"} == set(file_facts.ENDINGS)
    assert format_name("vorbis") == FORMATS["vorbis"] == "Ogg Vorbis"
    assert format_name("wmav2") == "WMAV2"
