"""What a deadline means, in the words of the public page and of the forms; the rules are those of `deadlines`."""

from __future__ import annotations

from collections.abc import Iterator

from portal.core import clock
from portal.core.moments import in_place, in_zone
from portal.programmes.deadlines import Deadline, effective_deadline
from portal.programmes.models import Intake


def deadline_rules(intake: Intake, deadline: Deadline | None = None) -> list[str]:
    """A sentence for each rule; about one person's own deadline where one is given."""
    deadline = deadline or effective_deadline(intake)
    return [*_beginning(intake, deadline), _grace(intake, deadline), *_more_time(intake), CLOCK]


CLOCK = "The clock of our server counts, whatever the one of your computer says."


def span(minutes: int) -> str:
    """`40 minutes`, `24 hours`, `3 days`: a whole number, of days only from two on, so that nobody asks which day."""
    if minutes >= 2880 and minutes % 1440 == 0:
        return _count(minutes // 1440, "day")
    return _count(minutes // 60, "hour") if minutes and minutes % 60 == 0 else _count(minutes, "minute")


def _beginning(intake: Intake, deadline: Deadline) -> Iterator[str]:
    if intake.start_cutoff_at != intake.visible_deadline_at and not deadline.own:
        when = in_place(intake.start_cutoff_at, intake.time_zone)
        begin = "can" if clock.now() <= intake.start_cutoff_at else "could"
        send = "can" if clock.now() <= deadline.last_at else "could"
        yield f"An application {begin} be begun until {when}. One that was begun {send} be sent until the deadline."


def _grace(intake: Intake, deadline: Deadline) -> str:
    if not intake.grace_minutes:
        return "A file counts when all of it has arrived by the deadline. Later ones are not waited for."
    last = in_zone(deadline.last_at, intake.time_zone)
    return (
        "A file that you have begun to send by the deadline may go on arriving for "
        f"{span(intake.grace_minutes)}, until {last}. If one was on its way at the deadline, you can still send your "
        "application until then. No other file can be begun in that time."
    )


def _more_time(intake: Intake) -> Iterator[str]:
    if not intake.extension_max_days:
        return
    days = _count(intake.extension_max_days, "day")
    hours = intake.extension_ask_hours
    latest = f"at the latest {span(hours * 60)} after the deadline" if hours else "before the deadline"
    yield (
        f"If something keeps you, ask for more time on the page of your application, {latest}. "
        f"Up to {days} can be asked for; the admissions staff decide."
    )


def _count(number: int, unit: str) -> str:
    return f"{number} {unit}{'' if number == 1 else 's'}"
