"""The line of files that wait for their check: who is before whom, and for about how long.

Hundreds of pages ask at once in a deadline hour, so the line is read once for all who ask within FRESH_S, and a place
in it is found without the database.
"""

from __future__ import annotations

import threading
import time
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from portal.core import clock
from portal.core.db import db
from portal.recordings.models import FileVersion
from portal.recordings.states import Processing

FRESH_S = 2.0
# The pace is that of the last so many checks; from fewer than the second number nothing is said.
RECENT, FEW = 30, 4
RECENT_FOR = timedelta(hours=3)
# No check takes longer; a longer pause was an outage, and says nothing of the pace.
LONGEST_S = 300.0
STANDSTILL = timedelta(minutes=3)


@dataclass(frozen=True)
class Line:
    """`waiting` is when each file that nobody listens to yet was queued, oldest first; `pace_s` the seconds from the
    end of one check to the end of the next while there is work, None when too little is known; `stands_still` is True
    when something waits and nothing has moved for a while."""

    waiting: Sequence[datetime]
    listening: int
    pace_s: float | None
    stands_still: bool

    def before(self, queued_at: datetime | None) -> int:
        """How many are to be heard before a file that was queued then."""
        return self.listening + (bisect_left(self.waiting, queued_at) if queued_at else len(self.waiting))

    def wait_s(self, queued_at: datetime | None) -> float | None:
        """Seconds until its check will be through, at the pace of the last ones. None when nobody can say."""
        if self.pace_s is None or self.stands_still:
            return None
        return (self.before(queued_at) + 1) * self.pace_s


_lines: WeakKeyDictionary[Engine, tuple[float, Line]] = WeakKeyDictionary()
_reading = threading.Lock()


def line() -> Line:
    """The line as it was at most FRESH_S ago."""
    engine = db.engine
    with _reading:
        known = _lines.get(engine)
        if known is None or time.monotonic() - known[0] > FRESH_S:
            known = _lines[engine] = (time.monotonic(), read_line())
        return known[1]


def read_line() -> Line:
    """The line as it is now. Two queries."""
    now = clock.now()
    rows = db.session.execute(
        sa.select(FileVersion.state, FileVersion.queued_at, FileVersion.lease_until).where(
            FileVersion.state.in_((Processing.RECEIVED, Processing.CHECKING))
        )
    ).all()
    waiting = sorted(queued_at for state, queued_at, _ in rows if state is Processing.RECEIVED and queued_at)
    listening = [lease for state, _, lease in rows if state is Processing.CHECKING]
    checked = _checked_lately(now)
    signs_of_life = [ended for _, ended in checked[-1:]] + waiting[:1]
    alive = any(lease and lease > now for lease in listening) or any(now - at < STANDSTILL for at in signs_of_life)
    return Line(waiting, len(listening), pace_s(checked), stands_still=bool(rows) and not alive)


def pace_s(checked: Sequence[tuple[datetime, datetime]]) -> float | None:
    """Mean seconds per check from (queued, checked) of the last ones, in the order in which they ended.

    Time in which nothing waited does not count: a check's share begins when the one before it ended, or when it was
    queued, whichever was later.
    """
    shares = [(ended - max(before, queued)).total_seconds() for (_, before), (queued, ended) in pairwise(checked)]
    if len(shares) < FEW:
        return None
    return sum(min(max(share, 0.0), LONGEST_S) for share in shares) / len(shares)


def _checked_lately(now: datetime) -> list[tuple[datetime, datetime]]:
    rows = db.session.execute(
        sa.select(FileVersion.queued_at, FileVersion.checked_at)
        # Queued after it was checked: for something else, and no sign of how long a check waits.
        .where(FileVersion.checked_at > now - RECENT_FOR, FileVersion.queued_at < FileVersion.checked_at)
        .order_by(FileVersion.checked_at.desc())
        .limit(RECENT)
    ).all()
    return [(queued, checked) for queued, checked in reversed(rows) if queued and checked]
