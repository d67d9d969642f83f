"""Until when: the one home of what a deadline means. Pure.

Three limits follow each other. After the start cut-off no application is begun. The deadline is what people see and
count down to. A file whose sending began before the deadline may go on arriving for the grace that the intake states,
and who was sending one may submit until then; nobody else has the grace. Staff can give one person a later deadline,
and the same grace follows that one. "Until" includes the moment itself, and the server's clock counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from portal.programmes.models import Intake
from portal.programmes.states import IntakeState
from portal.programmes.zones import days_later


class Phase(StrEnum):
    OPEN = "open"
    GRACE = "grace"
    OVER = "over"


@dataclass(frozen=True)
class Deadline:
    """`at` is the deadline, `grace` how long a file that was on its way then may go on; `own` is one person's alone."""

    at: datetime
    grace: timedelta
    own: bool = False

    @property
    def last_at(self) -> datetime:
        return self.at + self.grace

    def phase(self, now: datetime) -> Phase:
        if now <= self.at:
            return Phase.OPEN
        return Phase.GRACE if now <= self.last_at else Phase.OVER


def effective_deadline(intake: Intake, *own_dates: datetime | None) -> Deadline:
    """The deadline that counts for one person: the latest of the intake's and those that staff have set.

    An intake that staff have closed has no deadline for everybody any more: then only the person's own date counts.
    """
    own = [date for date in own_dates if date is not None]
    grace = timedelta(minutes=intake.grace_minutes)
    if not own or (intake.state is not IntakeState.CLOSED and max(own) <= intake.visible_deadline_at):
        return Deadline(intake.visible_deadline_at, grace)
    return Deadline(max(own), grace, own=True)


def may_ask_until(intake: Intake, deadline: Deadline) -> datetime | None:
    """Until when more time may be asked for; None when the intake offers none."""
    return deadline.at + timedelta(hours=intake.extension_ask_hours) if intake.extension_max_days else None


def dates_to_ask_for(intake: Intake, deadline: Deadline, now: datetime) -> dict[int, datetime]:
    """Days after the intake's deadline, and the deadline that they would give: what can be asked for, and not yet had.

    The clock on the school's wall says the same time of day, also across a clock change.
    """
    days = {count: days_later(intake.visible_deadline_at, intake.time_zone, count) for count in _offered(intake)}
    return {count: moment for count, moment in days.items() if moment > max(deadline.at, now)}


def _offered(intake: Intake) -> list[int]:
    """Few enough to choose from: every day of the first week, then every seventh, and the longest."""
    longest = intake.extension_max_days
    return [count for count in range(1, longest + 1) if count <= 7 or count % 7 == 0 or count == longest]
