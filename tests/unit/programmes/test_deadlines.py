"""The two hours around every limit, in three zones, on an ordinary night and over both clock changes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from portal.bootstrap import load_models
from portal.programmes import policy
from portal.programmes.deadlines import Phase, dates_to_ask_for, effective_deadline, may_ask_until
from portal.programmes.errors import NoSuchLocalTime
from portal.programmes.models import Intake
from portal.programmes.states import IntakeState
from portal.programmes.zones import to_utc

load_models()

AUCKLAND, BERLIN, ST_JOHNS = "Pacific/Auckland", "Europe/Berlin", "America/St_Johns"
MINUTE = timedelta(minutes=1)
INSTANT = timedelta(microseconds=1)


def wall(text: str) -> datetime:
    return datetime.fromisoformat(text)


def an_intake(zone: str, *, cutoff: str, deadline: str, grace_minutes: int = 60, **values: object) -> Intake:
    """As the form makes it from what the clock on the school's wall says."""
    at = to_utc(wall(deadline), zone)
    defaults: dict[str, object] = {
        "state": IntakeState.PUBLISHED,
        "time_zone": zone,
        "opens_at": at - timedelta(days=60),
        "start_cutoff_at": to_utc(wall(cutoff), zone),
        "visible_deadline_at": at,
        "grace_minutes": grace_minutes,
        "extension_max_days": 14,
        "extension_ask_hours": 24,
    }
    return Intake(**defaults | values)


def minutes_around(moment: datetime, hours: int = 2) -> Iterator[datetime]:
    now = moment - timedelta(hours=hours)
    while now <= moment + timedelta(hours=hours):
        yield now
        now += MINUTE


def on_the_wall(moment: datetime, zone: str) -> str:
    return f"{moment.astimezone(ZoneInfo(zone)):%H:%M %Z}"


NIGHTS = [
    # zone, start cut-off and deadline on the wall; the last minute to begin, to change, to let a file arrive
    pytest.param(
        AUCKLAND, "2027-06-01T22:30", "2027-06-01T23:59", ("22:30 NZST", "23:59 NZST", "00:59 NZST"), id="auckland"
    ),
    pytest.param(
        BERLIN, "2027-06-01T22:30", "2027-06-01T23:59", ("22:30 CEST", "23:59 CEST", "00:59 CEST"), id="berlin"
    ),
    pytest.param(
        ST_JOHNS, "2027-06-01T22:30", "2027-06-01T23:59", ("22:30 NDT", "23:59 NDT", "00:59 NDT"), id="st johns"
    ),
    # The clocks go back, and the deadline lies in the hour that comes twice: the second one is meant.
    pytest.param(
        AUCKLAND,
        "2027-04-04T01:30",
        "2027-04-04T02:30",
        ("01:30 NZDT", "02:30 NZST", "03:30 NZST"),
        id="auckland, the hour comes twice",
    ),
    pytest.param(
        BERLIN,
        "2027-10-31T01:30",
        "2027-10-31T02:30",
        ("01:30 CEST", "02:30 CET", "03:30 CET"),
        id="berlin, the hour comes twice",
    ),
    pytest.param(
        ST_JOHNS,
        "2027-11-07T00:30",
        "2027-11-07T01:30",
        ("00:30 NDT", "01:30 NST", "02:30 NST"),
        id="st johns, the hour comes twice",
    ),
    # The clocks go forward between the deadline and the end of the grace: it is an hour long all the same.
    pytest.param(
        AUCKLAND,
        "2027-09-26T01:00",
        "2027-09-26T01:30",
        ("01:00 NZST", "01:30 NZST", "03:30 NZDT"),
        id="auckland, an hour is skipped",
    ),
    pytest.param(
        BERLIN,
        "2027-03-28T01:00",
        "2027-03-28T01:30",
        ("01:00 CET", "01:30 CET", "03:30 CEST"),
        id="berlin, an hour is skipped",
    ),
    pytest.param(
        ST_JOHNS,
        "2027-03-14T01:00",
        "2027-03-14T01:30",
        ("01:00 NST", "01:30 NST", "03:30 NDT"),
        id="st johns, an hour is skipped",
    ),
]


@pytest.mark.parametrize(("zone", "cutoff", "deadline", "last"), NIGHTS)
def test_each_limit_ends_with_the_minute_that_stands_on_the_schools_wall(
    zone: str, cutoff: str, deadline: str, last: tuple[str, str, str]
) -> None:
    intake = an_intake(zone, cutoff=cutoff, deadline=deadline)
    limit = effective_deadline(intake)
    times = list(minutes_around(limit.at))

    start = [now for now in times if policy.may_start(intake, now)]
    change = [now for now in times if policy.may_change(intake, limit, now)]
    arrive = [now for now in times if policy.may_change(intake, limit, now, was_sending=lambda: True)]

    assert tuple(on_the_wall(allowed[-1], zone) for allowed in (start, change, arrive)) == last
    # Before the last one every minute is good, after it none: nothing opens again, not even when an hour comes twice.
    assert [len(allowed) for allowed in (start, change, arrive)] == [
        1 + times.index(allowed[-1]) for allowed in (start, change, arrive)
    ]
    assert len(arrive) - len(change) == 60


