"""Listening to recordings."""

from __future__ import annotations

import logging

from celery import current_app as celery
from celery import shared_task

from portal.core import queue
from portal.core.storage import storage
from portal.recordings.service import checking
from workers.audio import child
from workers.heartbeat import heartbeat

logger = logging.getLogger(__name__)

OUR_FAULT = "engine"


@shared_task(name=queue.CHECK_RECORDING.name)
def check_recording(*, version_id: str, generation: int) -> None:
    """Claim, measure with no transaction open, record. A file that cannot be read is a result, not an error."""
    held = checking.claim(version_id, generation=generation)
    if held is None:
        return
    try:
        with (
            heartbeat(celery.flask_app, lambda: checking.renew(held), every_s=checking.RENEW_EVERY_S),
            storage().local_path(held.storage_key) as path,
        ):
            analysis = child.analyse(path, file_name=held.file_name)
    except FileNotFoundError:
        logger.error("the file of version %s is not in the store", version_id)
        checking.give_up(held, "The stored file could not be found. Nothing is wrong with the recording itself.")
        return
    except BaseException:
        checking.release(held)
        raise
    if analysis.failure == OUR_FAULT:
        logger.error("the analysis of version %s failed: %s", version_id, analysis.detail)
        checking.give_up(held, f"Our analysis failed on this file. {analysis.detail}"[:2000])
        return
    _record(held, analysis)


def _record(held: checking.Claim, analysis: child.Analysis) -> None:
    waveform = analysis.waveform_json
    waveform_key = checking.store_waveform(waveform.encode()) if waveform else ""
    if checking.record_report(held, analysis.report, waveform_key=waveform_key):
        return
    if waveform_key:
        storage().delete(waveform_key)
    logger.info("version %s was taken over or replaced meanwhile; this result is dropped", held.version_id)
