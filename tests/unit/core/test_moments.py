"""Moments in words."""

from datetime import UTC, datetime

import pytest

from portal.core.moments import in_place, in_utc_beside


@pytest.mark.parametrize(
    ("moment", "zone", "words", "beside"),
    [
        (
            datetime(2026, 11, 29, 22, 59, tzinfo=UTC),
            "Europe/Berlin",
            "Sunday 29 November 2026, 23:59 in Berlin (CET)",
            "22:59 UTC",
        ),
        (
            datetime(2026, 11, 30, 4, 59, tzinfo=UTC),
            "America/New_York",
            "Sunday 29 November 2026, 23:59 in New York (EST)",
            "Monday 30 November, 04:59 UTC",
        ),
        (
            datetime(2027, 11, 7, 4, 0, tzinfo=UTC),
            "America/St_Johns",
            "Sunday 7 November 2027, 01:30 in St Johns (NDT)",
            "04:00 UTC",
        ),
        (
            datetime(2027, 11, 7, 5, 0, tzinfo=UTC),
            "America/St_Johns",
            "Sunday 7 November 2027, 01:30 in St Johns (NST)",
            "05:00 UTC",
        ),
        (
            datetime(2027, 4, 3, 14, 0, tzinfo=UTC),
            "Pacific/Auckland",
            "Sunday 4 April 2027, 02:00 in Auckland (NZST)",
            "Saturday 3 April, 14:00 UTC",
        ),
        (
            datetime(2027, 4, 3, 14, 0, tzinfo=UTC),
            "America/Sao_Paulo",
            "Saturday 3 April 2027, 11:00 in Sao Paulo (UTC-0300)",
            "14:00 UTC",
        ),
        (datetime(2027, 4, 3, 14, 0, tzinfo=UTC), "UTC", "Saturday 3 April 2027, 14:00 UTC", ""),
    ],
)
def test_a_deadline_cannot_be_misread(moment: datetime, zone: str, words: str, beside: str) -> None:
    assert in_place(moment, zone) == words
    assert in_utc_beside(moment, zone) == beside
