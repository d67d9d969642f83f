"""Hearing files that visitors try: the same confined child, a queue of their own, so that applicants never wait."""

from __future__ import annotations

import logging

from celery import shared_task

from portal.core import queue
from portal.core.storage import storage
from portal.recordings.service import trials
from workers.audio import child
from workers.tasks.recordings import OUR_FAULT

logger = logging.getLogger(__name__)


@shared_task(name=queue.TRY_RECORDING.name)
def hear(*, trial_id: str) -> None:
    held = trials.claim(trial_id)
    if held is None:
        return
    try:
        with storage().local_path(held.storage_key) as path:
            analysis = child.analyse(path, file_name=held.file_name)
    except FileNotFoundError:
        trials.fail(held)
        return
    except BaseException:
        trials.fail(held)
        raise
    if analysis.failure == OUR_FAULT:
        logger.error("a tried file could not be analysed: %s", analysis.detail)
        trials.fail(held)
    else:
        trials.hear(held, analysis.report)
