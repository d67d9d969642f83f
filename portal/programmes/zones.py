"""From the clock on the wall of a school to UTC and back, over both clock changes. Pure.

A time that the clocks skip does not exist and is refused. A time that comes twice is read in the applicants' favour: an
opening is the first of the two, a limit the second.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from enum import IntEnum
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from portal.programmes.errors import NoSuchLocalTime

AREAS = ("Africa/", "America/", "Antarctica/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/", "Pacific/")


class Twice(IntEnum):
    """Which one is meant when the clocks go back and a time comes twice; the values are those of `datetime.fold`."""

    FIRST = 0
    SECOND = 1


@cache
def zone_names() -> tuple[str, ...]:
    """IANA zones that a school can choose: `Area/City`, and UTC."""
    return (*sorted(name for name in available_timezones() if name.startswith(AREAS)), "UTC")


def to_utc(local: datetime, zone: str, *, twice: Twice = Twice.SECOND, field: str = "") -> datetime:
    """The moment that a naive wall-clock time in `zone` means.

    Raises NoSuchLocalTime, naming `field`, for a time that the clocks skip.
    """
    info = ZoneInfo(zone)
    moment = local.replace(tzinfo=info, fold=twice).astimezone(UTC)
    if to_local(moment, zone) == local:
        return moment
    # Read by the offset before the jump, the skipped time lands as far behind the jump as it was into the gap.
    instead = local.replace(tzinfo=info, fold=Twice.FIRST).astimezone(UTC).astimezone(info)
    raise NoSuchLocalTime(
        f"The clocks in {zone} skip {local:%H:%M} on {local.day} {local:%B %Y}. "
        f"Choose {instead:%H:%M} or another time.",
        field=field,
    )


def to_local(moment: datetime, zone: str) -> datetime:
    """The naive wall-clock time in `zone`, as a form shows it."""
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0)


def days_later(moment: datetime, zone: str, days: int) -> datetime:
    """The moment at which the clock in `zone` shows the same time, `days` later.

    In the applicants' favour where that time is skipped (as late as it would have been) or comes twice (the second).
    """
    local = to_local(moment, zone) + timedelta(days=days)
    return max(local.replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC) for fold in Twice)
