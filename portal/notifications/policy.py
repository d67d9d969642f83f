"""Who may have an undelivered mail sent again: whoever runs the intake of the application that it is about. Pure."""

from __future__ import annotations

from datetime import datetime

from portal.accounts.actor import Actor
from portal.core.ruling import Ruling
from portal.decisions.policy import see_part
from portal.notifications.queries import FailedMail


def send_again(actor: Actor | None, failed: FailedMail, now: datetime) -> Ruling:
    return see_part(actor, failed, now)
