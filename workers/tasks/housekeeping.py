"""Finding what stopped moving, and clearing away what nobody needs. Run by beat; harmless when run twice."""

from __future__ import annotations

import logging

from celery import shared_task
from flask import current_app

from portal.applications.service import reminders
from portal.applications.service.telling import tell_when_all_is_checked
from portal.applications.service.uploads import finish_interrupted
from portal.bootstrap import SETTINGS
from portal.core import queue
from portal.decisions.service.retention import free_due
from portal.exports.service import expire_old
from portal.exports.service import requeue_stuck as requeue_stuck_exports
from portal.recordings.service import checking, copies, fingerprints, orphans, trials, uploads

logger = logging.getLogger(__name__)


@shared_task(name=queue.REQUEUE_STUCK.name)
def requeue_stuck() -> None:
    for what, count in (
        ("uploads to their end", finish_interrupted()),
        ("checks", checking.requeue_stuck()),
        ("listening copies", copies.requeue_stuck()),
        ("comparisons", fingerprints.requeue_stuck()),
        ("exports", requeue_stuck_exports()),
    ):
        if count:
            logger.warning("brought on %d %s that had stopped moving", count, what)
    if told := tell_when_all_is_checked():
        logger.info("%d applicants are told that all is checked", told)
    # Not in the hourly sweep: a visitor was promised half an hour.
    if forgotten := trials.clear():
        logger.info("forgot %d tried files", forgotten)


@shared_task(name=queue.REMIND.name)
def remind() -> None:
    if count := reminders.remind():
        logger.info("owed %d reminders of a deadline", count)
    if count == reminders.BATCH:
        queue.send_now(queue.REMIND)  # more may be due behind this batch


@shared_task(name=queue.SWEEP.name)
def sweep() -> None:
    retention = current_app.extensions[SETTINGS].retention
    for what, count in (
        ("exports", expire_old()),
        ("uploads", uploads.expire()),
        ("staged pieces", uploads.sweep_staging()),
        ("unfinished copies", copies.sweep_scratch()),
        ("staged files that nobody writes any more", orphans.delete_staged_leftovers()),
        ("files whose time of keeping was over", free_due(retention)),
        ("files without a row", orphans.delete_files_without_rows()),
    ):
        if count:
            logger.info("cleared away %d %s", count, what)
