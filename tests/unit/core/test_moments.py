"""Moments in words."""

from datetime import UTC, datetime

import pytest

from portal.core.moments import in_place, in_utc_beside, to_the_second


@pytest.mark.parametrize(
    ("moment", "zone", "words", "beside"),
    [
        ("2026-11-29 22:59", "Europe/Berlin", "Sunday 29 November 2026, 23:59 in Berlin (CET)", "22:59 UTC"),
        (
            "2026-11-30 04:59",
            "America/New_York",
            "Sunday 29 November 2026, 23:59 in New York (EST)",
            "Monday 30 November, 04:59 UTC",
        ),
        ("2027-11-07 04:00", "America/St_Johns", "Sunday 7 November 2027, 01:30 in St Johns (NDT)", "04:00 UTC"),
        ("2027-11-07 05:00", "America/St_Johns", "Sunday 7 November 2027, 01:30 in St Johns (NST)", "05:00 UTC"),
        (
            "2027-04-03 14:00",
            "Pacific/Auckland",
            "Sunday 4 April 2027, 02:00 in Auckland (NZST)",
            "Saturday 3 April, 14:00 UTC",
        ),
        ("2027-04-03 14:00", "America/Sao_Paulo", "Saturday 3 April 2027, 11:00 in Sao Paulo (UTC-0300)", "14:00 UTC"),
        ("2027-04-03 14:00", "UTC", "Saturday 3 April 2027, 14:00 UTC", ""),
    ],
)
def test_a_deadline_cannot_be_misread(moment: str, zone: str, words: str, beside: str) -> None:
    """The moments are in UTC."""
    universal = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    assert in_place(universal, zone) == words
    assert in_utc_beside(universal, zone) == beside


def test_a_proof_says_the_second_here_and_in_utc() -> None:
    moment = datetime(2026, 11, 22, 22, 0, 9, tzinfo=UTC)
    assert to_the_second(moment, "America/New_York") == "Sun 22 Nov 2026, 17:00:09 EST (America/New_York), 22:00:09 UTC"
    assert to_the_second(moment, "UTC") == "Sun 22 Nov 2026, 22:00:09 UTC"
