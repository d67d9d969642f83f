"""The deadline of one application, and what of it was under way then. Pure; the rule stands in `programmes.deadlines`."""

from __future__ import annotations

from datetime import datetime

from portal.applications.models import Application
from portal.programmes.deadlines import Deadline, effective_deadline
from portal.recordings.states import UploadState


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
