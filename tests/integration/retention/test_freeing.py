"""Storage is freed by rule and never silently: what may go when, what never goes, and what every page says then."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from io import BytesIO

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portal.applications.models import Application
from portal.applications.service.sending import submit, withdraw
from portal.applications.states import ApplicationState
from portal.bootstrap import SETTINGS
from portal.cli.__main__ import cli
from portal.core import clock
from portal.core.audit import AuditEntry
from portal.core.db import db, transaction
from portal.core.retention import Retention, Rule
from portal.core.settings import Settings, SettingsError
from portal.core.storage import storage
from portal.decisions.models import Decision
from portal.decisions.service.retention import due, free_due
from portal.decisions.states import DecisionState, OutcomeKind
from portal.recordings.models import FileVersion, Recording
from portal.recordings.service import copies
from portal.recordings.states import Processing
from tests.factories.applications import NOW, add_file, make_application
from tests.factories.cast import acting_as, make_staff
from tests.services.page import sign_in
from workers.tasks import housekeeping

ALL = Retention(replaced_days=10, unsent_days=20, decided_days=30)
DEADLINE = timedelta(days=7)


def give_files(version: FileVersion) -> list[str]:
    """Real files for the made-up keys. Their keys."""
    keys = {
        "storage_key": storage().put(BytesIO(b"sound"), kind="recordings", max_bytes=100).key,
        "copy_key": storage().put(BytesIO(b"copy"), kind="copies", max_bytes=100).key,
        "waveform_key": storage().put(BytesIO(b"{}"), kind="waveforms", max_bytes=100).key,
    }
    with transaction():
        row = db.session.get_one(FileVersion, version.id)
        for name, value in keys.items():
            setattr(row, name, value)
    return list(keys.values())


def the_recording(application: Application) -> Recording:
    (recording,) = application.recordings
    return recording


def replaced(application: Application) -> tuple[FileVersion, FileVersion]:
    """Two versions: the first was replaced by the second. Both have files."""
    (first,) = the_recording(application).versions
    with transaction():
        db.session.get_one(FileVersion, first.id).state = Processing.SUPERSEDED
    second = add_file(the_recording(application), number=2)
    for one in (first, second):
        give_files(one)
    return first, second


def release(application: Application, at: datetime) -> None:
    with transaction():
        row = db.session.get_one(Application, application.id)
        row.state = ApplicationState.RELEASED
        db.session.add(
            Decision(
                application_id=application.id,
                outcome=OutcomeKind.DENY,
                state=DecisionState.RELEASED,
                reason="Not this year.",
                drafted_by_id=application.applicant_id,
                released_at=at,
            )
        )


def what_is_due(retention: Retention, at: datetime) -> list[tuple[int, Rule]]:
    with clock.frozen(at):
        return [(one.version, one.rule) for one in due(retention)]


@pytest.fixture
def sent(session: Session) -> Application:
    """Handed in at NOW; its first file was replaced before."""
    with clock.frozen(NOW):
        application = make_application()
        replaced(application)
        submit(application, actor=acting_as(application.applicant))
    return application


def test_nothing_goes_where_nothing_is_set(sent: Application) -> None:
    release(sent, NOW)
    with clock.frozen(NOW + timedelta(days=9999)):
        assert list(due(Retention())) == []
        assert free_due(Retention()) == 0


def test_what_was_replaced_goes_after_its_days_and_what_was_handed_in_stays(sent: Application) -> None:
    first, second = the_recording(sent).versions
    keys = [first.storage_key, first.copy_key, first.waveform_key]
    kept = second.storage_key
    assert what_is_due(ALL, NOW + timedelta(days=10)) == []
    late = NOW + timedelta(days=10, seconds=1)
    assert what_is_due(ALL, late) == [(1, Rule.REPLACED)]

    with clock.frozen(late):
        assert free_due(ALL) == 1
        assert free_due(ALL) == 0

    row = db.session.get_one(FileVersion, first.id)
    assert (row.state, row.freed_at, row.storage_key, row.copy_key) == (Processing.PURGED, late, "", "")
    assert (row.sha256, row.size_bytes, row.original_name) == ("5e" * 32, 173_400_000, "night bus.wav")
    assert [storage().size(key) for key in keys] == [None, None, None]
    assert storage().size(kept) == 5
    entry = db.session.query(AuditEntry).filter_by(action="recording.free").one()
    assert (
        entry.reason == "A file that you replaced before you sent the application is deleted 10 days after you sent it."
    )
    assert (entry.application_id, entry.after["sha256"]) == (sent.id, "5e" * 32)


@pytest.mark.parametrize("state", [ApplicationState.SUBMITTED, ApplicationState.UNDER_REVIEW, ApplicationState.DECIDED])
def test_an_application_that_is_being_judged_keeps_what_was_handed_in(
    sent: Application, state: ApplicationState
) -> None:
    with transaction():
        db.session.get_one(Application, sent.id).state = state
    assert what_is_due(Retention(unsent_days=20, decided_days=30), NOW + timedelta(days=9999)) == []


def test_what_was_handed_in_goes_when_the_time_for_appeals_is_over(sent: Application) -> None:
    told = NOW + timedelta(days=50)
    release(sent, told)
    assert (2, Rule.DECIDED) not in what_is_due(ALL, told + timedelta(days=30))
    assert (2, Rule.DECIDED) in what_is_due(ALL, told + timedelta(days=31))


def test_a_withdrawn_application_counts_from_its_withdrawal(sent: Application) -> None:
    with clock.frozen(NOW + timedelta(days=1)):
        withdraw(sent, actor=acting_as(sent.applicant))
    assert what_is_due(Retention(decided_days=30), NOW + timedelta(days=31)) == []
    assert what_is_due(Retention(decided_days=30), NOW + timedelta(days=32)) == [(2, Rule.DECIDED)]


def test_what_was_never_sent_goes_after_the_deadline_that_counts(session: Session) -> None:
    with clock.frozen(NOW):
        draft = make_application()
        give_files(the_recording(draft).versions[0])
    rules = Retention(unsent_days=20)
    assert what_is_due(rules, NOW + DEADLINE + timedelta(days=19)) == []
    assert what_is_due(rules, NOW + DEADLINE + timedelta(days=21)) == [(1, Rule.UNSENT)]

    with transaction():
        db.session.get_one(Application, draft.id).reopened_until = NOW + DEADLINE + timedelta(days=15)
    assert what_is_due(rules, NOW + DEADLINE + timedelta(days=34)) == []
    assert what_is_due(rules, NOW + DEADLINE + timedelta(days=36)) == [(1, Rule.UNSENT)]


def test_a_reopened_application_keeps_everything(sent: Application) -> None:
    with transaction():
        db.session.get_one(Application, sent.id).state = ApplicationState.DRAFT
    assert what_is_due(ALL, NOW + timedelta(days=9999)) == []


def test_what_is_freed_is_left_alone_by_the_workers(sent: Application) -> None:
    release(sent, NOW)
    with clock.frozen(NOW + timedelta(days=40)):
        assert free_due(ALL) == 2
        assert copies.requeue_stuck() == 0
    assert [one.state for one in the_recording(sent).versions] == [Processing.PURGED, Processing.PURGED]


def page_of(client: FlaskClient, address: str) -> str:
    with client.application.app_context():
        answer = client.get(address)
    assert answer.status_code == 200
    return " ".join(answer.text.split())


def test_every_page_says_that_the_file_is_gone(sent: Application, app: Flask) -> None:
    release(sent, NOW)
    with clock.frozen(NOW + timedelta(days=40)):
        free_due(ALL)
        grace = make_staff("Grace", sent.intake.programme_id)
        recording_id, application_id = the_recording(sent).id, sent.id
        ada, staff = app.test_client(), app.test_client()
        sign_in(ada, sent.applicant)
        sign_in(staff, grace)

        theirs = page_of(ada, f"/apply/recordings/{recording_id}")
        assert "The file is no longer kept" in theirs
        assert "night bus.wav" in theirs
        assert "No whole file yet" not in theirs
        assert "You can hear it here" not in theirs
        assert "proves that we had it" in theirs
        mine = page_of(staff, f"/admin/applications/{application_id}")
        assert mine.count("No longer kept") == 2
        assert "SHA-256 <code>" + "5e" * 8 in mine
        assert "No file was sent for it" not in mine


def test_applicants_read_the_rules_in_words(settings: Settings, sent: Application, app: Flask) -> None:
    ada = app.test_client()
    sign_in(ada, sent.applicant)
    page = page_of(ada, f"/apply/{sent.id}")
    assert "All your files are kept. Nothing is deleted by itself." in page
    assert Retention(decided_days=400).sentences[:2] == [
        "What you sent is kept for 400 days after you were told the decision, and is then deleted.",
        "A file that you replaced is kept, too.",
    ]
    assert ALL.sentences == [
        "A file that you replaced before you sent the application is deleted 10 days after you sent it.",
        "If you do not send the application, its recordings are deleted 20 days after the deadline.",
        "What you sent is kept for 30 days after you were told the decision, and is then deleted.",
        "What was measured, the name and the fingerprint of each file are kept in every case.",
    ]


def test_staff_see_what_would_go_before_it_goes(
    sent: Application, app: Flask, monkeypatch: pytest.MonkeyPatch, with_rules: Callable[[Retention], None]
) -> None:
    monkeypatch.setattr("portal.bootstrap.base_app", lambda: app)
    with_rules(ALL)
    number = sent.number
    with clock.frozen(NOW + timedelta(days=11)):
        shown = CliRunner().invoke(cli, ["free-storage"])
        assert "KEEP_REPLACED_DAYS: files that were replaced before sending may go" in shown.output
        assert "your files" not in shown.output
        assert f"{number} “Night Bus”, version 1: 173.4 MB (replaced)" in shown.output
        assert "1 files of 173.4 MB may go, and their listening copies.\nNothing was freed." in shown.output
        done = CliRunner().invoke(cli, ["free-storage", "--apply"])
        assert "1 were freed. Their rows stay" in done.output
        assert "0 files of 0.0 MB may go" in CliRunner().invoke(cli, ["free-storage"]).output


def test_housekeeping_frees_what_is_due(sent: Application, with_rules: Callable[[Retention], None]) -> None:
    (first, second) = [one.id for one in the_recording(sent).versions]
    with_rules(ALL)
    with clock.frozen(NOW + timedelta(days=11)):
        housekeeping.sweep.run()

    assert db.session.get_one(FileVersion, first).state is Processing.PURGED
    assert db.session.get_one(FileVersion, second).state is Processing.CHECKED


@pytest.fixture
def with_rules(app: Flask) -> Callable[[Retention], None]:
    def give(rules: Retention) -> None:
        app.extensions[SETTINGS] = replace(app.extensions[SETTINGS], retention=rules)

    return give


NEEDED = {
    "DATABASE_URL": "sqlite://",
    "REDIS_URL": "redis://localhost",
    "SECRET_KEY": "k" * 40,
    "SECURITY_PASSWORD_SALT": "s" * 40,
    "STORAGE_DIR": "files",
}


def test_the_rules_come_from_the_settings() -> None:
    assert Settings.from_env(NEEDED).retention == Retention()
    found = Settings.from_env(NEEDED | {"KEEP_REPLACED_DAYS": "90", "KEEP_DECIDED_DAYS": "400"})
    assert found.retention == Retention(replaced_days=90, decided_days=400)
    with pytest.raises(SettingsError, match="KEEP_DECIDED_DAYS must be a whole number from 30 to 36500, not '3'"):
        Settings.from_env(NEEDED | {"KEEP_DECIDED_DAYS": "3"})
