"""What a version keeps, what changed between two, and how a slot is said in words."""

import pytest

from portal.bootstrap import load_models
from portal.checks.check import Severity
from portal.checks.evaluate import RuleSpec
from portal.core.errors import Invalid
from portal.programmes.asked import recording_in_words, shares
from portal.programmes.models import Criterion, Slot
from portal.programmes.technical_rules import differences, from_stored, to_stored
from tests.factories.programmes import SAMPLE_RULES

load_models()

BLOCK, WARN = Severity.BLOCK, Severity.WARN


def duration(severity: Severity = BLOCK, **params: object) -> RuleSpec:
    return RuleSpec(check_key="length.duration", severity=severity, params=params)


def test_the_public_sentence_comes_from_the_rules() -> None:
    slot = Slot(title="Sample recording", min_items=3, max_items=3, max_bytes=600_000_000)
    shuffled = from_stored(to_stored(list(reversed(SAMPLE_RULES))))
    asked = recording_in_words(slot, shuffled, version=1)
    assert asked.sentence == (
        "3 recordings, each 2:00 to 6:00, WAV, AIFF or FLAC, at least 44.1 kHz and 16 bit; over from 6:05."
    )
    assert asked.largest_file == "600 MB"
    assert asked.advice == "Recommended, not required: no clipping."
    assert [line.title for line in asked.lines][:2] == ["Duration", "File format"]


def test_an_optional_slot_begins_with_a_capital_too() -> None:
    asked = recording_in_words(Slot(title="Extra", min_items=0, max_items=2, max_bytes=1), [])
    assert asked.sentence == "Up to 2 recordings."


def test_a_version_keeps_every_parameter_so_that_later_defaults_change_nothing() -> None:
    (stored,) = to_stored([duration(min_s=60.0)])
    assert stored == {
        "check_key": "length.duration",
        "severity": "block",
        "params": {"min_s": 60.0, "max_s": 360.0, "under_s": 0.0, "over_s": 5.0},
    }
    assert to_stored(from_stored([stored])) == [stored]


def test_whether_a_file_can_be_read_is_always_asked_and_never_stored() -> None:
    assert to_stored([RuleSpec(check_key="file.readable", severity=BLOCK)]) == []


def test_rules_that_cannot_be_judged_by_are_refused_with_the_field() -> None:
    with pytest.raises(Invalid, match="There is no check “length"):
        to_stored([RuleSpec(check_key="length.mood", severity=BLOCK)])
    with pytest.raises(Invalid, match="Duration: must be at least 0") as refusal:
        to_stored([duration(min_s=-1.0)])
    assert list(refusal.value.fields) == ["length.duration.min_s"]
    with pytest.raises(Invalid, match="two rules for length"):
        to_stored([duration(), duration(WARN)])


def test_differences_are_sentences() -> None:
    clipping = RuleSpec(check_key="peak.clipping", severity=WARN)
    old = [duration(min_s=120.0, max_s=360.0), RuleSpec(check_key="audio.bit_depth", severity=BLOCK)]
    new = [duration(WARN, min_s=60.0, max_s=480.0), clipping]
    assert differences(old, new) == [
        (
            "Duration: “2:00 to 6:00; over from 6:05” becomes “1:00 to 8:00; over from 8:05”; "
            "now leads to a remark, before it had to be met."
        ),
        "Bit depth: no longer asked (was at least 16 bit).",
        "Clipping: new, no clipping (leads to a remark).",
    ]
    assert differences(new, new) == []


def test_limits_that_the_few_words_leave_out_are_named_too() -> None:
    old = [RuleSpec(check_key="silence.head", severity=WARN, params={"max_s": 5.0, "remark_s": 1.0})]
    new = [RuleSpec(check_key="silence.head", severity=WARN, params={"max_s": 5.0, "remark_s": 2.0})]
    assert differences(old, new) == ["Silence at the start: remark from 1 s becomes 2 s."]


def test_shares_are_percent_of_all_weights() -> None:
    criteria = [Criterion(title="Balance", weight=3), Criterion(title="Space", weight=1)]
    assert [share for _, share in shares(criteria)] == [75, 25]


@pytest.mark.parametrize(
    ("weights", "shown"),
    [([1, 1, 1], [34, 33, 33]), ([1, 1, 1, 1, 1, 1, 1], [15, 15, 14, 14, 14, 14, 14]), ([2, 3, 1], [33, 50, 17])],
)
def test_shares_add_up_to_a_hundred(weights: list[int], shown: list[int]) -> None:
    found = [share for _, share in shares([Criterion(title="One", weight=weight) for weight in weights])]
    assert found == shown
    assert sum(found) == 100
