"""Checks of silence and of the edges."""

import pytest

from portal.checks.check import State
from portal.checks.sound_facts import Span
from tests.factories.judging import judge

PASS, WARN, FAIL = State.PASS, State.WARN, State.FAIL
SILENT = {"levels__digital_silence": True}


def gap(start_s, end_s):
    return Span(start_s=start_s, end_s=end_s)


@pytest.mark.parametrize(("peak", "state"), [((0.001, 0.0), PASS), ((0.00099, 0.0), FAIL), ((0.0, 0.0), FAIL)])
def test_overall(peak, state):
    assert judge("silence.overall", levels__peak_fs=peak).state is state


def test_overall_in_words():
    assert judge("silence.overall", **SILENT).text == (
        "The file is silent: every sample is zero. Check that no track was muted when you exported, and export again."
    )
    assert judge("silence.overall", levels__peak_fs=(0.0002, 0.0001)).message == (
        "The highest peak is −74.0 dBFS, under −60 dBFS: nothing can be heard at a normal volume."
    )


@pytest.mark.parametrize(("head", "state"), [(1.0, PASS), (1.04, PASS), (1.1, WARN), (5.0, WARN), (5.1, FAIL)])
def test_head(head, state):
    assert judge("silence.head", silence__head_s=head).state is state


def test_head_in_words():
    said = judge("silence.head", silence__head_s=6.2)
    assert said.text == (
        "6.2 s of silence (quieter than −60 dBFS) before the music: a listener will wonder whether it plays. "
        "Trim the start."
    )
    assert [(place.start_s, place.end_s) for place in said.places] == [(0.0, 6.2)]


def test_silence_is_what_was_called_silent_in_this_recording():
    said = judge("silence.head", silence__head_s=6.2, silence__threshold_dbfs=-41.5)
    assert said.message.startswith("6.2 s of silence (quieter than −41.5 dBFS) before the music")


@pytest.mark.parametrize(("tail", "state"), [(5.0, PASS), (5.1, WARN), (15.0, WARN), (15.1, FAIL)])
def test_tail(tail, state):
    assert judge("silence.tail", silence__tail_s=tail).state is state


def test_tail_in_words():
    said = judge("silence.tail", silence__tail_s=20.0)
    assert said.text == (
        "20.0 s of silence (quieter than −60 dBFS) at the end: if the music ends before it, the export region was too "
        "long. If so, trim the end, keeping the reverb."
    )
    assert [(place.start_s, place.end_s) for place in said.places] == [(165.0, 185.0)]


@pytest.mark.parametrize(("longest", "state"), [(0.0, PASS), (10.0, PASS), (10.1, FAIL)])
def test_gap(longest, state):
    gaps = (gap(80.0, 80.0 + longest),) if longest else ()
    assert judge("silence.gap", silence__longest_gap_s=longest, silence__gaps=gaps).state is state


def test_gap_says_where():
    gaps = (gap(80.0, 101.0), gap(20.0, 32.0), gap(60.0, 62.0))
    said = judge("silence.gap", silence__longest_gap_s=21.0, silence__gap_count=3, silence__gaps=gaps)
    assert said.text == (
        "Silence (quieter than −60 dBFS) from 0:20.0 to 0:32.0 and from 1:20.0 to 1:41.0: a section may be missing. "
        "Check the session for muted tracks; if these are movements, send them as separate files."
    )
    assert [place.start_s for place in said.places] == [20.0, 80.0]


def test_a_gap_of_just_the_limit_is_not_shown():
    gaps = (gap(80.0, 91.0), gap(20.0, 30.0))
    said = judge("silence.gap", silence__longest_gap_s=11.0, silence__gap_count=2, silence__gaps=gaps)
    assert [place.start_s for place in said.places] == [80.0]


def test_many_gaps_are_counted():
    gaps = tuple(gap(start, start + 11.0) for start in (10.0, 40.0, 70.0, 100.0, 130.0))
    said = judge("silence.gap", silence__longest_gap_s=11.0, silence__gap_count=5, silence__gaps=gaps)
    assert "from 1:10.0 to 1:21.0 and in 2 more places" in said.message
    assert said.place_count == 5
    three = judge("silence.gap", silence__longest_gap_s=11.0, silence__gap_count=3, silence__gaps=gaps[:3])
    assert "more places" not in three.message


@pytest.mark.parametrize("key", ["silence.head", "silence.tail", "silence.gap", "silence.abrupt_edges"])
def test_a_silent_file_is_told_once(key):
    assert judge(key, **SILENT).message == "The whole file is silent."


@pytest.mark.parametrize(
    ("end_fs", "lufs", "state"),
    [
        (0.0, -14.2, PASS),
        (0.062, -14.2, PASS),  # -24.2 dBFS, 10 dB under the loudness
        (0.0625, -14.2, FAIL),
        (0.01, -50.0, PASS),  # -40 dBFS
        (0.0102, -50.0, FAIL),
    ],
)
def test_abrupt_end(end_fs, lufs, state):
    said = judge("silence.abrupt_edges", silence__end_rms_fs=end_fs, loudness__integrated_lufs=lufs)
    assert said.state is state


def test_a_start_on_the_beat_is_no_fault_unless_asked_for():
    on_the_beat = {"silence__start_rms_fs": 0.2}
    assert judge("silence.abrupt_edges", **on_the_beat).message == "The end is soft."
    said = judge("silence.abrupt_edges", params={"at_start": True}, **on_the_beat)
    assert said.state is FAIL
    assert said.message == "The sound starts at −14.0 dBFS, without a fade: the export may have been cut."


def test_abrupt_edges_in_words():
    edges = {"silence__start_rms_fs": 0.2, "silence__end_rms_fs": 0.3}
    said = judge("silence.abrupt_edges", params={"at_start": True}, **edges)
    assert said.text == (
        "The sound starts at −14.0 dBFS and stops at −10.5 dBFS, without a fade: the export may have been cut. "
        "Leave a little room before and after the music, or set a short fade."
    )
    assert [(place.start_s, place.end_s, place.label) for place in said.places] == [
        (0.0, 0.01, "starts abruptly"),
        (184.99, 185.0, "stops abruptly"),
    ]


@pytest.mark.parametrize(
    "still", [{"silence__loudest_dbfs": -75.0}, {"silence__loudest_dbfs": None, "silence__head_s": None}]
)
def test_a_constant_offset_is_no_sound(still):
    said = judge("silence.overall", levels__peak_fs=(0.1, 0.1), **still)
    assert said.state is State.FAIL
    assert (
        said.message
        == "Nothing can be heard: the file holds a constant offset (DC, \N{MINUS SIGN}20.0 dBFS) and no sound."
    )
    assert judge("silence.overall", levels__peak_fs=(0.1, 0.1), silence__loudest_dbfs=-69.0).state is State.PASS
