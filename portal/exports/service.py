"""Taking data out: small exports at once, large ones as a job. Every export and every download is on record."""

from __future__ import annotations

import logging
import tempfile
from dataclasses import dataclass
from datetime import timedelta
from typing import BinaryIO, cast

import sqlalchemy as sa

from portal.accounts.actor import Actor
from portal.core import audit, clock, queue
from portal.core.db import db, transaction
from portal.core.errors import DomainError, Unavailable
from portal.core.storage import storage
from portal.exports import jobs, policy, writing
from portal.exports.catalogue import get_dataset
from portal.exports.errors import ClaimLost, ExportGone, NotReady
from portal.exports.format import get_format
from portal.exports.models import ExportJob, ExportState
from portal.programmes.models import Intake

logger = logging.getLogger(__name__)

KIND = "exports"
ROWS_AT_ONCE = 2_000
MAX_BYTES = 2 * 1024**3
IN_MEMORY_BYTES = 8 * 1024**2
RESEND_AFTER = timedelta(seconds=60)
KEPT_FOR = timedelta(days=7)


@dataclass(frozen=True)
class Ready:
    """A file to hand over, open at its start. The receiver closes it."""

    stream: BinaryIO
    name: str
    mime_type: str


def is_small(intake: Intake, dataset_key: str) -> bool:
    """Whether the export is handed over at once; a larger one becomes a job."""
    return writing.count(get_dataset(dataset_key), intake.id) < ROWS_AT_ONCE


def export_now(intake: Intake, *, actor: Actor, dataset_key: str, format_key: str) -> Ready:
    """Write a small export and hand it over. Raises NotAllowed, NotFound."""
    dataset, form = get_dataset(dataset_key), get_format(format_key)
    policy.export(actor, intake, clock.now()).enforce()
    name, programme_id = writing.file_name(intake, dataset, form), intake.programme_id
    stream = cast(BinaryIO, tempfile.SpooledTemporaryFile(max_size=IN_MEMORY_BYTES))  # noqa: SIM115 - handed over open
    rows = writing.write(stream, dataset=dataset, form=form, intake_id=intake.id)
    stream.seek(0)
    with transaction():
        after = {"dataset": dataset_key, "format": format_key, "rows": rows}
        audit.record("export.download", intake, actor=actor, after=after, programme_id=programme_id)
    return Ready(stream=stream, name=name, mime_type=form.mime_type)


def request_export(intake: Intake, *, actor: Actor, dataset_key: str, format_key: str) -> ExportJob:
    """Owe a large export; a worker writes it. Raises NotAllowed, NotFound."""
    dataset, form = get_dataset(dataset_key), get_format(format_key)
    total = writing.count(dataset, intake.id)
    with transaction():
        policy.export(actor, intake, clock.now()).enforce()
        job = ExportJob(
            intake_id=intake.id, requested_by_id=actor.person_id, kind=dataset.key, format=form.key, total=total
        )
        db.session.add(job)
        after = {"dataset": dataset.key, "format": form.key, "rows": total}
        audit.record("export.request", job, actor=actor, after=after, programme_id=intake.programme_id)
        queue.send_after_commit(queue.WRITE_EXPORT, job_id=job.id, generation=job.generation)
    return job


def write(job_id: str, *, generation: int) -> None:
    """Write a job's file: claim, write with progress, keep it, record. Safe under any number of deliveries."""
    held = jobs.claim(job_id, generation)
    if held is None:
        return
    key = ""
    try:
        with tempfile.TemporaryFile() as stream:
            rows = writing.write(
                stream,
                dataset=get_dataset(held.dataset),
                form=get_format(held.format),
                intake_id=held.intake_id,
                progress=lambda done: jobs.tell(held, done),
            )
            stream.seek(0)
            kept = storage().put(stream, kind=KIND, max_bytes=MAX_BYTES)
        key = kept.key
        jobs.record(held, key=key, size_bytes=kept.size_bytes, rows=rows)
    except ClaimLost:
        logger.info("export %s was taken over by another worker", job_id)
        if key:
            storage().delete(key)
    except Unavailable as error:
        logger.warning("export %s could not be kept: %s", job_id, error.message)
        jobs.try_again(held)
    except DomainError as error:
        jobs.fail(held, error.message)
    except Exception:
        logger.exception("export %s could not be written", job_id)
        jobs.try_again(held)


def download(job: ExportJob, *, actor: Actor) -> Ready:
    """Hand over a finished file. Raises NotAllowed, NotReady, ExportGone."""
    form = get_format(job.format)
    name = writing.file_name(job.intake, get_dataset(job.kind), form)
    with transaction():
        policy.see_job(actor, job, clock.now()).enforce()
        if job.state is ExportState.EXPIRED:
            raise ExportGone
        if job.state is not ExportState.READY:
            raise NotReady
        try:
            stream = storage().open(job.storage_key)
        except FileNotFoundError as error:
            raise ExportGone from error
        after = {"dataset": job.kind, "format": job.format, "rows": job.done}
        audit.record("export.download", job, actor=actor, after=after, programme_id=job.intake.programme_id)
    return Ready(stream=stream, name=name, mime_type=form.mime_type)


def requeue_stuck(*, limit: int = 100) -> int:
    """Send again what nobody claimed, and what was claimed by a worker that went silent. Returns how many."""
    now = clock.now()
    waiting = sa.and_(ExportJob.state == ExportState.QUEUED, ExportJob.created_at < now - RESEND_AFTER)
    silent = sa.and_(ExportJob.state == ExportState.RUNNING, ExportJob.lease_until < now)
    with transaction():
        jobs = db.session.scalars(sa.select(ExportJob).where(sa.or_(waiting, silent)).limit(limit)).all()
        for job in jobs:
            queue.send_after_commit(queue.WRITE_EXPORT, job_id=job.id, generation=job.generation)
    return len(jobs)


def expire_old() -> int:
    """Delete the files of exports that were kept long enough. Returns how many."""
    old = sa.and_(ExportJob.state == ExportState.READY, ExportJob.finished_at < clock.now() - KEPT_FOR)
    with transaction():
        expired = db.session.scalars(sa.select(ExportJob).where(old)).all()
        keys = [job.storage_key for job in expired]
        for job in expired:
            job.state = ExportState.EXPIRED
            audit.record("export.expire", job, after={"dataset": job.kind}, programme_id=job.intake.programme_id)
    # The row says so first: a row without its file would be a broken promise, and the sweep finds a file without a row.
    for key in keys:
        storage().delete(key)
    return len(keys)
