"""What an applicant is told about where an application stands, and what to do next. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from portal.applications.deadlines import deadline_of
from portal.applications.models import Application
from portal.applications.states import ApplicationState
from portal.programmes.deadlines import Phase

S = ApplicationState

NEXT = {
    S.SUBMITTED: "We have it. The faculty will listen to your recordings; you need do nothing more.",
    S.UNDER_REVIEW: "The faculty are listening. You will get a mail when a decision is released.",
    S.RELEASED: "Your decision is here.",
    S.WITHDRAWN: "You have withdrawn this application. Nobody will judge it.",
}


def shown_state(application: Application) -> str:
    """The state in words' keys. A decision that is not released yet does not show, not even that there is one."""
    if application.state is S.DECIDED:
        return S.UNDER_REVIEW.value
    if application.state is S.DRAFT and application.submitted_at is not None:
        return "reopened"
    return application.state.value


def next_step(application: Application, *, missing: int, editable: bool) -> str:
    """One sentence about what to do now."""
    if application.state is not S.DRAFT:
        return NEXT[S(shown_state(application))]
    if not editable:
        return "It was not sent before the deadline."
    if missing:
        return f"{missing} thing{'s are' if missing > 1 else ' is'} still missing."
    return "Everything is here. Send it."


@dataclass(frozen=True)
class Limit:
    """The moment that a countdown runs to, and what it is."""

    at: datetime
    label: str


def limit_of(application: Application, now: datetime) -> Limit:
    """The deadline; in the grace, which only those see who may still send, its end."""
    deadline = deadline_of(application)
    if deadline.phase(now) is Phase.GRACE:
        return Limit(deadline.last_at, "The deadline has passed. Your file may go on arriving, and you can send, until")
    return Limit(deadline.at, "Your own deadline is" if deadline.own else "The deadline is")


def past_limit_of(application: Application) -> Limit:
    """For who can send nothing any more."""
    deadline = deadline_of(application)
    return Limit(deadline.at, "Your own deadline was" if deadline.own else "The deadline was")
