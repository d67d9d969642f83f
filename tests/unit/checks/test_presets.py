"""Presets are data that can be used as they are."""

from datetime import date

import pytest

from portal.checks.check import Audience, Severity
from portal.checks.describe import slot_sentence
from portal.checks.evaluate import Verdict, evaluate, verdict
from portal.checks.preset import all_presets
from portal.checks.registry import get_check
from tests.factories.reports import make_report

each_preset = pytest.mark.parametrize("preset", all_presets().values(), ids=lambda preset: preset.key)


def test_the_presets_that_we_promise_are_there():
    assert {
        "own_recording_portfolio",
        "lossless_master",
        "ebu_r128_v4",
        "streaming_14",
        "unprocessed_mix",
        "listening_copy",
    } == set(all_presets())


@each_preset
def test_is_complete_and_dated(preset):
    assert preset.name
    assert preset.issuer
    assert preset.version
    assert preset.note.endswith(".")
    assert date.fromisoformat(preset.dated) <= date(2026, 12, 31)


@each_preset
def test_every_rule_is_valid_and_there_once(preset):
    keys = [rule.check_key for rule in preset.rules]
    assert len(set(keys)) == len(keys)
    for rule in preset.rules:
        check = get_check(rule.check_key)
        check.params.parse(rule.params)
        assert check.audience is Audience.APPLICANT or rule.severity is Severity.INFORM


@each_preset
def test_a_recording_of_its_kind_is_clean(preset):
    peaks = {"ebu_r128_v4": (-23.0, -6.0), "unprocessed_mix": (-18.0, -3.5)}
    lufs, peak = peaks.get(preset.key, (-14.2, -1.3))
    report = make_report(
        loudness__integrated_lufs=lufs, loudness__true_peak_dbtp=peak, loudness__plr_lu=round(peak - lufs, 1)
    )
    assert verdict(evaluate(report, preset.rules)) is Verdict.CLEAN


@each_preset
def test_a_broken_file_is_blocked(preset):
    report = make_report(decoded__bad_packets=600, levels__digital_silence=True)
    blocked = {f.check_key for f in evaluate(report, preset.rules) if f.effect == "block"}
    assert blocked == {"file.damaged", "silence.overall"}


@each_preset
def test_can_be_said_in_a_sentence(preset):
    assert slot_sentence(preset.rules, minimum=3, maximum=3).startswith("3 recordings, each ")


def test_the_portfolio_preset_in_words():
    preset = all_presets()["own_recording_portfolio"]
    assert slot_sentence(preset.rules, minimum=3, maximum=3) == (
        "3 recordings, each 2:00 to 6:00, WAV, AIFF or FLAC, at least 44.1 kHz and 16 bit, mono or stereo, "
        "complete and undamaged; over from 6:05."
    )


def test_broadcast_is_exact():
    rules = all_presets()["ebu_r128_v4"].rules
    for lufs, expected in ((-23.2, "none"), (-22.8, "none"), (-22.7, "warn"), (-23.3, "warn")):
        findings = evaluate(make_report(loudness__integrated_lufs=lufs), rules)
        assert [f.effect for f in findings if f.check_key == "loudness.integrated"] == [expected], lufs
