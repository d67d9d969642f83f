"""Checks of where a recording comes from, whom it names, and whether it is there twice."""

import pytest

from portal.checks.check import State
from portal.checks.file_facts import NamedField
from portal.checks.portfolio import Comparison, Twin
from tests.factories.judging import judge

PASS, WARN, FAIL, NA = State.PASS, State.WARN, State.FAIL, State.NOT_APPLICABLE
HIGH_RATE = {"decoded__sample_rate_hz": 96_000}


def cliff(height_db, at_hz, above_dbfs=-120.0):
    return {
        "spectrum__edge_db": height_db,
        "spectrum__edge_hz": at_hz,
        "spectrum__above_edge_dbfs": above_dbfs,
    }


@pytest.mark.parametrize(
    ("spectrum", "state"),
    [
        (cliff(30.0, 21_500.0), FAIL),
        (cliff(29.9, 21_500.0), PASS),
        (cliff(60.0, 24_500.0), PASS),
        (cliff(60.0, 21_500.0, above_dbfs=-84.0), PASS),
        (cliff(60.0, 21_500.0, above_dbfs=-85.0), FAIL),
    ],
)
def test_upsampled(spectrum, state):
    assert judge("origin.upsampled", **HIGH_RATE, **spectrum).state is state


def test_upsampled_accuses_nobody():
    assert judge("origin.upsampled", **HIGH_RATE, **cliff(60.0, 21_510.0)).text == (
        "Nothing above 21.5 kHz in a 96 kHz file: 44.1 or 48 kHz would sound the same. "
        "If the session ran at a high rate, export it directly; else the lower rate is the better choice."
    )
    assert judge("origin.upsampled", decoded__sample_rate_hz=88_200, **cliff(60.0, 21_500.0)).state is FAIL
    assert judge("origin.upsampled", **cliff(60.0, 21_500.0)).message == "The sample rate is below 88.2 kHz."


@pytest.mark.parametrize(
    ("height", "hertz", "state"),
    [
        (20.0, 16_000.0, FAIL),
        (19.9, 16_000.0, PASS),
        (40.0, 14_900.0, PASS),
        (40.0, 20_700.0, PASS),
        (40.0, 15_000.0, FAIL),
        (40.0, 20_600.0, FAIL),
    ],
)
def test_lossy_origin(height, hertz, state):
    assert judge("origin.lossy", **cliff(height, hertz)).state is state


def test_lossy_origin_is_a_hint():
    assert judge("origin.lossy", **cliff(40.0, 16_000.0)).text == (
        "The spectrum falls by 40 dB at 16 kHz. Lossy formats do this; microphones, samples and filters can do it too. "
        "Look at the spectrum and listen before you think anything of it."
    )
    assert judge("origin.lossy", decoded__lossless=False, **cliff(40.0, 16_000.0)).state is NA


def named(*labels):
    fields = tuple(NamedField(source="ID3", field="TPE1", label=label) for label in labels)
    return {"identity__named_fields": fields, "identity__named_field_count": len(fields)}


@pytest.mark.parametrize(
    ("identity", "message"),
    [
        (named("Artist"), "a field that can name you (“Artist”). Reviewers get a copy without it."),
        (named("Artist", "Artist"), "a field that can name you (“Artist”). Reviewers get a copy without it."),
        (
            {**named("Artist", "Composer"), "identity__pictures": 1},
            "fields that can name you (“Artist” and “Composer”) and 1 picture. Reviewers get a copy without them.",
        ),
        (
            named("A", "B", "C", "D", "E", "F"),
            "fields that can name you (“A”, “B”, “C”, “D” and others). Reviewers get a copy without them.",
        ),
        (
            named("A", "B", "C", "D"),
            "fields that can name you (“A”, “B”, “C” and “D”). Reviewers get a copy without them.",
        ),
        ({"identity__pictures": 1}, "1 picture. Reviewers get a copy without it."),
    ],
)
def test_metadata_that_names_a_person(identity, message):
    said = judge("identity.metadata", **identity)
    assert said.state is FAIL
    assert said.message == f"Your file carries {message}"


def test_metadata_that_names_nobody():
    assert judge("identity.metadata").message == "No tag names a person."


OWN = Twin(name="another recording (“n.wav” in “Songs”)", own=True, same_sound=True)
OWN_BYTES = Twin(name="another recording (“n.wav” in “Songs”)", own=True, same_bytes=True, same_sound=True)
FOREIGN = Twin(name="A-17", own=False, same_bytes=True, same_sound=True)
NEITHER = Twin(name="Prelude", own=True)


def test_sent_twice():
    said = judge("duplicate.own", Comparison(exact=(OWN, FOREIGN, NEITHER)))
    assert said.state is FAIL
    assert said.text == (
        "This is the same sound as another recording (“n.wav” in “Songs”): you sent one recording twice. "
        "Replace one of them with another recording."
    )
    assert (
        judge("duplicate.own", Comparison(exact=(OWN_BYTES,))).measured
        == "the same file as another recording (“n.wav” in “Songs”)"
    )
    assert judge("duplicate.own", Comparison(exact=(FOREIGN, NEITHER))).state is PASS


def test_in_another_application():
    said = judge("duplicate.elsewhere", Comparison(exact=(OWN, FOREIGN)))
    assert said.state is FAIL
    assert said.text == (
        "The same sound is part of 1 other application: A-17. A band or a shared session is the usual reason. "
        "Compare the credits of both before you ask anybody."
    )
    assert judge("duplicate.elsewhere", Comparison(exact=(OWN,))).state is PASS
    same_sound_only = Twin(name="A-17", own=False, same_sound=True)
    assert judge("duplicate.elsewhere", Comparison(exact=(same_sound_only,))).state is FAIL


def like(rate, name="A-17", here_s=3.0, there_s=63.5):
    return Twin(name=name, own=False, bit_error_rate=rate, here_s=here_s, there_s=there_s)


@pytest.mark.parametrize(("rate", "state"), [(0.0, FAIL), (0.20, FAIL), (0.21, WARN), (0.30, WARN), (0.31, PASS)])
def test_acoustic_duplicate(rate, state):
    assert judge("duplicate.acoustic", Comparison(acoustic=(like(rate),))).state is state


def test_acoustic_duplicate_says_where_in_both():
    said = judge("duplicate.acoustic", Comparison(acoustic=(like(0.28, "A-18"), like(0.12), like(0.45, "A-19"))))
    assert said.text == (
        "From 0:03.0 it is the same recording as A-17 from 1:03.5 (bit error rate 0.12), and 1 further recording. "
        "Shared samples can do this. Listen to both at these times before you think anything of it."
    )
    assert "further" not in judge("duplicate.acoustic", Comparison(acoustic=(like(0.12),))).message
    assert [place.label for place in said.places] == ["like A-17 from 1:03.5", "like A-18 from 1:03.5"]


@pytest.mark.parametrize("key", ["duplicate.own", "duplicate.elsewhere", "duplicate.acoustic"])
def test_what_was_not_compared_is_not_known(key):
    assert judge(key, Comparison()).message == "Could not be measured: it is not known for this recording."
