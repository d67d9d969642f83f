"""Try it without an account: the same ear and the same rules, and nothing that stays."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.checks.evaluate import Verdict
from portal.checks.sound_facts import Span
from portal.core import clock
from portal.core.audit import AuditEntry
from portal.core.db import db, transaction
from portal.core.errors import Unavailable
from portal.core.storage import storage
from portal.programmes.models import RuleSet, Slot
from portal.programmes.states import IntakeState
from portal.recordings.errors import EmptyFile
from portal.recordings.models import FileVersion, Trial
from portal.recordings.service import orphans, trials
from portal.recordings.states import TrialState
from tests.factories.applications import NOW, make_intake
from tests.factories.reports import make_report, make_unreadable
from tests.factories.sounds import tone, wav
from tests.services.page import Page
from tests.services.worker import Worker, wait_for
from workers.tasks import housekeeping

RULES = [
    {"check_key": "length.duration", "params": {"min_s": 120.0, "max_s": 360.0}, "severity": "block"},
    {"check_key": "origin.lossy", "params": {}, "severity": "inform"},
]


@pytest.fixture
def slot(session: Session) -> Slot:
    make_intake()
    found = session.scalars(sa.select(Slot)).one()
    with transaction():
        session.add(RuleSet(slot_id=found.id, version=2, rules=RULES))
    return found


def try_it(slot: Slot, body: bytes = b"RIFF of some kind", *, name: str = "night bus.wav") -> Trial:
    return trials.begin(slot, original_name=name, stream=BytesIO(body))


def claimed(trial: Trial) -> trials.TrialClaim:
    held = trials.claim(trial.id)
    assert held is not None
    return held


def kept_files() -> list[str]:
    return [*storage().keys(trials.KIND), *(path.name for path in storage().staging.iterdir())]


def state_of(trial_id: str) -> TrialState | None:
    db.session.rollback()
    trial = db.session.get(Trial, trial_id)
    return trial.state if trial else None


def test_what_was_heard_is_kept_for_half_an_hour_and_the_file_not_at_all(slot: Slot) -> None:
    with clock.frozen(NOW):
        trial = try_it(slot)
        assert len(kept_files()) == 1
        report = make_report(decoded__duration_s=30.0, spectrum__edge_db=40.0, spectrum__edge_hz=16_000.0)
        trials.hear(claimed(trial), report)
        db.session.refresh(trial)

    assert kept_files() == []
    assert (trial.state, trial.verdict, trial.rules_version) == (TrialState.HEARD, Verdict.BLOCKED, 2)
    # What only staff may read of an applicant's file is not told to a visitor either.
    assert [finding["check_key"] for finding in trial.findings] == ["length.duration"]
    assert db.session.scalars(sa.select(FileVersion)).all() == []
    assert db.session.scalars(sa.select(AuditEntry)).all() == []
    with clock.frozen(NOW + timedelta(minutes=29)):
        assert trials.clear() == 0
        assert trials.find(trial.id) is not None
    with clock.frozen(NOW + timedelta(minutes=31)):
        assert trials.find(trial.id) is None
        housekeeping.requeue_stuck.run()
    assert state_of(trial.id) is None


def test_a_file_is_heard_once(slot: Slot) -> None:
    trial = try_it(slot)

    assert trials.claim(trial.id) is not None
    assert trials.claim(trial.id) is None


def test_what_failed_is_deleted_at_once(slot: Slot) -> None:
    trial = try_it(slot)
    trials.fail(claimed(trial))

    assert (state_of(trial.id), kept_files()) == (TrialState.FAILED, [])


def test_what_a_killed_worker_or_a_lost_message_leaves_is_swept(slot: Slot) -> None:
    with clock.frozen(NOW):
        killed, lost = try_it(slot), try_it(slot)
        claimed(killed)
    with clock.frozen(NOW + timedelta(minutes=5)):
        assert trials.clear() == 0
    with clock.frozen(NOW + trials.PATIENCE + timedelta(seconds=1)):
        assert trials.clear() == 2

    assert [state_of(killed.id), state_of(lost.id), kept_files()] == [TrialState.FAILED, TrialState.FAILED, []]


def test_what_a_killed_web_server_leaves_is_swept(slot: Slot) -> None:
    half = storage().staging / ("ab" * 16)
    half.write_bytes(b"half a file")
    with clock.frozen(NOW), transaction():
        row = Trial(slot_id=slot.id, original_name="a", storage_key="trials/ab/abab", expires_at=NOW + trials.LIFE)
        db.session.add(row)

    assert orphans.delete_staged_leftovers() == 0
    with clock.frozen(clock.now() + timedelta(hours=2)):
        assert orphans.delete_staged_leftovers() == 1
        assert trials.clear() >= 1
        assert trials.clear() == 0
    assert (kept_files(), state_of(row.id)) == ([], None)


def test_an_empty_file_and_a_full_house_leave_nothing(slot: Slot, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(EmptyFile):
        try_it(slot, b"")
    monkeypatch.setattr(trials, "MOST_AT_A_TIME", 1)
    first = try_it(slot)
    with pytest.raises(Unavailable, match="Many files are being tried"):
        try_it(slot)

    assert len(kept_files()) == 1
    trials.fail(claimed(first))
    assert try_it(slot).state is TrialState.WAITING


# --- in the browser ---


def get(client: FlaskClient, url: str) -> TestResponse:
    """In an application context of its own, as on a server."""
    db.session.rollback()
    with client.application.app_context():
        return client.get(url)


def form_of(client: FlaskClient, slot_id: str) -> tuple[Page, str]:
    page = Page(get(client, f"/try/slots/{slot_id}").text)
    return page, page.form("/file").value("csrf_token")


def post(client: FlaskClient, slot_id: str, token: str, body: bytes) -> TestResponse:
    data = {"csrf_token": token, "recording": (BytesIO(body), "night bus.wav")}
    db.session.rollback()
    with client.application.app_context():
        return client.post(f"/try/slots/{slot_id}/file", data=data, content_type="multipart/form-data")


def test_a_visitor_sends_a_file_and_reads_what_an_applicant_would(client: FlaskClient, slot: Slot) -> None:
    public = get(client, f"/programmes/{slot.intake.programme.slug}").text
    assert f'href="/try/slots/{slot.id}"' in public
    page, token = form_of(client, slot.id)
    assert "This is not a submission." in page.words
    assert "No school sees it." in page.words

    answer = post(client, slot.id, token, wav(tone(1.0)))
    assert answer.status_code == 303
    waiting = get(client, answer.location)
    assert "We are listening to it" in waiting.text
    assert 'hx-trigger="every 2s"' in waiting.text
    assert waiting.headers["Cache-Control"] == "no-store"

    assert get(client, f"{answer.location}/heard").status_code == 204
    trial = db.session.scalars(sa.select(Trial)).one()
    trials.hear(claimed(trial), make_report(decoded__duration_s=30.0))
    heard = get(client, f"{answer.location}/heard")
    assert heard.headers["Cache-Control"] == "no-store"
    assert "2:00 to 6:00" in heard.text
    assert "This was not a submission: nothing reached the programme" in heard.text
    assert "hx-trigger" not in heard.text
    assert get(client, "/try/" + "0" * 32).status_code == 404


def test_a_failure_is_said_to_be_ours(client: FlaskClient, slot: Slot) -> None:
    trial = try_it(slot)
    trials.fail(claimed(trial))

    assert "That is our fault, not your file's." in Page(get(client, f"/try/{trial.id}").text).words


def test_a_file_without_sound_is_told_as_such(client: FlaskClient, slot: Slot) -> None:
    trial = try_it(slot)
    trials.hear(claimed(trial), make_unreadable("There is no audio in this file. Export it again."))

    assert "There is no audio in this file." in get(client, f"/try/{trial.id}").text


def test_a_place_that_lasts_says_where_it_ends(client: FlaskClient, slot: Slot) -> None:
    with transaction():
        rule = {"check_key": "defect.clicks", "params": {}, "severity": "warn"}
        db.session.add(RuleSet(slot_id=slot.id, version=3, rules=[rule]))
    trial = try_it(slot)
    spans = (Span(start_s=0.7, end_s=97.2), Span(start_s=101.0, end_s=101.5))
    report = make_report(decoded__duration_s=120.0, defects__clicks=262, defects__click_places=spans)
    trials.hear(claimed(trial), report)

    words = Page(get(client, f"/try/{trial.id}").text).words
    assert "at 0:00.7–1:37.2 at 1:41.0 262 in all" in words


def test_only_published_intakes_can_be_tried(client: FlaskClient, slot: Slot) -> None:
    _, token = form_of(client, slot.id)
    with transaction():
        slot.intake.state = IntakeState.CLOSED

    assert get(client, f"/try/slots/{slot.id}").status_code == 404
    assert post(client, slot.id, token, wav(tone(1.0))).status_code == 404
    assert kept_files() == []


def test_too_large_or_not_from_our_page_is_refused(
    client: FlaskClient, slot: Slot, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, token = form_of(client, slot.id)
    assert post(client, slot.id, "forged", wav(tone(1.0))).status_code == 400
    monkeypatch.setattr(trials, "MAX_BYTES", 50_000)
    assert post(client, slot.id, token, wav(tone(1.0))).status_code == 413

    assert kept_files() == []
    assert db.session.scalars(sa.select(Trial)).all() == []


def test_one_address_is_stopped_after_a_few(client: FlaskClient, slot: Slot, app: Flask) -> None:
    _, token = form_of(client, slot.id)
    answers = [post(client, slot.id, token, b"RIFF").status_code for _ in range(6)]

    assert answers == [303, 303, 303, 303, 429, 429]


def test_a_worker_hears_it_over_the_broker(slot: Slot, start_worker: Callable[..., Worker]) -> None:
    trial = try_it(slot, wav(tone(3.0)))
    start_worker("trials")

    wait_for(lambda: state_of(trial.id) is TrialState.HEARD, within_s=60, what="the trial")

    found = db.session.get_one(Trial, trial.id)
    assert (found.duration_s, found.verdict) == (pytest.approx(3.0), Verdict.BLOCKED)
    assert kept_files() == []
