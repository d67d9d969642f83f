"""What is advised when the analysis is not complete fits its reason."""

from tests.factories.judging import judge

LONG = "If the recording is much longer than asked for, cut it; else a person will look at it."
TAGS = "The tags hold 200,001 entries; we read at most 2,000, so they were not read."


def test_too_many_tags_are_removed_and_no_recording_is_cut_for_them():
    said = judge("health.analysis", health__limits_hit=(TAGS,))
    assert said.text == f"The analysis is not complete. {TAGS} Remove the tags and export again."


def test_a_limit_of_length_beside_them_keeps_its_advice():
    said = judge("health.analysis", health__limits_hit=(TAGS, "Decoding stopped after 3 hours."))
    assert said.action == LONG
    assert judge("health.analysis", decoded__stopped_at_limit=True).action == LONG
