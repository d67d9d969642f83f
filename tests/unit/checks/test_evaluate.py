"""From judgements to findings, effects and one verdict."""

import pytest

from portal.checks.check import Audience, Judgement, Severity, State
from portal.checks.evaluate import (
    Effect,
    Finding,
    RuleSpec,
    Verdict,
    effect_of,
    evaluate,
    remarks,
    verdict,
    visible_to,
)
from portal.checks.params import ParamsError
from portal.checks.portfolio import Comparison, Portfolio
from portal.checks.registry import UnknownCheck, all_checks
from tests.factories.reports import make_report, make_unreadable

BLOCK, WARN, INFORM = Severity.BLOCK, Severity.WARN, Severity.INFORM


def rule(check_key, severity=BLOCK, **params):
    return RuleSpec(check_key=check_key, severity=severity, params=params)


EVERY_RULE = [rule(key, check.severity) for key, check in all_checks().items()]


def by_key(findings):
    return {finding.check_key: finding for finding in findings}


@pytest.mark.parametrize(
    ("state", "block", "warn", "inform"),
    [
        (State.FAIL, Effect.BLOCK, Effect.WARN, Effect.INFORM),
        (State.WARN, Effect.WARN, Effect.INFORM, Effect.INFORM),
        (State.NOT_MEASURED, Effect.NEEDS_STAFF, Effect.INFORM, Effect.NONE),
        (State.NOT_APPLICABLE, Effect.NONE, Effect.NONE, Effect.NONE),
        (State.PASS, Effect.NONE, Effect.NONE, Effect.NONE),
    ],
)
def test_the_programme_decides_what_a_failure_means(state, block, warn, inform):
    assert [effect_of(state, severity) for severity in (BLOCK, WARN, INFORM)] == [block, warn, inform]


def test_a_clean_recording_gets_no_remark_at_all():
    findings = evaluate(make_report(), EVERY_RULE)

    assert verdict(findings) is Verdict.CLEAN
    assert remarks(findings, audience=Audience.STAFF) == []
    assert len(findings) > 45


def test_a_finding_carries_its_rule_and_its_numbers():
    (_, finding) = evaluate(make_report(decoded__duration_s=100.0), [rule("length.duration", min_s=120.0)])

    assert (finding.check_key, finding.check_version, finding.title) == ("length.duration", 1, "Duration")
    assert (finding.severity, finding.effect, finding.state) == (BLOCK, Effect.BLOCK, State.FAIL)
    assert (finding.value, finding.unit, finding.measured) == (100.0, "s", "1:40.0")
    assert finding.limit == "2:00 to 6:00; over from 6:05"
    assert finding.standard == "Decoded samples / sample rate"
    assert finding.text.endswith("Send a longer recording or a longer excerpt.")


def test_a_finding_survives_the_way_through_storage():
    for finding in evaluate(make_report(decoded__duration_s=100.0, silence__head_s=9.0), EVERY_RULE):
        assert Finding.from_plain(finding.to_plain()) == finding


def test_the_same_failure_blocks_warns_or_informs():
    report = make_report(loudness__integrated_lufs=-4.8)
    verdicts = {
        severity: verdict(evaluate(report, [rule("loudness.integrated", severity)]))
        for severity in (BLOCK, WARN, INFORM)
    }
    assert verdicts == {BLOCK: Verdict.BLOCKED, WARN: Verdict.REMARKS, INFORM: Verdict.REMARKS}


def test_a_blocking_rule_that_could_not_be_measured_needs_a_person():
    report = make_report(loudness__integrated_lufs=None)

    findings = evaluate(report, [rule("loudness.integrated"), rule("length.duration")])

    assert verdict(findings) is Verdict.NOT_MEASURED
    assert by_key(findings)["loudness.integrated"].message == "Could not be measured: left out by the test."


def test_what_certainly_blocks_is_stronger_than_what_is_not_known():
    report = make_report(loudness__integrated_lufs=None, decoded__duration_s=10.0)
    assert verdict(evaluate(report, [rule("loudness.integrated"), rule("length.duration")])) is Verdict.BLOCKED


def test_a_file_that_cannot_be_read_is_blocked_whatever_the_rules_say():
    for rules in ([], [rule("file.readable", INFORM)], [rule("loudness.integrated", WARN)]):
        findings = evaluate(make_unreadable(), rules)
        assert findings[0].check_key == "file.readable"
        assert verdict(findings) is Verdict.BLOCKED


def test_a_file_that_cannot_be_read_gets_one_remark_and_not_fifty():
    findings = evaluate(make_unreadable("There is no audio in this file."), EVERY_RULE)

    (only,) = remarks(findings, audience=Audience.STAFF)

    assert only.message == "There is no audio in this file."
    assert by_key(findings)["loudness.integrated"].state is State.NOT_MEASURED


def test_a_file_that_was_too_much_for_us_needs_a_person():
    report = make_unreadable("We stopped.", limits_hit=("it took more than 120 s",))
    assert verdict(evaluate(report, EVERY_RULE)) is Verdict.NOT_MEASURED


