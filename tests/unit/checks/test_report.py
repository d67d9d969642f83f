"""A report is finite, strict, small and honest about what it does not know."""

import json
import math
from dataclasses import replace

import pytest

from portal.checks.check import State
from portal.checks.file_facts import Container, Decoded, Health
from portal.checks.report import MAX_JSON_BYTES, SCHEMA_VERSION, AudioReport, measurable_fields
from portal.checks.sound_facts import Defects, Levels, Loudness, Silence, Span
from portal.checks.strict import MAX_ITEMS, ReportError
from tests.factories.judging import judge
from tests.factories.reports import make_report, make_unreadable

SINCE_VERSION_2 = (
    "leading_bytes", "ending", "recordings", "recordings_heard", "damaged_bytes", "damage_count", "damage_places",
)  # fmt: skip


def test_survives_the_way_through_json():
    span = Span(start_s=1.0, end_s=1.5, channel=1, value=-0.25)
    report = make_report(levels__clip_runs=1, levels__clip_places=(span,), container__header_faults=("streamed_size",))

    again = AudioReport.from_json(report.to_json())

    assert again == report
    assert again.levels.clip_places[0].channel == 1


def test_json_carries_the_agreed_keys():
    plain = json.loads(make_report().to_json())

    assert plain["readable"] is True
    assert plain["reason"] is None
    assert plain["container"]["sniffed"] == "wav"
    assert plain["declared"]["bits_per_sample"] == 24
    assert plain["decoded"]["frames"] == 8_880_000
    assert plain["loudness"]["integrated_lufs"] == -14.2
    assert plain["levels"]["clip_runs"] == 0
    assert plain["silence"]["gaps"] == []
    assert plain["stereo"]["dead_channel"] is False
    assert plain["decoded"]["flac_md5"] is None
    assert plain["health"]["not_measured"]["decoded.flac_md5"] == "the file is not FLAC"


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_refuses_numbers_without_a_value(value):
    with pytest.raises(ReportError, match=r"integrated_lufs is .*finite value is None with a reason"):
        Loudness(integrated_lufs=value)


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: Levels(clip_runs=1.0), "Levels.clip_runs must be a plain int, not float"),
        (lambda: Levels(clip_runs=True), "Levels.clip_runs must be a plain int, not bool"),
        (lambda: Levels(peak_fs=(1.0, "loud")), r"Levels.peak_fs\[1\] must be a plain float, not str"),
        (lambda: Levels(peak_fs=[1.0]), "Levels.peak_fs must be a tuple, not list"),
        (lambda: Container(sniffed=b"wav"), "Container.sniffed must be text, not bytes"),
        (lambda: Container(sniffed="w" * 501), "Container.sniffed has 501 characters; at most 500"),
        (lambda: Span(start_s=None, end_s=1.0), "Span.start_s must have a value"),
        (lambda: Silence(gaps=((1.0, 2.0),)), r"Silence.gaps\[0\] must be Span, not tuple"),
        (lambda: Health(engine="e", not_measured={"loudness": 3}), "must be text, not int"),
        (lambda: Defects(click_places=(Span(start_s=0, end_s=0),) * (MAX_ITEMS + 1)), "has 51 entries; at most 50"),
    ],
)
def test_refuses_wrong_values_by_name(build, message):
    with pytest.raises(ReportError, match=message):
        build()


def _changed(change):
    plain = json.loads(make_report().to_json())
    change(plain)
    return json.dumps(plain)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda p: p["loudness"].update(integrated=-14.2), "unknown field 'loudness.integrated'"),
        (lambda p: p["loudness"].pop("plr_lu"), "missing field 'loudness.plr_lu'"),
        (lambda p: p.update(extra=1), "unknown field 'extra'"),
        (lambda p: p.pop("stereo"), "missing field 'stereo'"),
        (lambda p: p.update(schema_version=99), "schema_version is 99; this code reads 3"),
        (lambda p: p.pop("schema_version"), "schema_version is None"),
        (lambda p: p.update(stereo=[]), "stereo: expected an object, got list"),
        (lambda p: p["silence"].update(gaps="none"), "silence.gaps: expected a list, got str"),
        (lambda p: p["silence"].update(gaps=[{"start_s": 1.0}]), r"missing field 'silence.gaps\[0\].end_s'"),
        (lambda p: p["loudness"].update(plr_lu="12"), "plr_lu must be a plain float, not str"),
        (lambda p: p.update(reason="odd"), "reason must be given when, and only when, the file is not readable"),
    ],
)
def test_reads_back_strictly(change, message):
    with pytest.raises(ReportError, match=message):
        AudioReport.from_json(_changed(change))


