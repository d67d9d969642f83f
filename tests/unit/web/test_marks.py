"""Findings become marks on the waveform, whether they come from an evaluation or from the database."""

from types import SimpleNamespace

from portal.web.marks import MOST_MARKS, marks_of, places_to_play

STORED = {"effect": "block", "title": "Clipping", "places": [{"start_s": 3.2, "end_s": 3.9, "label": "clipped"}]}


def test_a_stored_finding_and_an_object_give_the_same_mark():
    place = SimpleNamespace(start_s=3.2, end_s=3.9, label="clipped")
    fresh = SimpleNamespace(effect="block", title="Clipping", places=(place,))
    mark = {"start_s": 3.2, "end_s": 3.9, "severity": "block", "label": "Clipping"}

    assert marks_of([STORED]) == [mark]
    assert marks_of([fresh]) == [mark]


def test_a_recording_that_clips_throughout_does_not_drown_the_picture():
    places = [{"start_s": float(second), "end_s": float(second), "label": ""} for second in range(1000)]

    assert len(marks_of([{**STORED, "places": places}])) == MOST_MARKS


def test_places_that_the_eye_cannot_part_are_one_mark():
    peaks = [{"start_s": 40 + step / 100, "end_s": 40 + step / 100 + 0.001, "label": "clipped"} for step in range(300)]
    far = {"start_s": 90.0, "end_s": 90.0, "label": "clipped"}

    marks = marks_of([{**STORED, "places": [far, *peaks]}])

    assert [(mark["start_s"], round(mark["end_s"], 2)) for mark in marks] == [(40.0, 42.99), (90.0, 90.0)]


def test_a_list_of_remarks_offers_each_place_once_and_in_order():
    places = [SimpleNamespace(start_s=start, end_s=start, label="a click") for start in (5.0, 1.2, 1.9, 5.3)]

    offered = [(place["start_s"], place["end_s"], place["count"]) for place in places_to_play(places)]

    assert offered == [(1.2, 1.9, 2), (5.0, 5.3, 2)]
