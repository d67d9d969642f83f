"""What staff must say with a date that they give to somebody: a moment that is still to come, and why."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from portal.core.errors import Invalid

MAX_REASON_CHARS = 2000
LONGEST = timedelta(days=366)


def reason_problems(reason: str, when_empty: str) -> dict[str, str]:
    if not reason:
        return {"reason": when_empty}
    return {"reason": f"At most {MAX_REASON_CHARS:,} characters."} if len(reason) > MAX_REASON_CHARS else {}


def moment_problems(name: str, moment: datetime, now: datetime) -> dict[str, str]:
    """Of the field `name`: it lies behind us, or more than a year ahead."""
    if moment <= now:
        return {name: "This moment has passed. Choose a later one."}
    return {name: "Choose a date within the next twelve months."} if moment > now + LONGEST else {}


def refuse_if(wrong: Mapping[str, str]) -> None:
    """Raises Invalid when there is a sentence for any field."""
    if wrong:
        raise Invalid("Please look at the marked fields again.", fields=dict(wrong))