def test_a_silent_file_gets_one_remark_and_not_ten():
    unmeasured = {"loudness__integrated_lufs": None, "loudness__true_peak_dbtp": None, "loudness__plr_lu": None}
    report = make_report(levels__digital_silence=True, **unmeasured)
    told = [finding.check_key for finding in remarks(evaluate(report, EVERY_RULE), audience=Audience.STAFF)]
    assert told == ["silence.overall"]


def test_a_silent_file_never_slips_through():
    report = make_report(levels__digital_silence=True, loudness__integrated_lufs=None)
    blocking = [rule("loudness.integrated"), rule("silence.overall", WARN)]
    assert verdict(evaluate(report, blocking)) is Verdict.NOT_MEASURED
    assert verdict(evaluate(report, [rule("loudness.integrated", WARN)])) is Verdict.REMARKS


UNMEASURED = {"loudness__integrated_lufs": None, "loudness__true_peak_dbtp": None, "loudness__plr_lu": None}


def test_samples_that_are_no_numbers_are_told_once_and_not_with_all_that_follows():
    findings = evaluate(make_report(decoded__non_finite_samples=3, **UNMEASURED), EVERY_RULE)

    assert [one.check_key for one in remarks(findings, audience=Audience.STAFF)] == ["audio.valid_samples"]
    assert verdict(findings) is Verdict.BLOCKED
    assert by_key(findings)["loudness.plr"].state is State.NOT_MEASURED


def test_samples_that_are_no_numbers_never_slip_through():
    report = make_report(decoded__non_finite_samples=3, **UNMEASURED)
    assert verdict(evaluate(report, [rule("loudness.integrated"), rule("audio.valid_samples", WARN)])) is (
        Verdict.NOT_MEASURED
    )
    assert verdict(evaluate(report, [rule("loudness.integrated")])) is Verdict.NOT_MEASURED


def test_what_another_finding_says_already_is_told_once():
    rules = [rule("length.duration"), rule("length.sounding", WARN), rule("silence.head", WARN)]
    findings = evaluate(make_report(decoded__duration_s=60.0, silence__head_s=9.0), rules)

    told = [finding.check_key for finding in remarks(findings, audience=Audience.APPLICANT)]

    assert told == ["length.duration", "silence.head"]
    assert by_key(findings)["length.sounding"].state is State.FAIL


def test_a_weaker_finding_never_hides_a_stronger_one():
    rules = [rule("length.duration", INFORM), rule("length.sounding")]
    assert verdict(evaluate(make_report(decoded__duration_s=60.0), rules)) is Verdict.BLOCKED
    fine_but_silent = make_report(silence__head_s=100.0)
    assert verdict(evaluate(fine_but_silent, [rule("length.duration"), rule("length.sounding")])) is Verdict.BLOCKED


def test_rules_about_something_else_are_left_out():
    rules = [rule("length.duration"), rule("portfolio.total_duration", max_s=600.0), rule("duplicate.own", WARN)]

    assert [f.check_key for f in evaluate(make_report(), rules)] == ["file.readable", "length.duration"]
    portfolio = evaluate(Portfolio(recordings=3, total_duration_s=700.0), rules)
    assert [(f.check_key, f.effect) for f in portfolio] == [("portfolio.total_duration", Effect.BLOCK)]
    assert [f.check_key for f in evaluate(Comparison(exact=()), rules)] == ["duplicate.own"]


def test_what_is_for_staff_never_reaches_the_applicant():
    report = make_report(spectrum__edge_db=40.0, spectrum__edge_hz=16_000.0, silence__head_s=9.0)

    findings = evaluate(report, [rule("origin.lossy"), rule("silence.head", WARN)])

    assert verdict(findings) is Verdict.REMARKS
    assert [f.check_key for f in remarks(findings, audience=Audience.APPLICANT)] == ["silence.head"]
    assert [f.check_key for f in remarks(findings, audience=Audience.STAFF)] == ["origin.lossy", "silence.head"]
    assert "origin.lossy" not in by_key(visible_to(findings, audience=Audience.APPLICANT))


def test_remarks_come_strongest_first():
    report = make_report(decoded__duration_s=10.0, silence__head_s=9.0, stereo__dual_mono=True)
    rules = [rule("stereo.dual_mono", INFORM), rule("silence.head", WARN), rule("length.duration", BLOCK)]

    effects = [finding.effect for finding in remarks(evaluate(report, rules), audience=Audience.APPLICANT)]

    assert effects == [Effect.BLOCK, Effect.WARN, Effect.INFORM]


def test_a_rule_that_should_not_have_been_published_is_an_error():
    with pytest.raises(UnknownCheck, match=r"there is no check 'length\.guess'"):
        evaluate(make_report(), [rule("length.guess")])
    with pytest.raises(ParamsError, match="minimum: there is no such parameter"):
        evaluate(make_report(), [rule("length.duration", minimum=3)])


def test_a_finding_that_asks_for_attention_says_what_to_do():
    with pytest.raises(ValueError, match="must say what to do"):
        Judgement(state=State.WARN, message="Something is odd.")
