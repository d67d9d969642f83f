"""The steps that reviews and decisions take an application through. Their own policies have been asked by then."""

from __future__ import annotations

from portal.accounts.actor import Actor
from portal.applications.models import Application
from portal.applications.service.steps import take_step
from portal.applications.states import ApplicationAction, ApplicationState
from portal.core.db import transaction


def mark_under_review(application: Application, *, actor: Actor) -> None:
    """With the first assignment an application is with the faculty; with every further one nothing changes."""
    with transaction():
        if application.state is not ApplicationState.UNDER_REVIEW:
            take_step(application, ApplicationAction.START_REVIEW, actor=actor)
