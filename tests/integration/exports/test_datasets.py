"""What stands in each export, row by row, and that its cost does not grow with every row."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from portal.applications.models import AccessCode, Application, Extension
from portal.applications.states import ApplicationState, ExtensionState, GateState
from portal.checks.evaluate import Verdict
from portal.core import clock
from portal.core.audit import AuditEntry
from portal.core.db import db, transaction
from portal.core.errors import NotAllowed, NotFound
from portal.decisions.service.confirming import confirm
from portal.decisions.service.drafting import Proposal, draft
from portal.decisions.states import OutcomeKind
from portal.exports import service, writing
from portal.exports.catalogue import get_dataset
from portal.exports.format import get_format
from portal.programmes.models import Slot
from portal.recordings.models import FileVersion
from portal.recordings.queries import version
from portal.recordings.service.waiving import waive
from portal.reviews.models import JudgedFile, Review
from portal.reviews.states import AssignmentState
from tests.factories.decisions import School, make_application, make_recording, make_review, make_school
from tests.factories.programmes import DEADLINE

NOW = datetime.fromisoformat("2026-12-10T09:00:00+00:00")
BLOCKED = {"check_key": "peak.true_peak", "state": "fail", "severity": "block", "effect": "block"}


@pytest.fixture
def school(session: Session) -> School:
    return make_school()


def exported(school: School, dataset: str, form: str = "csv") -> bytes:
    db.session.rollback()
    ready = service.export_now(school.intake, actor=school.grace, dataset_key=dataset, format_key=form)
    with ready.stream as stream:
        return stream.read()


def lines(school: School, dataset: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(exported(school, dataset).decode("utf-8-sig"), newline="")))


def decide(school: School, application_id: str) -> None:
    application = db.session.get_one(Application, application_id)
    proposal = Proposal(OutcomeKind.ADMIT_WITH_CONDITIONS, "Good ears.", "Send the diploma.")
    confirm(draft(application, actor=school.grace, proposal=proposal), actor=school.frank)


def test_a_decision_with_all_that_it_stands_on(school: School) -> None:
    gates = (GateState.PASSED, GateState.WAIVED, GateState.UNKNOWN)
    ada = make_application(
        school, "Ada Lovelace", number="A1", scores=[80.0, 90.0, 85.5], gates=gates, email="ada@example.org"
    )
    make_application(school, "Ben Britten", number="B2", state=ApplicationState.DRAFT, gates=())
    with clock.frozen(NOW):
        decide(school, ada)

    first, second = lines(school, "decisions")

    assert first == {
        "application_number": "A1",
        "applicant_name": "Ada Lovelace",
        "applicant_email": "ada@example.org",
        "concentration": "Production",
        "track": "Thesis",
        "application_state": "decided",
        "submitted_at": "2026-11-22T19:00:00Z",
        "deadline_at": "2026-11-22T22:00:00Z",
        "deadline_is_own": "false",
        "extended_until": "",
        "extension_reason": "",
        "reopened_until": "",
        "began_with_access_code": "false",
        "gates_overall": "unknown",
        "gates_failed": "",
        "gates_unknown": "Entrance exam; Admission form",
        "gates_waived": "Background in music",
        "reviews_in": "3",
        "reviews_wanted": "3",
        "mean_score": "85.1667",
        "median_score": "85.5",
        "score_spread": "10.0",
        "score_standard_deviation": "5.0083",
        "rank": "1",
        "rank_is_shared": "false",
        "outcome": "admit_with_conditions",
        "decision_state": "confirmed",
        "decision_reason": "Good ears.",
        "decision_conditions": "Send the diploma.",
        "drafted_by": school.grace.name,
        "drafted_at": "2026-12-10T09:00:00Z",
        "confirmed_by": school.frank.name,
        "confirmed_at": "2026-12-10T09:00:00Z",
        "released_by": "",
        "released_at": "",
        "time_zone": "America/New_York",
    }
    empty = ("submitted_at", "mean_score", "rank", "outcome", "drafted_by")
    assert (second["application_number"], [second[name] for name in empty]) == ("B2", [""] * 5)
    assert second["gates_unknown"].count(";") == 3


def test_a_deadline_of_ones_own_is_told_with_its_reason(school: School) -> None:
    ada = make_application(school, "Ada Lovelace", number="A1")
    make_application(school, "Ben Britten", number="B2")
    later = DEADLINE + timedelta(days=9)
    with transaction():
        db.session.get_one(Application, ada).extended_until = later
        code = AccessCode(
            intake_id=school.intake_id,
            code="K7MQ24XHTP",
            expires_at=DEADLINE,
            deadline_at=later,
            created_by_id=school.grace.person_id,
        )
        db.session.add(code)
        db.session.flush()
        for state, answer, code_id in (
            (ExtensionState.REPLACED, "Begun with the access code K7MQ2-4XHTP.", code.id),
            (ExtensionState.REFUSED, "Too late.", None),
            (ExtensionState.GRANTED, "Ill for a week.", None),
        ):
            db.session.add(Extension(application_id=ada, state=state, answer=answer, access_code_id=code_id))

    first, second = lines(school, "decisions")

    assert (first["deadline_at"], first["deadline_is_own"]) == ("2026-12-01T22:00:00Z", "true")
    assert (first["extended_until"], first["extension_reason"]) == ("2026-12-01T22:00:00Z", "Ill for a week.")
    assert (first["reopened_until"], first["began_with_access_code"]) == ("", "true")
    assert (second["deadline_at"], second["deadline_is_own"]) == ("2026-11-22T22:00:00Z", "false")
    assert (second["extension_reason"], second["began_with_access_code"]) == ("", "false")


def judged(version_id: str) -> None:
    """Every review so far is about this version."""
    with transaction():
        db.session.get_one(FileVersion, version_id).submitted_at = DEADLINE - timedelta(hours=3)
        for review_id in db.session.scalars(sa.select(Review.id)):
            db.session.add(JudgedFile(review_id=review_id, file_version_id=version_id))


def test_scores_name_the_files_that_they_are_about_and_no_applicant(school: School) -> None:
    make_application(school, "Ada Lovelace", number="A1", scores=[80.0])
    judged(db.session.scalars(sa.select(FileVersion.id)).one())

    balance, space = lines(school, "scores")

    slot = db.session.get_one(Slot, school.slot_id).title
    said = f"{slot}: version 1, sent 2026-11-22T19:00:00Z, SHA-256 {'ab' * 32}"
    assert (balance["judged_files"], space["judged_files"]) == (said, said)
    told = " ".join([*balance.values(), *space.values()]).casefold()
    assert [one for one in ("ada", "lovelace", "night bus", ".wav") if one in told] == []


def test_scores_hold_submitted_reviews_alone(school: School) -> None:
    ada = make_application(school, "Ada Lovelace", number="A1", scores=[80.0])
    with transaction():
        make_review(school, ada, school.reviewer_ids[1], 1.0, state=AssignmentState.IN_PROGRESS)

    balance, space = lines(school, "scores")

    assert (balance["application_number"], balance["criterion"], balance["points"]) == ("A1", "Balance", "4")
    assert (balance["weight"], balance["scale_min"], balance["scale_max"]) == ("2", "1", "5")
    assert (balance["could_not_judge"], balance["remark"], balance["overall_score"]) == ("false", "Parts fit", "80.0")
    assert balance["reviewer_name"] == "Clara Voss"
    assert (space["criterion"], space["points"], space["could_not_judge"]) == ("Space", "", "true")


def test_outcomes_say_what_was_measured_and_what_was_waived(school: School) -> None:
    ada = make_application(school, "Ada Lovelace", number="A1")
    finding = BLOCKED | {"value": 0.8, "unit": "dBTP", "limit": "at most -1 dBTP", "message": "The peaks are too high."}
    with transaction():
        version_id = make_recording(school, ada, verdict=Verdict.BLOCKED, findings=[finding], title="-1 (intro)")
        make_review(school, ada, school.reviewer_ids[0], 80.0)
        make_review(school, ada, school.reviewer_ids[1], 1.0, state=AssignmentState.IN_PROGRESS)
    judged(version_id)
    waive(version(version_id), check_key="peak.true_peak", reason="It is meant like that.", actor=school.grace)  # type: ignore[arg-type]

    (line,) = lines(school, "outcomes")

    assert line["recording_title"] == "'-1 (intro)"
    assert (line["value"], line["unit"], line["limit"]) == ("0.8", "dBTP", "'at most -1 dBTP".removeprefix("'"))
    assert (line["check_key"], line["state"], line["effect"]) == ("peak.true_peak", "fail", "block")
    assert (line["waived"], line["waiver_reason"]) == ("true", "It is meant like that.")
    assert (line["file_verdict"], line["rules_version"], line["duration_s"]) == ("blocked", "1", "185.25")
    assert (line["file_received_at"], line["file_sent_at"]) == ("2026-11-22T18:00:00Z", "2026-11-22T19:00:00Z")
    assert (line["file_version"], line["file_sha256"], line["reviews_of_file"]) == ("1", "ab" * 32, "1")


@pytest.mark.parametrize("dataset", ["decisions", "scores", "outcomes"])
@pytest.mark.parametrize("form", ["csv", "xlsx", "json"])
def test_every_export_in_every_format_even_of_nothing(school: School, dataset: str, form: str) -> None:
    body = exported(school, dataset, form)

    assert body.startswith({"csv": b"\xef\xbb\xbf", "xlsx": b"PK", "json": b'{"schema_version": 1'}[form])


@pytest.mark.parametrize("dataset", ["decisions", "scores", "outcomes"])
def test_thirty_cost_as_many_queries_as_one(school: School, dataset: str) -> None:
    def queries() -> Sequence[str]:
        statements: list[str] = []

        def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
            statements.append(statement)

        sa.event.listen(db.engine, "before_cursor_execute", note)
        try:
            writing.write(
                io.BytesIO(), dataset=get_dataset(dataset), form=get_format("csv"), intake_id=school.intake_id
            )
        finally:
            sa.event.remove(db.engine, "before_cursor_execute", note)
        return [s for s in statements if s.lstrip().startswith(("SELECT", "DECLARE", "FETCH"))]

    def add(name: str) -> None:
        ada = make_application(school, name, scores=[50.0, 60.0])
        with transaction():
            make_recording(school, ada, findings=[BLOCKED])

    add("Ada")
    one = len(queries())
    for i in range(29):
        add(f"Person{i}")

    assert len(queries()) == one
    assert one <= 7


def test_another_intakes_rows_are_not_in_it(school: School) -> None:
    make_application(make_school(), "Elsewhere", scores=[1.0])

    assert lines(school, "decisions") == []
    assert lines(school, "scores") == []


def test_only_admins_of_the_programme_and_every_download_is_on_record(school: School) -> None:
    make_application(school, number="A1")
    for actor in (school.frank, school.heidi):
        with pytest.raises(NotAllowed, match="Only the administrators"):
            service.export_now(school.intake, actor=actor, dataset_key="decisions", format_key="csv")
    with pytest.raises(NotFound):
        service.export_now(school.intake, actor=school.grace, dataset_key="everything", format_key="csv")

    exported(school, "decisions", "json")

    (entry,) = db.session.scalars(sa.select(AuditEntry)).all()
    assert (entry.action, entry.actor_id, entry.programme_id) == (
        "export.download",
        school.grace.person_id,
        school.programme_id,
    )
    assert entry.after == {"dataset": "decisions", "format": "json", "rows": 1}


def test_the_file_says_where_it_comes_from(school: School) -> None:
    with clock.frozen(DEADLINE):
        found = json.loads(exported(school, "scores", "json"))

    assert (found["programme"], found["intake"]) == ("M.M. Music Production", "Fall 2027")
    assert (found["time_zone"], found["exported_at"]) == ("America/New_York", "2026-11-22T22:00:00Z")


def test_the_name_of_a_file_travels_safely_in_a_header(school: School, app: Flask) -> None:
    with transaction():
        school.intake.title = 'Fall "2027"\r\nX: y; ü/../'
    ready = service.export_now(school.intake, actor=school.grace, dataset_key="scores", format_key="xlsx")
    ready.stream.close()

    assert ready.name.endswith("fall-2027-x-y-scores.xlsx")