@pytest.mark.parametrize("version", [1, 2])
def test_an_older_report_is_still_read_and_what_it_did_not_look_at_is_unknown(version):
    def older(plain):
        plain["schema_version"] = version
        del plain["stereo"]["one_sided_s"], plain["stereo"]["one_sided_places"], plain["silence"]["loudest_dbfs"]
        for name in SINCE_VERSION_2 if version == 1 else ():
            del plain["container"][name]

    read = AudioReport.from_json(_changed(older))
    unknown = {name: getattr(Container(), name) for name in SINCE_VERSION_2} if version == 1 else {}

    assert read.schema_version == SCHEMA_VERSION
    assert read.decoded == make_report().decoded
    assert read.container == replace(make_report().container, **unknown)
    assert read.stereo.one_sided_s is None
    assert read.why_not("stereo.one_sided_s")
    assert judge("stereo.dropped_channel", read).state is State.NOT_MEASURED
    assert judge("file.damaged", read).state is State.PASS
    assert judge("file.joined", read).state is (State.NOT_MEASURED if version == 1 else State.PASS)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "not JSON"),
        ("[]", "schema_version is None"),
        (make_report().to_json().replace("-14.2", "NaN"), "NaN is not a number"),
        ("[" * 100_000, "not JSON"),
        (" " * (MAX_JSON_BYTES + 1), "has 256001 bytes; at most 256000"),
    ],
)
def test_refuses_what_is_no_report(text, message):
    with pytest.raises(ReportError, match=message):
        AudioReport.from_json(text)


def test_is_never_larger_than_the_cap():
    full = make_unreadable("x" * 500, container=Container(header_faults=("x" * 500,) * 50))
    reasons = dict.fromkeys(measurable_fields(), "x" * 500)
    large = replace(full, health=replace(full.health, not_measured=reasons))
    too_large = replace(large, health=replace(large.health, tools={f"{index:0500}": "ü" * 500 for index in range(200)}))

    assert len(large.to_json().encode()) < MAX_JSON_BYTES
    with pytest.raises(ReportError, match="at most 256000 are kept"):
        too_large.to_json()


def test_silence_about_a_measured_field_is_refused():
    report = make_report()
    with pytest.raises(ReportError, match=r"loudness.plr_lu is None without a reason in health.not_measured"):
        replace(report, loudness=replace(report.loudness, plr_lu=None))


def test_a_reason_for_the_group_or_for_the_field_is_enough():
    for path in ("loudness", "loudness.plr_lu"):
        report = make_report(health__not_measured={path: "too short"}, loudness__plr_lu=None)
        assert report.why_not("loudness.plr_lu") == "too short"
    assert make_report().why_not("loudness.plr_lu") is None


def test_a_reason_for_a_field_that_does_not_exist_is_refused():
    with pytest.raises(ReportError, match=r"names 'loudness\.plr', which is no measured field"):
        make_report(health__not_measured={"loudness.plr": "too short"})


def test_an_unreadable_file_is_a_full_report_too():
    report = make_unreadable("The bytes are those of a text.", container=Container(file_bytes=12))

    assert not report.readable
    assert report.container.file_bytes == 12
    assert report.why_not("decoded.codec") == "The bytes are those of a text."
    assert AudioReport.from_json(report.to_json()) == report


def test_an_unreadable_file_keeps_what_was_known_of_it():
    decoded = Decoded(codec="mp3", channels=2)
    reasons = {"decoded": "stopped on the way"}
    report = AudioReport.unreadable("It broke.", health=Health(engine="test 1", not_measured=reasons), decoded=decoded)

    assert report.decoded.codec == "mp3"
    assert report.why_not("decoded.frames") == "stopped on the way"
    assert report.why_not("loudness.plr_lu") == "It broke."
