"""What the applicant is told of a file whose check is not through: its place, how far it is, when to look again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from portal.core import clock
from portal.recordings.states import MOVING, Processing
from portal.recordings.waiting import line

# Seconds until the page asks again. A file that is far from its turn need not ask as often as one that is next. Few
# steps: an answer that differs by a second in this alone would be a new one every time.
STEPS_S = (60, 30, 15, 10, 5, 3)
SOON_S, STILL_S = STEPS_S[-1], 30
LOOKS_PER_WAIT = 8
# For the next look alone, while the pace is not known.
GUESSED_PACE_S = 3.0
# From here on nobody needs the exact place, which changes with every check.
MANY = 30
# Where nobody can say how long it takes, by how long it has taken: (seconds waited, ask every).
PATIENCE = ((60, 2), (300, 5), (1800, 15))
AT_LAST_S = 60
MINUTE_S, HOUR_S = 60, 3600

HEARD = "This page says what we hear as soon as we are through."
INTERRUPTED = (
    "Something on our side stopped before we were through. It starts again by itself, and nothing of yours is lost."
)
STANDS_STILL = "The checks stand still at this moment. They go on by themselves, and nothing of yours is lost."


class Moving(Protocol):
    """A file version, or what `pulse` knows of one."""

    @property
    def state(self) -> Processing: ...
    @property
    def queued_at(self) -> datetime | None: ...
    @property
    def received_at(self) -> datetime | None: ...
    @property
    def lease_until(self) -> datetime | None: ...


@dataclass(frozen=True)
class News:
    """What its own page says, the short form for a list, and when to ask again."""

    sentence: str
    short: str
    ask_again_s: int


def news_of(file: Moving) -> News:
    """Of a file that still moves. At most one read of the line for all who ask within two seconds."""
    if file.state is Processing.CHECKING:
        held = file.lease_until is not None and file.lease_until > clock.now()
        return News(HEARD, "", SOON_S) if held else News(INTERRUPTED, "starts again by itself", STILL_S)
    now_waiting = line()
    before, wait_s = now_waiting.before(file.queued_at), now_waiting.wait_s(file.queued_at)
    if now_waiting.stands_still:
        return News(STANDS_STILL, "waits", STILL_S)
    wait = about(wait_s) if wait_s is not None else ""
    return News(_place(before, wait), wait, _next_look_s(before, wait_s))


def soonest_s(files: Iterable[Moving]) -> int | None:
    """Seconds until a page with all these files should ask again; None when none of them moves."""
    return min((news_of(file).ask_again_s for file in files if file.state in MOVING), default=None)


def ask_again_s(since: datetime | None) -> int:
    """Seconds until the page should ask again about something that nobody can foresee: slower and slower."""
    waited = (clock.now() - since).total_seconds() if since else 0.0
    return next((every for limit, every in PATIENCE if waited < limit), AT_LAST_S)


def about(seconds: float) -> str:
    """A length of time as people say it, never more exact than it can be known: `about 20 minutes`."""
    if seconds < MINUTE_S:
        return "less than a minute"
    if seconds < HOUR_S - 150:
        minutes = round(seconds / MINUTE_S)
        rounded = minutes if minutes < 10 else 5 * round(minutes / 5)
        return f"about {rounded} minute{'' if rounded == 1 else 's'}"
    halves = max(2, round(seconds / (HOUR_S / 2)))
    if halves == 2:
        return "about an hour"
    return f"about {halves // 2}{'½' if halves % 2 else ''} hours"


def _place(before: int, wait: str) -> str:
    many = f"About {10 * round(before / 10)}" if before > MANY else str(before)
    others = f"{many} recording{' is' if before == 1 else 's are'} before yours" if before else "Yours is next"
    return f"{others}; it is checked in {wait}." if wait else f"{others}."


def _next_look_s(before: int, wait_s: float | None) -> int:
    wait_s = before * GUESSED_PACE_S if wait_s is None else wait_s
    return next((step for step in STEPS_S if step <= wait_s / LOOKS_PER_WAIT), SOON_S)
