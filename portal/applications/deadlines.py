"""The deadline of one application, and what hangs on it. Pure; the rule itself stands in `programmes.deadlines`."""

from __future__ import annotations

from datetime import datetime, timedelta

from portal.applications.models import Application
from portal.programmes.deadlines import Deadline, effective_deadline
from portal.recordings.states import UploadState

HOURS_BEFORE = (24, 72, 168)


def deadline_of(application: Application) -> Deadline:
    """The deadline that counts for this person: countdown, policies, reminders and mails all ask here."""
    return effective_deadline(application.intake, application.extended_until, application.reopened_until)


def was_sending(application: Application, deadline_at: datetime) -> bool:
    """Whether a file was on its way when the deadline came: begun by then, and not all here yet.

    A file that arrived afterwards had begun before: after the deadline nothing can be begun.
    """
    for recording in application.recordings:
        if any(one.received_at is not None and one.received_at > deadline_at for one in recording.versions):
            return True
        if any(one.state is UploadState.OPEN and one.created_at <= deadline_at for one in recording.uploads):
            return True
    return False


def may_arrive_until(application: Application, expires_at: datetime) -> datetime:
    """Until when the rest of a file may arrive: its upload expires, or the deadline and the grace are over before."""
    return min(expires_at, deadline_of(application).last_at)


def reminder_due(deadline_at: datetime, *, known_since: datetime, now: datetime) -> int | None:
    """Which reminder the moment asks for, in hours before the deadline: the nearest alone, however many were missed.

    None when none is due: it is too early, the deadline has passed, or the moment for it came before the person knew of
    this deadline (who begins three days before needs no mail that says so).
    """
    if now > deadline_at:
        return None
    for hours in HOURS_BEFORE:
        moment = deadline_at - timedelta(hours=hours)
        if moment <= now:
            return hours if known_since <= moment else None
    return None
