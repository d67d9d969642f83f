"""A check happens once, whoever is killed and however often the message comes."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from portal.accounts.actor import Actor
from portal.checks.check import Audience
from portal.checks.evaluate import Verdict
from portal.core import clock, queue
from portal.core.audit import AuditEntry
from portal.core.db import db, transaction
from portal.core.errors import Invalid, NotFound
from portal.core.outbox import OutboxMail
from portal.programmes.models import RuleSet, Slot
from portal.recordings import queries
from portal.recordings.models import FileVersion, Outcome, Report
from portal.recordings.service import checking
from portal.recordings.service.judging import measure_again, rejudge
from portal.recordings.service.waiving import waive
from portal.recordings.states import Processing
from tests.factories.applications import NOW, add_file, add_recording, make_application
from tests.factories.reports import make_report

GRACE = Actor(person_id="grace", name="Grace")


@pytest.fixture
def version(session: Session) -> FileVersion:
    application = make_application(filled=False)
    slot = session.scalars(sa.select(Slot)).first()
    assert slot is not None
    publish(slot, {"check_key": "length.duration", "params": {"min_s": 120.0, "max_s": 360.0}, "severity": "block"})
    return add_file(add_recording(application, slot), state=Processing.RECEIVED)


def publish(slot: Slot, *rules: dict[str, object]) -> None:
    with transaction():
        newest = db.session.scalar(sa.select(sa.func.max(RuleSet.version)).where(RuleSet.slot_id == slot.id)) or 0
        db.session.add(RuleSet(slot_id=slot.id, version=newest + 1, rules=list(rules)))


def claim(version: FileVersion) -> checking.Claim | None:
    return checking.claim(version.id, generation=version.generation)


def held(version: FileVersion) -> checking.Claim:
    found = claim(version)
    assert found is not None
    return found


def test_a_clean_recording_is_checked_and_told_so(version: FileVersion) -> None:
    assert checking.record_report(held(version), make_report(), waveform_key="waveforms/ab/ab")
    db.session.refresh(version)

    assert version.state is Processing.CHECKED
    assert version.verdict is Verdict.CLEAN
    assert version.waveform_key == "waveforms/ab/ab"
    assert version.lease_until is None
    assert queries.remarks_for(version.id, audience=Audience.APPLICANT) == []
    assert queries.newest_report(version.id) == make_report()


def test_two_deliveries_of_one_message_measure_once(version: FileVersion) -> None:
    first = held(version)

    assert claim(version) is None
    assert checking.record_report(first, make_report(), waveform_key="")
    assert claim(version) is None
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Report)) == 1


def test_a_message_for_an_older_generation_does_nothing(version: FileVersion) -> None:
    assert checking.claim(version.id, generation=0) is None
    assert checking.claim("no such id", generation=1) is None


def test_a_worker_that_went_silent_is_taken_over_and_its_late_result_is_dropped(version: FileVersion) -> None:
    with clock.frozen(NOW):
        silent = held(version)
    with clock.frozen(NOW + checking.LEASE - timedelta(seconds=1)):
        assert claim(version) is None
    with clock.frozen(NOW + checking.LEASE + timedelta(seconds=1)):
        second = held(version)
        assert not checking.renew(silent)
        assert not checking.record_report(silent, make_report(), waveform_key="")
        assert checking.record_report(second, make_report(), waveform_key="")

    assert db.session.scalar(sa.select(sa.func.count()).select_from(Report)) == 1


def test_a_worker_that_renews_keeps_its_claim(version: FileVersion) -> None:
    with clock.frozen(NOW):
        holding = held(version)
    with clock.frozen(NOW + timedelta(seconds=25)):
        assert checking.renew(holding)
    with clock.frozen(NOW + timedelta(seconds=50)):
        assert claim(version) is None
        assert checking.record_report(holding, make_report(), waveform_key="")


def test_after_three_attempts_a_person_looks(version: FileVersion) -> None:
    for attempt in range(checking.MAX_ATTEMPTS):
        with clock.frozen(NOW + timedelta(hours=attempt)):
            assert held(version).attempt == attempt + 1
    with clock.frozen(NOW + timedelta(hours=9)):
        assert claim(version) is None
    db.session.refresh(version)

    assert version.state is Processing.NEEDS_STAFF
    assert version.staff_reason == "The check was started several times and never came to an end."
    assert db.session.scalars(sa.select(OutboxMail.kind)).all() == ["recording.needs_staff"]


def test_a_result_for_a_replaced_file_is_dropped(version: FileVersion) -> None:
    holding = held(version)
    with transaction():
        version.state = Processing.SUPERSEDED

    assert not checking.record_report(holding, make_report(), waveform_key="")
    assert db.session.scalars(sa.select(Outcome)).all() == []


def test_what_stopped_moving_is_sent_again_and_only_that(version: FileVersion) -> None:
    with clock.frozen(NOW):
        with transaction():
            version.queued_at = NOW
        assert checking.requeue_stuck() == 0
    with clock.frozen(NOW + timedelta(minutes=2)):
        assert checking.requeue_stuck() == 1
        assert checking.requeue_stuck() == 0
        holding = held(version)
        assert checking.requeue_stuck() == 0
    with clock.frozen(NOW + timedelta(minutes=4)):
        assert checking.requeue_stuck() == 1
        # Late, but nobody has taken over: the work of the one who held it still counts.
        assert checking.record_report(holding, make_report(), waveform_key="")


def test_waiting_long_is_no_sign_of_loss_while_the_queue_is_full(version: FileVersion, session: Session) -> None:
    others = [add_file(version.recording, state=Processing.RECEIVED, number=number) for number in (2, 3)]
    with transaction():
        for place, one in enumerate([version, *others]):
            one.queued_at = NOW + timedelta(minutes=place)
        queue.send_after_commit(queue.CHECK_RECORDING, version_id=version.id, generation=1)

    with clock.frozen(NOW + timedelta(hours=2)):
        assert checking.requeue_stuck() == 0, "nobody has taken anything: the workers are away, and the messages wait"
        assert checking.claim(others[1].id, generation=1) is not None
        assert checking.requeue_stuck() == 1, "the first was overtaken by one that was queued two minutes after it"
        assert checking.requeue_stuck() == 0


def test_an_emptied_queue_is_filled_again_in_the_old_order(version: FileVersion, session: Session) -> None:
    later = add_file(version.recording, state=Processing.RECEIVED, number=2)
    with transaction():
        version.queued_at, later.queued_at = NOW, NOW + timedelta(seconds=5)

    with clock.frozen(NOW + timedelta(hours=2)):
        assert checking.requeue_stuck() == 2
        assert queue.depth(queue.Queue.CHECKS) == 2
        session.refresh(version)
        session.refresh(later)
        assert version.queued_at < later.queued_at
        with clock.frozen(NOW + timedelta(hours=3)):
            assert checking.requeue_stuck() == 0


def test_without_a_broker_nothing_is_marked_as_sent(version: FileVersion, app: Flask) -> None:
    app.extensions[queue.EXTENSION] = queue.make_producer("redis://127.0.0.1:1/0")

    with clock.frozen(NOW + timedelta(hours=2)):
        assert queue.depth(queue.Queue.CHECKS) is None
        assert checking.requeue_stuck() == 0


def test_a_letting_go_lets_the_next_delivery_go_on(version: FileVersion) -> None:
    checking.release(held(version))

    assert held(version).attempt == 2


def test_a_blocking_rule_that_could_not_be_measured_never_passes(version: FileVersion) -> None:
    report = make_report(decoded__duration_s=None)

    assert checking.record_report(held(version), report, waveform_key="")
    db.session.refresh(version)

    assert (version.state, version.verdict) == (Processing.NEEDS_STAFF, Verdict.NOT_MEASURED)


def test_changed_rules_are_judged_from_the_stored_report(version: FileVersion, session: Session) -> None:
    assert checking.record_report(held(version), make_report(), waveform_key="")
    slot = session.scalars(sa.select(Slot)).first()
    assert slot is not None
    publish(slot, {"check_key": "length.duration", "params": {"min_s": 3000.0, "max_s": 3600.0}, "severity": "block"})

    assert rejudge(version.id) is Verdict.BLOCKED
    (blocking,) = queries.remarks_for(version.id, audience=Audience.APPLICANT)
    assert "50:00 to 1:00:00" in blocking.message
    assert queries.standing_verdicts([version.id]) == {version.id: Verdict.BLOCKED}

    waive(version, check_key="length.duration", reason="A miniature, agreed with the chair.", actor=GRACE)

    assert queries.standing_verdicts([version.id]) == {version.id: Verdict.REMARKS}
    assert version.verdict is Verdict.BLOCKED


def test_a_waiver_needs_a_reason_and_a_finding(version: FileVersion) -> None:
    assert checking.record_report(held(version), make_report(), waveform_key="")

    with pytest.raises(Invalid, match="Give the reason"):
        waive(version, check_key="length.duration", reason="ok", actor=GRACE)
    with pytest.raises(NotFound):
        waive(version, check_key="no.such_check", reason="A reason that is long enough.", actor=GRACE)


def test_measuring_again_is_a_new_generation(version: FileVersion) -> None:
    assert checking.record_report(held(version), make_report(), waveform_key="")
    db.session.refresh(version)

    measure_again(version, actor=GRACE, reason="the engine was mended")
    db.session.refresh(version)

    assert (version.state, version.generation, version.attempt) == (Processing.RECEIVED, 2, 0)
    assert checking.record_report(held(version), make_report(), waveform_key="")
    assert db.session.scalars(sa.select(Report.generation).order_by(Report.generation)).all() == [1, 2]
    assert "recording.measure_again" in db.session.scalars(sa.select(AuditEntry.action)).all()
