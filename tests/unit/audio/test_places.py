"""Fifty places say where, from the first to the last, however many there were."""

from itertools import pairwise

from portal.checks.sound_facts import Span
from workers.audio.limits import MAX_PLACES
from workers.audio.places import Places


def places_of(starts: list[float], *, channel: int | None = 0) -> tuple[Span, ...]:
    places = Places()
    for at in starts:
        places.add(Span(start_s=at, end_s=at + 0.001, channel=channel, value=at))
    return places.spans()


def test_few_places_stay_as_they_are_in_order_of_time() -> None:
    found = places_of([3.0, 1.0, 1.002, 2.0])

    assert [span.start_s for span in found] == [1.0, 1.002, 2.0, 3.0]


def test_many_places_are_joined_from_end_to_end() -> None:
    found = places_of([second / 10 for second in range(6000)])

    assert len(found) <= MAX_PLACES
    assert found[0].start_s == 0.0
    assert found[-1].end_s == 599.9 + 0.001
    assert all(before.end_s <= after.start_s for before, after in pairwise(found))


def test_two_crowds_stay_two_places_and_keep_the_larger_value() -> None:
    crowd = [n / 1000 for n in range(500)]
    found = places_of([*crowd, *(300 + n for n in crowd)])

    assert [(round(span.start_s), span.value) for span in found] == [(0, 0.499), (300, 300.499)]


def test_a_place_of_both_channels_has_none() -> None:
    places = Places()
    for n in range(4000):
        places.add(Span(start_s=n / 1000, end_s=n / 1000, channel=n % 2))

    assert {span.channel for span in places.spans()} == {None}
