"""The whole way over a real broker: a file is sent, a worker listens to it, and killing the worker changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.models import Person
from portal.accounts.queries import actor_for
from portal.applications.models import Application
from portal.checks.check import Audience
from portal.checks.evaluate import Verdict
from portal.core import clock
from portal.core.db import db, transaction
from portal.programmes.models import RuleSet, Slot
from portal.recordings import queries
from portal.recordings.models import FileVersion, Recording, Report
from portal.recordings.service import checking
from portal.recordings.states import Processing
from tests.factories.applications import add_recording, make_application
from tests.factories.receiving import receive
from tests.factories.sounds import long_flac, tone, wav
from tests.services.worker import Worker, wait_for

RULES = [
    {"check_key": "length.duration", "params": {"min_s": 2.0, "max_s": 3600.0}, "severity": "block"},
    {"check_key": "file.format", "params": {"accepted": ["wav", "flac"]}, "severity": "block"},
    {"check_key": "file.extension", "params": {}, "severity": "warn"},
    {"check_key": "duplicate.own", "params": {}, "severity": "warn"},
]


@pytest.fixture
def recording(session: Session) -> Recording:
    application = make_application(filled=False)
    slot = session.scalars(sa.select(Slot)).one()
    with transaction():
        session.add(RuleSet(slot_id=slot.id, version=2, rules=RULES))
    return add_recording(application, slot)


def send(recording: Recording, sound: bytes, name: str) -> FileVersion:
    actor = actor_for(db.session.scalars(sa.select(Person)).one())
    return receive(recording.id, sound, actor=actor, name=name)


def state_of(version_id: str) -> Processing:
    db.session.rollback()
    found: Processing = db.session.execute(
        sa.select(FileVersion.state).where(FileVersion.id == version_id)
    ).scalar_one()
    return found


def test_a_recording_is_heard_and_judged(recording: Recording, start_worker: Callable[..., Worker]) -> None:
    good = send(recording, wav(tone(6.0)), "night bus.wav").id
    start_worker("checks")

    wait_for(lambda: state_of(good) is Processing.CHECKED, within_s=60, what="the check")

    version = db.session.get_one(FileVersion, good)
    assert version.verdict is Verdict.CLEAN
    assert version.duration_s == pytest.approx(6.0)
    report = queries.newest_report(good)
    assert report is not None
    assert report.decoded.pcm_sha256 is not None
    assert version.waveform_key


def test_two_copies_of_one_sound_find_each_other(recording: Recording, start_worker: Callable[..., Worker]) -> None:
    again = add_recording(db.session.scalars(sa.select(Application)).one(), db.session.scalars(sa.select(Slot)).one())
    sound = wav(tone(6.0))
    versions = [send(one, sound, "night bus.wav").id for one in (recording, again)]
    start_worker("checks", "media")

    wait_for(lambda: all(told_twice(one) for one in versions), within_s=60, what="the comparison")

    assert [db.session.get_one(FileVersion, one).verdict for one in versions] == [Verdict.REMARKS] * 2


def told_twice(version_id: str) -> bool:
    db.session.rollback()
    return "duplicate.own" in {one.check_key for one in queries.remarks_for(version_id, audience=Audience.APPLICANT)}


def test_a_text_file_in_a_wav_s_clothes_is_a_finding_not_a_crash(
    recording: Recording, start_worker: Callable[..., Worker]
) -> None:
    version_id = send(recording, b"These are only words, and many of them.\n" * 500, "song.wav").id
    start_worker("checks")

    wait_for(lambda: state_of(version_id) is Processing.CHECKED, within_s=60, what="the check")

    assert db.session.get_one(FileVersion, version_id).verdict is Verdict.BLOCKED
    remarks = queries.remarks_for(version_id, audience=Audience.APPLICANT)
    assert "Export" in remarks[0].text


def test_a_worker_killed_in_the_middle_the_check_still_finishes_once(
    recording: Recording, start_worker: Callable[..., Worker]
) -> None:
    version_id = send(recording, long_flac(400), "long.flac").id
    victim = start_worker("checks")
    wait_for(lambda: state_of(version_id) is Processing.CHECKING, within_s=60, what="the claim")
    victim.kill()
    assert state_of(version_id) is Processing.CHECKING

    # A minute passes: the lease runs out without being renewed, and housekeeping looks round.
    now = clock.now()
    with transaction():
        db.session.execute(
            sa.update(FileVersion)
            .values(queued_at=now - timedelta(seconds=60), lease_until=now - timedelta(seconds=1))
            .where(FileVersion.id == version_id)
        )
    assert checking.requeue_stuck() == 1
    start_worker("checks")
    wait_for(lambda: state_of(version_id) is Processing.CHECKED, within_s=90, what="the second attempt")

    version = db.session.get_one(FileVersion, version_id)
    assert (version.attempt, version.generation, version.verdict) == (2, 1, Verdict.CLEAN)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Report)) == 1
