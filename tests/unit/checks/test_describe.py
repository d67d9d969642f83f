"""Rules in plain words, as the public page says them."""

from portal.checks.check import Audience, Severity
from portal.checks.describe import advice_sentence, rule_lines, rule_words, slot_sentence
from portal.checks.evaluate import RuleSpec


def rule(check_key, severity=Severity.BLOCK, **params):
    return RuleSpec(check_key=check_key, severity=severity, params=params)


PORTFOLIO = [
    rule("length.duration", min_s=120.0, max_s=360.0, over_s=5.0),
    rule("file.format", accepted=["wav", "aiff", "flac"]),
    rule("audio.sample_rate"),
    rule("audio.bit_depth"),
    rule("silence.overall"),
    rule("loudness.integrated", Severity.WARN),
    rule("peak.true_peak", Severity.WARN, max_dbtp=-1.0),
    rule("silence.head", Severity.WARN),
    rule("origin.lossy", Severity.INFORM),
]


def test_says_a_slot_in_one_sentence():
    assert slot_sentence(PORTFOLIO, minimum=3, maximum=3) == (
        "3 recordings, each 2:00 to 6:00, WAV, AIFF or FLAC, at least 44.1 kHz and 16 bit; over from 6:05."
    )


def test_counts_in_words():
    stereo = [rule("audio.channels", accepted=["stereo"])]
    assert slot_sentence(stereo, minimum=1, maximum=1) == "1 recording, stereo."
    assert slot_sentence(stereo, minimum=2, maximum=4) == "2 to 4 recordings, each stereo."
    assert slot_sentence([], minimum=0, maximum=2) == "up to 2 recordings."


def test_says_what_counts_for_all_together():
    rules = [*PORTFOLIO[:1], rule("portfolio.total_duration", max_s=1800.0)]
    assert slot_sentence(rules, minimum=3, maximum=3) == (
        "3 recordings, each 2:00 to 6:00; at most 30:00 in total; over from 6:05."
    )


def test_says_what_is_advised_apart_from_what_is_required():
    assert advice_sentence(PORTFOLIO) == (
        "Recommended, not required: loudness −30 to −6 LUFS, true peak at most −1 dBTP."
    )
    assert advice_sentence(PORTFOLIO[:5]) is None


def test_every_limit_is_published():
    (line,) = rule_lines([rule("silence.overall")])

    assert line.title == "Audible sound"
    assert line.words is None
    assert line.limits == ("Lowest peak of a recording: −60 dBFS",)


def test_rules_for_staff_are_not_on_the_public_page():
    assert "origin.lossy" not in [line.check_key for line in rule_lines(PORTFOLIO)]
    assert "origin.lossy" in [line.check_key for line in rule_lines(PORTFOLIO, audience=Audience.STAFF)]


def test_a_rule_alone():
    assert rule_words(rule("length.duration", min_s=120.0, max_s=None)) == "at least 2:00"
    assert rule_words(rule("length.duration", min_s=None, max_s=90.5, over_s=0.0)) == "at most 1:30.5"
    assert rule_words(rule("length.duration", min_s=None, max_s=None)) is None
    assert rule_words(rule("length.duration", under_s=5.0)) == "2:00 to 6:00; short below 1:55, over from 6:05"
    assert rule_words(rule("audio.sample_rate", min_hz=48_000, max_hz=48_000)) == "48 kHz"
    assert rule_words(rule("loudness.integrated", min_lufs=None, max_lufs=-14.0)) == "loudness at most −14 LUFS"
    assert rule_words(rule("loudness.maximum", max_short_term_lufs=-18.0)) == "short-term at most −18 LUFS"
