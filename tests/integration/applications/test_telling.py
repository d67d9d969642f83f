"""One mail when everything that was sent is checked."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.applications.models import Application
from portal.applications.service.telling import QUIET, tell_when_all_is_checked
from portal.applications.states import ApplicationState
from portal.checks.evaluate import Verdict
from portal.core import clock
from portal.core.db import db, transaction
from portal.core.outbox import OutboxMail
from portal.notifications.wording import word
from portal.notifications.words import Site
from portal.recordings.models import FileVersion, Recording, Upload
from portal.recordings.service import checking
from portal.recordings.service.judging import measure_again
from portal.recordings.states import Processing
from tests.factories.applications import NOW, add_block, add_file, add_recording, make_application
from tests.factories.reports import make_report

SITE = Site(public_url="https://apply.school.example", school_name="School of Music")


@pytest.fixture
def application(world: Session) -> Application:
    return make_application(filled=False)


def a_recording(application: Application, title: str = "Night Bus") -> Recording:
    return add_recording(application, application.intake.slots[0], title=title)


def mails() -> list[OutboxMail]:
    return list(db.session.scalars(sa.select(OutboxMail).where(OutboxMail.kind == "checks.done")))


def check(version: FileVersion) -> None:
    claim = checking.claim(version.id, generation=version.generation)
    assert claim is not None
    assert checking.record_report(claim, make_report(), waveform_key="")


def test_it_is_owed_once_when_the_last_one_is_checked(application: Application) -> None:
    add_file(a_recording(application))
    last = add_file(a_recording(application, "Second"), state=Processing.RECEIVED)
    assert tell_when_all_is_checked() == 0

    check(last)

    assert (tell_when_all_is_checked(), tell_when_all_is_checked()) == (1, 0)
    [mail] = mails()
    assert mail.context == {"application_id": application.id}


def test_a_check_that_is_repeated_is_no_news_and_a_new_file_is(application: Application) -> None:
    recording = a_recording(application)
    version = add_file(recording)
    assert tell_when_all_is_checked() == 1

    measure_again(version, actor=None, reason="a new engine")
    db.session.refresh(version)
    check(version)
    assert tell_when_all_is_checked() == 0

    with transaction():
        version.state = Processing.SUPERSEDED
    add_file(recording, number=2)
    assert tell_when_all_is_checked() == 1


def test_it_waits_for_a_file_that_still_arrives_and_a_little_for_the_next(application: Application) -> None:
    recording = a_recording(application)
    version = add_file(recording)
    with transaction():
        version.received_at = NOW
        upload = Upload(
            recording_id=a_recording(application).id,
            owner_id=application.applicant_id,
            original_name="second.wav",
            size_bytes=10,
            created_at=NOW,
            touched_at=NOW + timedelta(minutes=1),
            expires_at=NOW + timedelta(hours=48),
        )
        db.session.add(upload)

    assert tell_when_all_is_checked() == 0
    with clock.frozen(NOW + QUIET + timedelta(seconds=1)):
        assert tell_when_all_is_checked() == 0, "the second file is on its way"
    with clock.frozen(NOW + QUIET + timedelta(minutes=1, seconds=1)):
        assert tell_when_all_is_checked() == 1


def test_to_whom_the_result_is_no_news_nothing_is_sent(world: Session) -> None:
    for state in (ApplicationState.WITHDRAWN, ApplicationState.DECIDED, ApplicationState.RELEASED):
        add_file(a_recording(make_application(state=state, filled=False)))

    assert tell_when_all_is_checked() == 0


def test_one_who_waits_does_not_keep_the_others_from_their_mail(world: Session) -> None:
    for _ in range(3):
        waiting = make_application(filled=False)
        add_file(a_recording(waiting))
        add_file(a_recording(waiting), state=Processing.RECEIVED)
    add_file(a_recording(make_application(filled=False)))

    assert tell_when_all_is_checked(limit=1) == 1


def test_the_mail_says_the_result_of_each_in_words(application: Application) -> None:
    add_file(a_recording(application, "Night Bus"))
    add_block(add_file(a_recording(application, "Glass")))
    add_file(a_recording(application, "Loam"), state=Processing.NEEDS_STAFF, verdict=Verdict.NOT_MEASURED)
    a_recording(application, "Without a file")
    assert tell_when_all_is_checked() == 1

    body = word(mails()[0], SITE).body

    assert "- Night Bus: no remarks.\n" in body
    assert "- Glass: must be fixed. The sound is clipped in 2 places." in body
    assert "- Loam: our staff will look at it." in body
    assert "Without a file" not in body
    assert "Your application is not sent before you send it there" in body
    assert f"https://apply.school.example/apply/{application.id}" in body
