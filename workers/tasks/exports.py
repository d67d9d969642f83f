"""Writing exports that are too large for one request."""

from __future__ import annotations

from celery import shared_task

from portal.core import queue
from portal.exports import service


@shared_task(name=queue.WRITE_EXPORT.name)
def write(*, job_id: str, generation: int) -> None:
    service.write(job_id, generation=generation)
