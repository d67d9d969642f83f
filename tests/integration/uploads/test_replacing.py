"""What has been handed in is never replaced: not by a late upload, not by housekeeping, not by a race."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from portal.applications.models import Application
from portal.applications.receipts.queries import newest_receipt
from portal.applications.service import uploads
from portal.applications.service.sending import reopen, submit
from portal.applications.states import ApplicationState
from portal.core import clock
from portal.core.db import db, transaction
from portal.core.errors import DomainError, NotAllowed
from portal.core.storage import storage
from portal.recordings.models import FileVersion, Recording, Upload
from portal.recordings.queries import recordings_of
from portal.recordings.service.uploads import QUIET, interrupted, staged
from portal.recordings.states import Processing, UploadState
from tests.factories.applications import NOW, make_application
from tests.factories.cast import acting_as, make_staff

SOUND = b"RIFF" + bytes(range(256)) * 40


def begin_whole(recording: Recording) -> str:
    """The id of an upload whose last byte has just arrived."""
    with transaction():
        owner = db.session.get_one(Application, recording.application_id).applicant_id
        upload = Upload(
            recording_id=recording.id,
            owner_id=owner,
            original_name="night bus, new mix.wav",
            size_bytes=len(SOUND),
            created_at=NOW,
            touched_at=NOW,
            expires_at=NOW + 10 * QUIET,
        )
        db.session.add(upload)
        db.session.flush()
        staged(upload.id).create()
        staged(upload.id).path.write_bytes(SOUND)
        return upload.id


def the_recording(application: Application) -> Recording:
    (recording,) = recordings_of(application.id)
    return recording


def finish(upload_id: str) -> FileVersion | None:
    found = uploads.placed_upload(upload_id)
    assert found is not None
    return uploads.finish(found, actor=acting_as(found.application.applicant))


def states(application_id: str) -> list[tuple[int, Processing]]:
    rows = db.session.execute(
        sa.select(FileVersion.number, FileVersion.state)
        .join(Recording)
        .where(Recording.application_id == application_id)
        .order_by(FileVersion.number)
    )
    return [(number, state) for number, state in rows]


@pytest.fixture
def draft(session: Session) -> Application:
    return make_application()


def test_an_upload_that_ends_after_submitting_is_dropped_and_replaces_nothing(draft: Application) -> None:
    with clock.frozen(NOW):
        late = begin_whole(the_recording(draft))
        submit(draft, actor=acting_as(draft.applicant))
        with pytest.raises(NotAllowed, match="You have sent this application"):
            finish(late)

        assert states(draft.id) == [(1, Processing.CHECKED)]
        assert db.session.get_one(Upload, late).state is UploadState.TERMINATED
        assert not staged(late).path.exists()
        assert list(storage().keys("recordings")) == []


def test_housekeeping_does_not_replace_it_either(draft: Application) -> None:
    with clock.frozen(NOW):
        late = begin_whole(the_recording(draft))
        submit(draft, actor=acting_as(draft.applicant))
    with clock.frozen(NOW + QUIET * 2):
        assert uploads.finish_interrupted() == 0

    assert states(draft.id) == [(1, Processing.CHECKED)]
    assert db.session.get_one(Upload, late).state is UploadState.TERMINATED


def test_a_whole_file_is_found_behind_many_that_only_wait(draft: Application) -> None:
    with clock.frozen(NOW):
        waiting = [begin_whole(the_recording(draft)) for _ in range(5)]
        for upload_id in waiting:
            os.truncate(staged(upload_id).path, 100)
        whole = begin_whole(the_recording(draft))
    with clock.frozen(NOW + QUIET * 2):
        assert [one.id for one in interrupted(limit=1)] == [whole]


def test_a_reopened_application_takes_a_new_version_and_keeps_the_one_that_was_sent(draft: Application) -> None:
    with clock.frozen(NOW):
        first = submit(draft, actor=acting_as(draft.applicant))
        sent = first["slots"][0]["recordings"][0]["file"]["version_id"]
        grace = acting_as(make_staff("Grace", draft.intake.programme_id))
        reopen(draft, actor=grace, until=NOW + 100 * QUIET, reason="The wrong mix was sent.")
        version = finish(begin_whole(the_recording(draft)))
        assert version is not None
        assert states(draft.id) == [(1, Processing.SUPERSEDED), (2, Processing.RECEIVED)]
        assert (db.session.get_one(FileVersion, sent).submitted_at, version.submitted_at) == (NOW, None)
    with clock.frozen(NOW + QUIET):
        second = submit(draft, actor=acting_as(draft.applicant))

    assert second["slots"][0]["recordings"][0]["file"]["version_id"] == version.id
    assert db.session.get_one(FileVersion, version.id).submitted_at == NOW + QUIET
    assert db.session.get_one(FileVersion, sent).submitted_at == NOW


def test_a_replacement_that_races_the_submit_comes_before_it_or_not_at_all(app: Flask, draft: Application) -> None:
    outcomes = set()
    for _ in range(6):
        with clock.frozen(NOW):
            application = make_application()
            upload_id, application_id = begin_whole(the_recording(application)), application.id

        def send(application_id: str = application_id) -> None:
            found = db.session.get_one(Application, application_id)
            submit(found, actor=acting_as(found.applicant))

        def replace(upload_id: str = upload_id) -> None:
            finish(upload_id)

        at_once(app, send, replace)
        db.session.rollback()
        outcomes.add(look_at(application_id))
    assert outcomes <= {"replaced, then sent", "sent as it was"}


def look_at(application_id: str) -> str:
    """Whatever came first, the receipt names the version that stands, and that one is marked as handed in."""
    application = db.session.get_one(Application, application_id)
    assert application.state is ApplicationState.SUBMITTED
    receipt = newest_receipt(application_id)
    assert receipt is not None
    named = json.loads(receipt.contents)["slots"][0]["recordings"][0]["file"]["version_id"]
    standing = the_recording(application).versions[-1]
    assert (standing.id, standing.state is not Processing.SUPERSEDED) == (named, True)
    assert standing.submitted_at == application.submitted_at
    return "replaced, then sent" if standing.number == 2 else "sent as it was"


def at_once(app: Flask, *deeds: Callable[[], None]) -> None:
    """Each in a thread and a session of its own; a deed that is refused has lost the race."""
    gate = threading.Barrier(len(deeds))
    unexpected: list[BaseException] = []

    def run(deed: Callable[[], None]) -> None:
        with app.app_context(), clock.frozen(NOW):
            gate.wait()
            try:
                deed()
            except DomainError:
                pass
            except BaseException as error:  # noqa: BLE001 - a thread's failure must reach the test
                unexpected.append(error)

    threads = [threading.Thread(target=run, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert unexpected == []
