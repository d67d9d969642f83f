"""Sending what is owed."""

from __future__ import annotations

from celery import shared_task

from portal.bootstrap import SETTINGS
from portal.core import queue
from portal.notifications import service


@shared_task(bind=True, name=queue.DELIVER_MAIL.name)
def deliver(self) -> None:
    service.deliver_due(self.app.flask_app.extensions[SETTINGS])
