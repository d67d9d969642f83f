"""The pace of the checks: what the last ones took, with the time left out in which there was nothing to do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from portal.recordings.waiting import Line, pace_s

START = datetime(2026, 11, 22, 12, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def test_while_there_is_always_work_it_is_the_time_between_two_ends() -> None:
    assert pace_s([(at(0), at(10 * number)) for number in range(1, 7)]) == 10


def test_time_without_work_does_not_count() -> None:
    # One file an hour, each of which is through four seconds after it came.
    assert pace_s([(at(3600 * hour), at(3600 * hour + 4)) for number, hour in enumerate(range(6))]) == 4


def test_two_at_a_time_are_twice_as_fast() -> None:
    ends = [(at(0), at(8 * (number // 2) + number % 2 * 0.001)) for number in range(12)]
    assert round(pace_s(ends) or 0, 1) == 3.6


def test_an_outage_is_no_pace_and_few_checks_are_none() -> None:
    assert pace_s([(at(0), at(second)) for second in (10, 20, 30, 40, 7240)]) == (10 + 10 + 10 + 300) / 4
    assert pace_s([(at(0), at(10 * number)) for number in range(1, 5)]) is None


def test_a_place_is_those_before_and_those_who_are_listened_to() -> None:
    line = Line([at(1), at(2), at(5)], listening=2, pace_s=3.0, stands_still=False)

    assert [line.before(at(second)) for second in (1, 2, 5, 9)] == [2, 3, 4, 5]
    assert line.wait_s(at(5)) == 15.0
    assert Line([at(1)], 0, pace_s=3.0, stands_still=True).wait_s(at(1)) is None
