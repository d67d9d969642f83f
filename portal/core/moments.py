"""How a moment is said in words; one home, so that pages, mails and refusals agree."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo


def in_zone(moment: datetime, zone: str) -> str:
    """`Sun 22 Nov 2026, 17:00 EST`: an aware moment in an IANA zone, with the zone's own abbreviation."""
    local = moment.astimezone(ZoneInfo(zone))
    return f"{local:%a} {local.day} {local:%b %Y, %H:%M} {local:%Z}"
