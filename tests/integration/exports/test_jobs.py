"""A large export is written once, says how far it is, survives its worker, and is not kept for ever."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.audit import AuditEntry
from portal.core.db import db
from portal.core.errors import NotAllowed, Unavailable
from portal.core.storage import storage
from portal.exports import jobs, queries, service, writing
from portal.exports.errors import ExportGone, NotReady
from portal.exports.models import ExportJob, ExportState
from portal.recordings.service import orphans
from tests.factories.decisions import School, make_application, make_school


@pytest.fixture
def school(session: Session) -> School:
    found = make_school()
    for i in range(4):
        make_application(found, f"Person{i}", number=f"P{i}")
    return found


@pytest.fixture(autouse=True)
def progress_after_every_row(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "REPORT_EVERY", 1)


def ordered(school: School, form: str = "csv") -> str:
    return service.request_export(school.intake, actor=school.grace, dataset_key="decisions", format_key=form).id


def job(job_id: str) -> ExportJob:
    db.session.rollback()
    found = queries.job(job_id)
    assert found is not None
    return found


def files() -> list[str]:
    return list(storage().keys(service.KIND))


def test_from_order_to_download(school: School) -> None:
    job_id = ordered(school)
    assert (job(job_id).state, job(job_id).total) == (ExportState.QUEUED, 4)
    with pytest.raises(NotReady):
        service.download(job(job_id), actor=school.grace)

    service.write(job_id, generation=1)

    done = job(job_id)
    assert (done.state, done.done, done.attempt) == (ExportState.READY, 4, 1)
    ready = service.download(done, actor=school.gina)
    with ready.stream as stream:
        body = stream.read()
    assert len(body) == done.size_bytes
    assert [line.split(b",")[0] for line in body.splitlines()[1:]] == [b"P0", b"P1", b"P2", b"P3"]
    actions = db.session.scalars(sa.select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert actions == ["export.request", "export.write", "export.download"]


def test_a_second_delivery_writes_nothing(school: School) -> None:
    job_id = ordered(school)
    service.write(job_id, generation=1)
    key = job(job_id).storage_key

    service.write(job_id, generation=1)
    service.write(job_id, generation=2)

    assert (job(job_id).storage_key, files()) == (key, [key])


def test_progress_is_told_while_it_is_written(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[int] = []
    really_tell = jobs.tell
    monkeypatch.setattr(jobs, "tell", lambda held, done: (really_tell(held, done), told.append(job(held.job_id).done)))

    service.write(ordered(school), generation=1)

    assert told == [1, 2, 3, 4]


def test_a_worker_that_died_is_followed_by_another(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    job_id = ordered(school)
    with monkeypatch.context() as killed, pytest.raises(KeyboardInterrupt):
        killed.setattr(jobs, "tell", _die)
        service.write(job_id, generation=1)
    assert job(job_id).state is ExportState.RUNNING

    service.write(job_id, generation=1)
    assert job(job_id).state is ExportState.RUNNING, "the lease still holds"
    with clock.frozen(clock.now() + jobs.LEASE + timedelta(seconds=1)):
        assert service.requeue_stuck() == 1
        service.write(job_id, generation=1)

    assert (job(job_id).state, job(job_id).attempt) == (ExportState.READY, 2)


def _die(*_: object) -> None:
    raise KeyboardInterrupt


def test_a_worker_that_was_overtaken_keeps_nothing(school: School) -> None:
    job_id = ordered(school)
    late = jobs.claim(job_id, 1)
    assert late is not None
    with clock.frozen(clock.now() + jobs.LEASE + timedelta(seconds=1)):
        service.write(job_id, generation=1)
    before = job(job_id).storage_key

    with pytest.raises(jobs.ClaimLost):
        jobs.tell(late, 1)
    with pytest.raises(jobs.ClaimLost):
        jobs.record(late, key="exports/xx/none", size_bytes=1, rows=1)

    assert job(job_id).storage_key == before


def test_what_never_comes_to_an_end_is_given_up(school: School) -> None:
    job_id = ordered(school)
    moment = clock.now()
    for _ in range(jobs.MAX_ATTEMPTS):
        with clock.frozen(moment):
            assert jobs.claim(job_id, 1) is not None
        moment += jobs.LEASE + timedelta(seconds=1)
    with clock.frozen(moment):
        service.write(job_id, generation=1)

    assert job(job_id).state is ExportState.FAILED
    assert job(job_id).error == "The export was started several times and never came to an end."


def test_a_store_that_is_full_is_tried_again_and_then_reported(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    job_id = ordered(school)

    def full(*_: object, **__: object) -> None:
        raise Unavailable("The server has no room for more files just now.")

    monkeypatch.setattr(type(storage()), "put", full)
    for generation in (1, 2, 3):
        assert job(job_id).state is ExportState.QUEUED
        service.write(job_id, generation=generation)

    assert job(job_id).state is ExportState.FAILED
    assert files() == []


def test_a_lost_message_is_sent_again(school: School) -> None:
    ordered(school)

    assert service.requeue_stuck() == 0
    with clock.frozen(clock.now() + timedelta(minutes=2)):
        assert service.requeue_stuck() == 1


def test_after_a_week_the_file_is_gone_and_says_so(school: School) -> None:
    job_id = ordered(school)
    service.write(job_id, generation=1)
    assert service.expire_old() == 0

    with clock.frozen(clock.now() + service.KEPT_FOR + timedelta(hours=1)):
        assert service.expire_old() == 1

    assert (job(job_id).state, files()) == (ExportState.EXPIRED, [])
    with pytest.raises(ExportGone, match="Ask for a new one"):
        service.download(job(job_id), actor=school.grace)


def test_a_file_that_no_job_names_is_swept_once_it_is_old(school: School) -> None:
    import io

    storage().put(io.BytesIO(b"left by a worker that died"), kind=service.KIND, max_bytes=100)

    assert orphans.delete_files_without_rows() == 0
    with clock.frozen(clock.now() + orphans.GRACE + timedelta(hours=1)):
        assert orphans.delete_files_without_rows() == 1
    assert files() == []


def test_only_the_programmes_admins_download(school: School) -> None:
    job_id = ordered(school)
    service.write(job_id, generation=1)

    for actor in (school.frank, school.heidi):
        with pytest.raises(NotAllowed):
            service.download(job(job_id), actor=actor)
