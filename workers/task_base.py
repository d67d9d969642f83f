"""What every task gets: an application context, the id of the request that caused it, limits, and one retry policy."""

from __future__ import annotations

import logging
import time
from typing import Any

from celery import Task
from sqlalchemy.exc import OperationalError

from portal.core import log
from portal.core.db import db

logger = logging.getLogger(__name__)


class ContextTask(Task):
    """Only trouble of the house (database or broker away) is retried; a bad file is a result, never an exception."""

    abstract = True
    autoretry_for = (OperationalError, ConnectionError)
    retry_backoff = 2
    retry_backoff_max = 60
    max_retries = 2
    soft_time_limit = 360
    time_limit = 420

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        headers = getattr(self.request, "headers", None) or {}
        log.set_request_id(str(headers.get("request_id") or self.request.id or "task")[:40])
        started = time.monotonic()
        with self.app.flask_app.app_context():
            try:
                result = super().__call__(*args, **kwargs)
            finally:
                db.session.remove()
        logger.info("%s %s took %.2f s", self.name, kwargs, time.monotonic() - started)
        return result
