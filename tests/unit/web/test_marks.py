"""Findings become marks on the waveform, whether they come from an evaluation or from the database."""

from types import SimpleNamespace

from portal.web.marks import MOST_MARKS, marks_of

STORED = {"effect": "block", "title": "Clipping", "places": [{"start_s": 3.2, "end_s": 3.9, "label": "clipped"}]}


def test_a_stored_finding_and_an_object_give_the_same_mark():
    place = SimpleNamespace(start_s=3.2, end_s=3.9, label="clipped")
    fresh = SimpleNamespace(effect="block", title="Clipping", places=(place,))
    mark = {"start_s": 3.2, "end_s": 3.9, "severity": "block", "label": "Clipping"}

    assert marks_of([STORED]) == [mark]
    assert marks_of([fresh]) == [mark]


def test_a_recording_that_clips_throughout_does_not_drown_the_picture():
    places = [{"start_s": second, "end_s": second, "label": ""} for second in range(1000)]

    assert len(marks_of([{**STORED, "places": places}])) == MOST_MARKS
