"""Today's rules over stored reports: a preview that changes nothing, then the change, or a new measurement."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy.orm import Session

from portal import bootstrap
from portal.applications.models import Application
from portal.applications.service import rechecking
from portal.checks.evaluate import Verdict
from portal.checks.report import ENGINE, SCHEMA_VERSION
from portal.cli.__main__ import cli
from portal.core.audit import AuditEntry
from portal.core.db import db, transaction
from portal.programmes.models import RuleSet
from portal.recordings.models import FileVersion, Recording, Report
from portal.recordings.service import checking
from portal.recordings.states import Processing
from tests.factories.applications import add_file, add_recording, make_application
from tests.factories.reports import make_report

TWO_MINUTES = {"check_key": "length.duration", "params": {"min_s": 120.0, "max_s": 360.0}, "severity": "block"}
FIVE_MINUTES = {"check_key": "length.duration", "params": {"min_s": 300.0, "max_s": 600.0}, "severity": "block"}


@pytest.fixture
def application(session: Session) -> Application:
    made = make_application(number="2026-0007", filled=False)
    publish(made, TWO_MINUTES)
    return made


def publish(application: Application, *rules: dict[str, object]) -> None:
    slot_id = application.intake.slots[0].id
    with transaction():
        newest = db.session.scalar(sa.select(sa.func.max(RuleSet.version)).where(RuleSet.slot_id == slot_id)) or 0
        db.session.add(RuleSet(slot_id=slot_id, version=newest + 1, rules=list(rules)))


def check(application: Application, title: str, *, engine: str = ENGINE, **measured: object) -> FileVersion:
    recording = add_recording(application, application.intake.slots[0], title=title)
    version = add_file(recording, state=Processing.RECEIVED)
    claimed = checking.claim(version.id, generation=1)
    assert claimed is not None
    report = make_report(health__engine=engine, **measured)
    assert checking.record_report(claimed, report, waveform_key="")
    return version


def verdicts() -> Sequence[tuple[str, Verdict | None, Processing]]:
    db.session.rollback()
    rows = db.session.execute(
        sa.select(Recording.title, FileVersion.verdict, FileVersion.state)
        .join(FileVersion, FileVersion.recording_id == Recording.id)
        .order_by(Recording.title)
    )
    return [(title, verdict, state) for title, verdict, state in rows]


def test_a_preview_names_what_would_change_and_changes_nothing(application: Application) -> None:
    check(application, "Harbour", decoded__duration_s=400.0)
    check(application, "Night Bus")
    check(application, "Miniature", decoded__duration_s=30.0)
    publish(application, FIVE_MINUTES)
    before = verdicts()
    deeds = db.session.scalar(sa.select(sa.func.count()).select_from(AuditEntry))

    found = rechecking.preview(intake_id=application.intake_id)

    said = {one.recording.title: (one.before, one.after, one.because) for one in found.changes}
    assert said == {
        "Harbour": (Verdict.BLOCKED, Verdict.CLEAN, ()),
        "Night Bus": (Verdict.CLEAN, Verdict.BLOCKED, ("length.duration",)),
    }
    assert (found.examined, found.outdated) == (3, [])
    assert {one.recording.number for one in found.changes} == {"2026-0007"}
    assert verdicts() == before
    assert db.session.scalar(sa.select(sa.func.count()).select_from(AuditEntry)) == deeds


def test_only_the_intake_that_was_asked_for_is_looked_at(application: Application) -> None:
    check(application, "Night Bus")
    other = make_application(filled=False)
    publish(other, TWO_MINUTES)
    check(other, "Harbour")
    publish(other, FIVE_MINUTES)

    assert rechecking.preview(intake_id=application.intake_id).changes == []
    assert [one.recording.title for one in rechecking.preview().changes] == ["Harbour"]


def test_what_changes_is_judged_again_with_its_entry(application: Application) -> None:
    check(application, "Night Bus")
    publish(application, FIVE_MINUTES)

    assert rechecking.apply(rechecking.preview().changes) == 1

    assert verdicts() == [("Night Bus", Verdict.BLOCKED, Processing.CHECKED)]
    entry = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "recording.rejudge")).one()
    assert (entry.before, entry.after) == ({"verdict": "clean"}, {"verdict": "blocked"})
    assert rechecking.preview().changes == []


def test_reports_of_another_engine_or_shape_are_measured_again_and_not_judged(application: Application) -> None:
    older = check(application, "Harbour", engine="soundcheck-audio 0")
    shape = check(application, "Night Bus")
    with transaction():
        db.session.execute(
            sa.update(Report)
            .where(Report.file_version_id == shape.id)
            .values(schema_version=SCHEMA_VERSION + 1, body="{}")
        )
    publish(application, FIVE_MINUTES)

    found = rechecking.preview()

    assert found.changes == []
    assert {(name.title, engine) for name, engine in found.outdated} == {
        ("Harbour", "soundcheck-audio 0"),
        ("Night Bus", ENGINE),
    }
    assert rechecking.measure(found.outdated) == 2
    db.session.refresh(older)
    assert (older.state, older.generation) == (Processing.RECEIVED, 2)
    entry = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "recording.measure_again")).first()
    assert entry is not None
    assert (entry.actor_name, entry.reason) == ("system", rechecking.REASON)
    assert rechecking.preview().examined == 0


def test_the_command_line_says_it_in_lines(
    application: Application, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    check(application, "Night Bus")
    publish(application, FIVE_MINUTES)
    monkeypatch.setattr(bootstrap, "base_app", lambda: app)

    shown = run("recheck", "--intake", application.intake_id)
    assert shown.output.splitlines() == [
        "2026-0007 “Night Bus”: clean -> blocked (length.duration)",
        "1 of 1 recordings would change.",
        "Nothing was changed. --apply judges them again.",
    ]
    assert "1 were judged again." in run("recheck", "--apply").output
    assert run("recheck").output == "0 of 1 recordings would change.\n"
    assert "There is no intake nowhere." in run("recheck", "--intake", "nowhere").output


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, list(arguments))