@pytest.mark.parametrize(("zone", "cutoff", "deadline", "last"), NIGHTS)
def test_a_limit_holds_to_the_instant(zone: str, cutoff: str, deadline: str, last: tuple[str, str, str]) -> None:
    intake = an_intake(zone, cutoff=cutoff, deadline=deadline)
    limit = effective_deadline(intake)

    assert policy.may_start(intake, intake.start_cutoff_at)
    assert not policy.may_start(intake, intake.start_cutoff_at + INSTANT)
    assert [limit.phase(limit.at + step) for step in (-INSTANT, 0 * INSTANT, INSTANT)] == [
        Phase.OPEN,
        Phase.OPEN,
        Phase.GRACE,
    ]
    assert [limit.phase(limit.last_at + step) for step in (0 * INSTANT, INSTANT)] == [Phase.GRACE, Phase.OVER]


@pytest.mark.parametrize(
    ("zone", "skipped", "instead"),
    [
        (AUCKLAND, "2027-09-26T02:30", "03:30"),
        (BERLIN, "2027-03-28T02:30", "03:30"),
        (ST_JOHNS, "2027-03-14T02:30", "03:30"),
    ],
)
def test_a_deadline_in_the_hour_that_is_skipped_cannot_be_made(zone: str, skipped: str, instead: str) -> None:
    with pytest.raises(NoSuchLocalTime, match=f"skip 02:30 on .* Choose {instead} or another time"):
        an_intake(zone, cutoff=skipped, deadline=skipped)


@pytest.mark.parametrize("zone", [AUCKLAND, BERLIN, ST_JOHNS])
def test_without_grace_the_deadline_is_the_end_for_everybody(zone: str) -> None:
    intake = an_intake(zone, cutoff="2027-06-01T12:00", deadline="2027-06-01T12:00", grace_minutes=0)
    limit = effective_deadline(intake)

    assert policy.may_change(intake, limit, limit.at, was_sending=lambda: True)
    assert not policy.may_change(intake, limit, limit.at + INSTANT, was_sending=lambda: True)
    assert not policy.may_go_on_sending(intake, limit, limit.at + INSTANT, begun_at=limit.at)


def moment(hour: int) -> datetime:
    return datetime(2027, 6, 1, hour, tzinfo=UTC)


@pytest.mark.parametrize(
    ("state", "own", "at", "is_own"),
    [
        (IntakeState.PUBLISHED, (), 12, False),
        (IntakeState.PUBLISHED, (None, None), 12, False),
        (IntakeState.PUBLISHED, (moment(15), None), 15, True),
        (IntakeState.PUBLISHED, (moment(15), moment(18)), 18, True),
        (IntakeState.PUBLISHED, (moment(9),), 12, False),  # never to anybody's disadvantage
        (IntakeState.CLOSED, (), 12, False),
        (IntakeState.CLOSED, (moment(9),), 9, True),  # closed early: the date of everybody no longer counts
    ],
)
def test_the_latest_date_counts(state: IntakeState, own: tuple[datetime | None, ...], at: int, is_own: bool) -> None:
    intake = an_intake("UTC", cutoff="2027-06-01T12:00", deadline="2027-06-01T12:00", state=state)

    found = effective_deadline(intake, *own)

    assert (found.at, found.own, found.last_at) == (moment(at), is_own, moment(at + 1))


def test_more_time_is_offered_by_the_day_and_never_what_one_has() -> None:
    intake = an_intake(BERLIN, cutoff="2027-10-25T23:59", deadline="2027-10-25T23:59")
    limit = effective_deadline(intake)

    offered = dates_to_ask_for(intake, limit, limit.at)

    assert list(offered) == [1, 2, 3, 4, 5, 6, 7, 14]
    # The clocks go back on the sixth day: it is still midnight on the wall.
    assert [on_the_wall(offered[days], BERLIN) for days in (5, 6, 14)] == ["23:59 CEST", "23:59 CET", "23:59 CET"]
    extended = effective_deadline(intake, offered[6])
    assert list(dates_to_ask_for(intake, extended, limit.at)) == [7, 14]
    assert list(dates_to_ask_for(intake, limit, offered[4])) == [5, 6, 7, 14]


@pytest.mark.parametrize(
    ("deadline", "wanted"),
    [("2027-03-26T02:30", "03:30 CEST"), ("2027-10-29T02:30", "02:30 CET")],
    ids=["the hour is skipped that night", "the hour comes twice that night"],
)
def test_a_day_that_lands_in_a_clock_change_is_read_in_the_applicants_favour(deadline: str, wanted: str) -> None:
    intake = an_intake(BERLIN, cutoff=deadline, deadline=deadline)
    limit = effective_deadline(intake)

    assert on_the_wall(dates_to_ask_for(intake, limit, limit.at)[2], BERLIN) == wanted


def test_until_when_more_time_can_be_asked_for() -> None:
    asked = an_intake("UTC", cutoff="2027-06-01T12:00", deadline="2027-06-01T12:00", extension_ask_hours=6)
    never = an_intake("UTC", cutoff="2027-06-01T12:00", deadline="2027-06-01T12:00", extension_max_days=0)

    assert may_ask_until(asked, effective_deadline(asked)) == moment(18)
    assert may_ask_until(never, effective_deadline(never)) is None
    assert dates_to_ask_for(never, effective_deadline(never), moment(9)) == {}
