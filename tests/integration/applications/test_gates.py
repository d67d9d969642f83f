"""Answers to requirements, the PDFs behind them, and what staff find."""

from io import BytesIO

import pytest
from sqlalchemy.orm import Session

from portal.applications import queries
from portal.applications.errors import NotAPdf, TooManyFiles
from portal.applications.models import Application, GateAnswer
from portal.applications.queries import PlacedGate
from portal.applications.service.gates import (
    MAX_EVIDENCE_BYTES,
    MAX_EVIDENCE_FILES,
    add_evidence,
    answer_gate,
    remove_evidence,
    set_gate,
)
from portal.applications.states import ApplicationState, GateState
from portal.core.audit import AuditEntry
from portal.core.errors import Invalid, NotAllowed, TooLarge
from portal.core.storage import storage
from tests.factories.applications import make_application, make_draft
from tests.factories.cast import acting_as, make_staff

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\nthe rest"


def degree_of(application: Application) -> PlacedGate:
    placed = queries.placed_gate(application.id, application.intake.gates[0].id)
    assert placed is not None
    return placed


def answer_of(placed: PlacedGate) -> GateAnswer:
    return next(a for a in placed.application.gate_answers if a.gate_id == placed.gate.id)


def test_an_answer_is_kept_and_changed(world: Session) -> None:
    placed = degree_of(make_draft())
    actor = acting_as(placed.application.applicant)
    answer_gate(placed, actor=actor, answer="B.A.\r\nLakeside ", score=None)
    answer_gate(placed, actor=actor, answer="B.Mus.\nLakeside", score=3.4)
    kept = answer_of(placed)
    assert (kept.answer, kept.score, kept.state) == ("B.Mus.\nLakeside", 3.4, GateState.UNKNOWN)
    entries = world.query(AuditEntry).filter_by(action="gate.answer").order_by(AuditEntry.id).all()
    assert [(e.before["answer"], e.after["answer"]) for e in entries] == [
        ("", "B.A.\nLakeside"),
        ("B.A.\nLakeside", "B.Mus.\nLakeside"),
    ]


def test_a_score_is_a_number(world: Session) -> None:
    placed = degree_of(make_draft())
    for score in (float("nan"), float("inf"), -1.0):
        with pytest.raises(Invalid) as refusal:
            answer_gate(placed, actor=acting_as(placed.application.applicant), answer="", score=score)
        assert "score" in refusal.value.fields


def test_a_pdf_is_stored_with_its_hash_and_comes_back_whole(world: Session) -> None:
    placed = degree_of(make_draft())
    actor = acting_as(placed.application.applicant)
    evidence = add_evidence(placed, actor=actor, original_name="C:\\docs\\diploma\n.pdf", stream=BytesIO(PDF))
    assert (evidence.original_name, evidence.size_bytes) == ("diploma.pdf", len(PDF))
    with storage().open(evidence.storage_key) as kept:
        assert kept.read() == PDF


def test_only_pdf_is_taken_whatever_its_name(world: Session) -> None:
    placed = degree_of(make_draft())
    for body in (b"PK\x03\x04 a document", b"", b"%PD", b" %PDF-1.4"):
        with pytest.raises(NotAPdf, match="not a PDF"):
            add_evidence(
                placed, actor=acting_as(placed.application.applicant), original_name="a.pdf", stream=BytesIO(body)
            )
    assert list(storage().keys("evidence")) == []


def test_a_pdf_that_is_too_large_leaves_nothing_behind(world: Session) -> None:
    placed = degree_of(make_draft())
    with pytest.raises(TooLarge):
        add_evidence(
            placed,
            actor=acting_as(placed.application.applicant),
            original_name="a.pdf",
            stream=BytesIO(PDF + bytes(MAX_EVIDENCE_BYTES)),
        )
    assert list(storage().keys("evidence")) == []


def test_five_files_prove_a_requirement_and_no_sixth(world: Session) -> None:
    placed = degree_of(make_draft())
    actor = acting_as(placed.application.applicant)
    for number in range(MAX_EVIDENCE_FILES):
        add_evidence(placed, actor=actor, original_name=f"{number}.pdf", stream=BytesIO(PDF))
    with pytest.raises(TooManyFiles, match="At most 5"):
        add_evidence(placed, actor=actor, original_name="6.pdf", stream=BytesIO(PDF))
    assert len(list(storage().keys("evidence"))) == MAX_EVIDENCE_FILES


def test_a_removed_pdf_is_gone_from_the_answer(world: Session) -> None:
    application = make_application()
    evidence = application.gate_answers[0].evidence[0]
    placed = queries.placed_evidence(evidence.id)
    assert placed is not None
    remove_evidence(placed, actor=acting_as(application.applicant))
    assert queries.placed_evidence(evidence.id) is None
    assert answer_of(degree_of(application)).evidence == []


def test_staff_say_whether_a_requirement_is_met_with_a_reason_where_it_hurts(world: Session) -> None:
    placed = degree_of(make_application(state=ApplicationState.SUBMITTED))
    grace = acting_as(make_staff("Grace", placed.application.intake.programme_id))
    set_gate(placed, actor=grace, state=GateState.PASSED)
    for state in (GateState.FAILED, GateState.WAIVED):
        with pytest.raises(Invalid) as refusal:
            set_gate(placed, actor=grace, state=state, reason="  ")
        assert "reason" in refusal.value.fields
    set_gate(placed, actor=grace, state=GateState.WAIVED, reason="Twenty years of practice.")
    kept = answer_of(placed)
    assert (kept.state, kept.reason, kept.checked_by_id) == (
        GateState.WAIVED,
        "Twenty years of practice.",
        grace.person_id,
    )
    entry = world.query(AuditEntry).filter_by(action="gate.judge").order_by(AuditEntry.id.desc()).first()
    assert entry is not None
    assert (entry.before["state"], entry.after["state"]) == ("passed", "waived")


def test_staff_of_another_programme_and_faculty_do_not_judge(world: Session) -> None:
    placed = degree_of(make_application(state=ApplicationState.SUBMITTED))
    elsewhere = make_application().intake.programme_id
    for person in (make_staff("Heidi", elsewhere), make_staff("Clara", placed.application.intake.programme_id)):
        with pytest.raises(NotAllowed):
            set_gate(placed, actor=acting_as(person), state=GateState.PASSED)
    assert answer_of(placed).state is GateState.UNKNOWN


def test_a_new_answer_is_looked_at_anew_but_a_waiver_stays(world: Session) -> None:
    placed = degree_of(make_application())
    actor = acting_as(placed.application.applicant)
    grace = acting_as(make_staff("Grace", placed.application.intake.programme_id))
    set_gate(placed, actor=grace, state=GateState.PASSED)
    answer_gate(placed, actor=actor, answer="Something else", score=None)
    assert answer_of(placed).state is GateState.UNKNOWN
    set_gate(placed, actor=grace, state=GateState.WAIVED, reason="By the dean.")
    answer_gate(placed, actor=actor, answer="Something else again", score=None)
    assert answer_of(placed).state is GateState.WAIVED
