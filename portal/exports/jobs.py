"""The journey of an export job: claimed with a lease, told how far it is, recorded once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from portal.core import audit, clock, queue
from portal.core.db import compare_and_set, db, transaction
from portal.exports.errors import ClaimLost
from portal.exports.models import ExportJob, ExportState

LEASE = timedelta(minutes=2)
MAX_ATTEMPTS = 3


@dataclass(frozen=True)
class Claim:
    """The right to write one export, once."""

    job_id: str
    generation: int
    attempt: int
    intake_id: str
    dataset: str
    format: str


def claim(job_id: str, generation: int) -> Claim | None:
    with transaction():
        job, now = db.session.get(ExportJob, job_id), clock.now()
        if job is None or job.generation != generation or not _is_free(job):
            return None
        expected = {"state": job.state, "generation": generation, "attempt": job.attempt}
        if job.attempt >= MAX_ATTEMPTS:
            reason = "The export was started several times and never came to an end."
            values = {"state": ExportState.FAILED, "error": reason, "finished_at": now, "lease_until": None}
            compare_and_set(ExportJob, job_id, expected=expected, values=values)
            return None
        attempt = job.attempt + 1
        values = {"state": ExportState.RUNNING, "attempt": attempt, "lease_until": now + LEASE, "done": 0}
        taken = compare_and_set(ExportJob, job_id, expected=expected, values=values)
        return Claim(job_id, generation, attempt, job.intake_id, job.kind, job.format) if taken else None


def _is_free(job: ExportJob) -> bool:
    silent = job.lease_until is None or job.lease_until < clock.now()
    return job.state is ExportState.QUEUED or (job.state is ExportState.RUNNING and silent)


def _set(held: Claim, **values: object) -> bool:
    expected = {"state": ExportState.RUNNING, "generation": held.generation, "attempt": held.attempt}
    return compare_and_set(ExportJob, held.job_id, expected=expected, values=values)


def tell(held: Claim, done: int) -> None:
    with transaction():
        if not _set(held, done=done, lease_until=clock.now() + LEASE):
            raise ClaimLost


def record(held: Claim, *, key: str, size_bytes: int, rows: int) -> None:
    with transaction() as session:
        done = _set(
            held,
            state=ExportState.READY,
            storage_key=key,
            size_bytes=size_bytes,
            done=rows,
            total=rows,
            lease_until=None,
            finished_at=clock.now(),
        )
        if not done:
            raise ClaimLost
        job = session.get_one(ExportJob, held.job_id)
        programme_id = job.intake.programme_id
        audit.record("export.write", job, after={"dataset": held.dataset, "rows": rows}, programme_id=programme_id)


def fail(held: Claim, reason: str) -> None:
    with transaction():
        _set(held, state=ExportState.FAILED, error=reason, lease_until=None, finished_at=clock.now())


def try_again(held: Claim) -> None:
    if held.attempt >= MAX_ATTEMPTS:
        fail(held, "The export could not be written. Please tell the people who run this server.")
        return
    with transaction():
        generation = held.generation + 1
        if _set(held, state=ExportState.QUEUED, generation=generation, lease_until=None):
            queue.send_after_commit(queue.WRITE_EXPORT, job_id=held.job_id, generation=generation)
