"""Wall-clock times of a school, over both clock changes."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.programmes.errors import NoSuchLocalTime
from portal.programmes.zones import Twice, to_local, to_utc, zone_names


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type]


def test_a_deadline_is_meant_on_the_schools_wall() -> None:
    local = datetime(2026, 11, 22, 17, 0)  # noqa: DTZ001 - a wall clock has no zone of its own
    assert to_utc(local, "America/New_York") == utc(2026, 11, 22, 22)
    assert to_utc(local, "Europe/Berlin") == utc(2026, 11, 22, 16)
    assert to_utc(local, "Asia/Kolkata") == utc(2026, 11, 22, 11, 30)


@pytest.mark.parametrize(
    ("zone", "skipped", "instead"),
    [
        ("Europe/Berlin", datetime(2027, 3, 28, 2, 30), "03:30"),  # noqa: DTZ001
        ("America/New_York", datetime(2027, 3, 14, 2, 0), "03:00"),  # noqa: DTZ001
        ("Australia/Lord_Howe", datetime(2026, 10, 4, 2, 15), "02:45"),  # noqa: DTZ001 - they move by half an hour
    ],
)
def test_a_time_that_the_clocks_skip_is_refused_with_one_that_exists(
    zone: str, skipped: datetime, instead: str
) -> None:
    with pytest.raises(NoSuchLocalTime) as refusal:
        to_utc(skipped, zone, field="opens_at")
    assert f"skip {skipped:%H:%M}" in refusal.value.message
    assert f"Choose {instead} or another time" in refusal.value.message
    assert refusal.value.fields == {"opens_at": refusal.value.message}


@pytest.mark.parametrize(
    ("zone", "local", "first", "second"),
    [
        ("Europe/Berlin", datetime(2026, 10, 25, 2, 30), utc(2026, 10, 25, 0, 30), utc(2026, 10, 25, 1, 30)),  # noqa: DTZ001
        ("America/New_York", datetime(2026, 11, 1, 1, 59), utc(2026, 11, 1, 5, 59), utc(2026, 11, 1, 6, 59)),  # noqa: DTZ001
    ],
)
def test_a_time_that_comes_twice_favours_the_applicant(
    zone: str, local: datetime, first: datetime, second: datetime
) -> None:
    assert to_utc(local, zone, twice=Twice.FIRST) == first
    assert to_utc(local, zone) == second
    assert to_local(first, zone) == to_local(second, zone) == local


@settings(deadline=None)
@given(
    moment=st.datetimes(datetime(2024, 1, 1), datetime(2034, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    zone=st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Sydney", "Pacific/Chatham", "UTC"]),
)
def test_what_a_form_shows_means_the_same_moment_when_it_comes_back(moment: datetime, zone: str) -> None:
    local = to_local(moment, zone)
    readings = {to_utc(local, zone, twice=Twice.FIRST), to_utc(local, zone, twice=Twice.SECOND)}
    assert moment in readings


def test_schools_choose_among_places_not_abbreviations() -> None:
    assert {"America/New_York", "Europe/Vienna", "Asia/Seoul", "UTC"} <= set(zone_names())
    assert not {"EST", "Etc/GMT+5", "posixrules"} & set(zone_names())
