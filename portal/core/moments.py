"""How a moment is said in words; one home, so that pages, mails and refusals agree."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo


def in_zone(moment: datetime, zone: str) -> str:
    """`Sun 22 Nov 2026, 17:00 EST`: an aware moment in an IANA zone, with the zone's own abbreviation."""
    local = moment.astimezone(ZoneInfo(zone))
    return f"{local:%a} {local.day} {local:%b %Y, %H:%M} {local:%Z}"


def to_the_second(moment: datetime, zone: str) -> str:
    """`Sun 22 Nov 2026, 17:00:09 EST (America/New_York), 22:00:09 UTC`: a moment that is a proof."""
    local, universal = moment.astimezone(ZoneInfo(zone)), moment.astimezone(UTC)
    there = f"{local:%a} {local.day} {local:%b %Y, %H:%M:%S} {local:%Z}"
    return there if zone == "UTC" else f"{there} ({zone}), {universal:%H:%M:%S} UTC"


def in_place(moment: datetime, zone: str) -> str:
    """`Sunday 29 November 2026, 23:59 in Berlin (CET)`: a moment on which something hangs, not to be misread.

    The abbreviation tells the two apart when the clocks go back and an hour comes twice.
    """
    local = moment.astimezone(ZoneInfo(zone))
    day = f"{local:%A} {local.day} {local:%B %Y, %H:%M}"
    return f"{day} UTC" if zone == "UTC" else f"{day} in {city(zone)} ({_abbreviation(local)})"


def in_utc_beside(moment: datetime, zone: str) -> str:
    """`22:59 UTC`, with the day where it is another one than in the zone; empty for UTC itself."""
    if zone == "UTC":
        return ""
    local, universal = moment.astimezone(ZoneInfo(zone)), moment.astimezone(UTC)
    clock = f"{universal:%H:%M} UTC"
    return clock if local.date() == universal.date() else f"{universal:%A} {universal.day} {universal:%B}, {clock}"


def city(zone: str) -> str:
    """`St Johns` of `America/St_Johns`."""
    return zone.rpartition("/")[2].replace("_", " ")


def _abbreviation(local: datetime) -> str:
    """The zone's own letters; where it has none, the distance to UTC."""
    name = local.tzname() or ""
    return name if name.isalpha() else f"UTC{local:%z}"
