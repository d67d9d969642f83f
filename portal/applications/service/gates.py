"""Answers to requirements with the PDFs that prove them, and what staff find."""

from __future__ import annotations

import math
from typing import Any, BinaryIO, cast

import sqlalchemy as sa

from portal.accounts.actor import Actor
from portal.applications import policy
from portal.applications.errors import NotAPdf, TooManyFiles
from portal.applications.models import Application, EvidenceFile, GateAnswer
from portal.applications.queries import PlacedEvidence, PlacedGate
from portal.applications.service.files import Prefixed, stored
from portal.applications.service.steps import editing
from portal.applications.states import GateState
from portal.core import audit, clock
from portal.core.db import compare_and_set, db, transaction
from portal.core.errors import Invalid, Stale
from portal.programmes.models import Gate
from portal.recordings.service.receive import clean_name
from portal.recordings.texts import paragraphs

KIND = "evidence"
PDF_HEAD = b"%PDF-"
MAX_EVIDENCE_BYTES = 10 * 1000**2
MAX_EVIDENCE_FILES = 5
MAX_ANSWER_CHARS = 5000
MAX_SCORE = 1_000_000
MAX_REASON_CHARS = 2000
REASONS_FOR = (GateState.FAILED, GateState.WAIVED)


def answer_gate(placed: PlacedGate, *, actor: Actor, answer: str, score: float | None) -> None:
    """Say how a requirement is met. A new answer has to be looked at anew. Raises Invalid."""
    answer = paragraphs(answer)
    _check_answer(answer, score)
    with editing(placed.application, actor=actor) as now:
        row = _answer_row(placed.application, placed.gate)
        if (row.answer, row.score) == (answer, score):
            return
        before = {"answer": row.answer, "score": row.score}
        row.answer, row.score, row.updated_at = answer, score, now
        _look_anew(row)
        _note_deed("answer", row, placed, actor, before=before, after={"answer": answer, "score": score})


def add_evidence(placed: PlacedGate, *, actor: Actor, original_name: str, stream: BinaryIO) -> EvidenceFile:
    """Keep a PDF beside an answer; its sending, as that of every file, begins by the deadline.

    Raises NotAllowed, NotAPdf, TooManyFiles, TooLarge, Unavailable.
    """
    begun_at = clock.now()
    policy.begin_file(actor, placed.application, begun_at).enforce()
    head = stream.read(len(PDF_HEAD))
    if head != PDF_HEAD:
        raise NotAPdf(
            "This file is not a PDF. Export or scan the document as PDF and send that.",
            fields={"evidence": "Only PDF files can be taken."},
        )
    name = clean_name(original_name or "evidence.pdf")
    whole = cast(BinaryIO, Prefixed(head, stream))
    with (
        stored(whole, kind=KIND, max_bytes=MAX_EVIDENCE_BYTES) as kept,
        editing(placed.application, actor=actor, begun_at=begun_at) as now,
    ):
        row = _answer_row(placed.application, placed.gate)
        if len(row.evidence) >= MAX_EVIDENCE_FILES:
            raise TooManyFiles(f"At most {MAX_EVIDENCE_FILES} files can prove one requirement. Remove one first.")
        evidence = EvidenceFile(
            gate_answer_id=row.id,
            original_name=name,
            storage_key=kept.key,
            size_bytes=kept.size_bytes,
            sha256=kept.sha256,
            created_at=now,
        )
        db.session.add(evidence)
        _look_anew(row)
        _note_deed("add_evidence", row, placed, actor, after={"name": name, "sha256": kept.sha256})
    return evidence


def remove_evidence(placed: PlacedEvidence, *, actor: Actor) -> None:
    """Take a PDF back. What was submitted with it stays in that receipt."""
    with editing(placed.application, actor=actor) as now:
        evidence = placed.evidence
        if not compare_and_set(EvidenceFile, evidence.id, expected={"removed_at": None}, values={"removed_at": now}):
            raise Stale
        row = _answer_row(placed.application, placed.gate)
        _look_anew(row)
        where = PlacedGate(placed.application, placed.gate)
        before = {"name": evidence.original_name, "sha256": evidence.sha256}
        _note_deed("remove_evidence", row, where, actor, before=before)


def set_gate(placed: PlacedGate, *, actor: Actor, state: GateState, reason: str = "") -> None:
    """Staff say whether a requirement is met. Failing and waiving need a reason. Raises Invalid."""
    reason = paragraphs(reason)
    if state in REASONS_FOR and not reason:
        raise Invalid("Give the reason; it stands in the file.", fields={"reason": "A reason is needed."})
    if len(reason) > MAX_REASON_CHARS:
        raise Invalid("Shorten the reason.", fields={"reason": f"At most {MAX_REASON_CHARS:,} characters."})
    with transaction():
        now = clock.now()
        policy.judge_gate(actor, placed.application, now).enforce()
        # The applicant may be answering for the first time just now: both would make the row.
        db.session.get(Application, placed.application.id, with_for_update=True)
        row = _answer_row(placed.application, placed.gate)
        before = {"state": row.state.value, "reason": row.reason}
        row.state, row.reason = state, reason
        row.checked_by_id, row.checked_at = actor.person_id, now
        after = {"state": state.value, "reason": reason}
        _note_deed("judge", row, placed, actor, before=before, after=after, reason=reason)


def _check_answer(answer: str, score: float | None) -> None:
    if len(answer) > MAX_ANSWER_CHARS:
        raise Invalid(
            "Shorten the answer.",
            fields={"answer": f"At most {MAX_ANSWER_CHARS:,} characters; it has {len(answer):,}."},
        )
    if score is not None and not (math.isfinite(score) and 0 <= score <= MAX_SCORE):
        raise Invalid("Enter the score as a number.", fields={"score": "A number such as 7.5 is needed."})


def _answer_row(application: Application, gate: Gate) -> GateAnswer:
    """The row of an answer, locked against a second writer; made when it is first needed."""
    found = sa.select(GateAnswer).where(GateAnswer.application_id == application.id, GateAnswer.gate_id == gate.id)
    row = db.session.scalar(found.with_for_update())
    if row is None:
        row = GateAnswer(application_id=application.id, gate_id=gate.id, state=GateState.UNKNOWN, answer="", reason="")
        db.session.add(row)
        db.session.flush()
    return row


def _look_anew(row: GateAnswer) -> None:
    """A finding belongs to the answer that was looked at; only a waiver outlives a new one."""
    if row.state is not GateState.WAIVED:
        row.state, row.checked_by_id, row.checked_at, row.reason = GateState.UNKNOWN, None, None, ""


def _note_deed(
    verb: str,
    row: GateAnswer,
    placed: PlacedGate,
    actor: Actor,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    reason: str = "",
) -> None:
    audit.record(
        f"gate.{verb}",
        row,
        actor=actor,
        before={"gate": placed.gate.title, **(before or {})},
        after=after,
        reason=reason,
        application_id=placed.application.id,
        programme_id=placed.application.intake.programme_id,
    )
