"""Listening to recordings."""

from __future__ import annotations

import heapq
import logging
from collections.abc import Iterator

from celery import current_app as celery
from celery import shared_task

from portal.applications.service import comparing
from portal.core import queue
from portal.core.storage import storage
from portal.recordings.service import checking
from workers.audio import child
from workers.audio.resemblance import resemblance
from workers.heartbeat import heartbeat

logger = logging.getLogger(__name__)

OUR_FAULT = "engine"
# Unrelated music lies above it; no rule can ask for more.
NOTHING_IN_COMMON = 0.4


class Heard:
    """How much of a file has been heard: written by the one who listens, read by the one who renews the lease."""

    def __init__(self) -> None:
        self.percent = 0

    def note(self, part: float) -> None:
        self.percent = min(99, int(100 * part))


@shared_task(name=queue.CHECK_RECORDING.name)
def check_recording(*, version_id: str, generation: int) -> None:
    """Claim, measure with no transaction open, record. A file that cannot be read is a result, not an error."""
    held = checking.claim(version_id, generation=generation)
    if held is None:
        return
    heard = Heard()
    try:
        with (
            heartbeat(
                celery.flask_app,
                lambda: checking.renew(held, heard_percent=heard.percent),
                every_s=checking.RENEW_EVERY_S,
            ),
            storage().local_path(held.storage_key) as path,
        ):
            analysis = child.analyse(path, file_name=held.file_name, tell=heard.note)
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
    if checking.record_report(held, analysis.report, waveform_key=waveform_key, fingerprint=analysis.fingerprint):
        return
    if waveform_key:
        storage().delete(waveform_key)
    logger.info("version %s was taken over or replaced meanwhile; this result is dropped", held.version_id)


@shared_task(name=queue.COMPARE_RECORDING.name)
def compare_recording(*, version_id: str, generation: int) -> None:
    """Compare by stored fingerprints; nothing is decoded. Twice does no harm."""
    subject = comparing.begin(version_id, generation=generation)
    if subject is None:
        return
    nearest = heapq.nsmallest(comparing.MOST_TWINS, _likenesses(subject), key=lambda one: one.bit_error_rate)
    if not comparing.record(subject, nearest):
        logger.info("version %s was replaced while it was compared; this comparison is dropped", version_id)


def _likenesses(subject: comparing.Subject) -> Iterator[comparing.Likeness]:
    for other in comparing.others(subject) if subject.words else ():
        found = resemblance(subject.words, other.words)
        if found is not None and found.error < NOTHING_IN_COMMON:
            yield comparing.Likeness(other.version_id, found.error, found.first_s, found.second_s)
