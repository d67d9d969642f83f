"""What an applicant is told about where an application stands, and what to do next. Pure."""

from __future__ import annotations

from datetime import datetime

from portal.applications.deadlines import deadline_of
from portal.applications.models import Application
from portal.applications.states import ApplicationState

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
    if application.state is S.DRAFT and application.receipt is not None:
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


def limit_of(application: Application) -> datetime:
    """The moment that the countdown runs to."""
    return deadline_of(application).at
