"""Reading applications. What lies inside one is read by `contents`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload

from portal.accounts.actor import Actor
from portal.applications.models import AccessCode, Application, EvidenceFile, Extension, GateAnswer
from portal.applications.states import ExtensionState
from portal.core.db import db
from portal.core.paging import PAGE_SIZE, Page, page_of
from portal.programmes import policy as programmes_policy
from portal.programmes import queries as programmes
from portal.programmes.models import Gate, Intake, Slot
from portal.programmes.states import IntakeState
from portal.recordings import queries as recordings
from portal.recordings.models import Recording

WHOLE = (
    joinedload(Application.intake).joinedload(Intake.programme),
    joinedload(Application.concentration),
    joinedload(Application.track),
    joinedload(Application.applicant),
)


@dataclass(frozen=True)
class PlacedRecording:
    """A recording in its slot and application."""

    application: Application
    slot: Slot
    recording: Recording


@dataclass(frozen=True)
class PlacedGate:
    """A requirement as it is put to one application."""

    application: Application
    gate: Gate


@dataclass(frozen=True)
class PlacedSlot:
    """A slot as it is put to one application."""

    application: Application
    slot: Slot


@dataclass(frozen=True)
class PlacedEvidence:
    """A PDF, the requirement that it proves, and the application."""

    application: Application
    gate: Gate
    evidence: EvidenceFile


def application(application_id: str) -> Application | None:
    """An application with its person, intake, programme, concentration and track. One query."""
    return db.session.scalar(sa.select(Application).where(Application.id == application_id).options(*WHOLE))


def applications_of(actor: Actor) -> Sequence[Application]:
    """A person's own applications, the nearest deadline first."""
    return db.session.scalars(
        sa.select(Application)
        .join(Application.intake)
        .where(Application.applicant_id == actor.person_id)
        .options(*WHOLE)
        .order_by(Intake.visible_deadline_at, Application.id)
    ).all()


def intakes_to_start(actor: Actor, *, now: datetime) -> list[Intake]:
    """Open intakes in which the person has no application yet, with their programmes, the nearest deadline first."""
    own = sa.select(Application.intake_id).where(Application.applicant_id == actor.person_id)
    intakes = db.session.scalars(
        sa.select(Intake)
        .join(Intake.programme)
        .where(Intake.state == IntakeState.PUBLISHED, Intake.start_cutoff_at >= now, Intake.id.not_in(own))
        .options(contains_eager(Intake.programme))
        .order_by(Intake.visible_deadline_at, Intake.id)
    )
    return [intake for intake in intakes if programmes_policy.may_start(intake, now)]


def public_intake(intake_id: str) -> Intake | None:
    """An intake that people may know of, with its programme: not one that is still being written."""
    found = programmes.intake(intake_id)
    return None if found is None or found.state is IntakeState.DRAFT else found


def placed_recording(recording_id: str) -> PlacedRecording | None:
    found = recordings.recording(recording_id)
    if found is None:
        return None
    whole = application(found.application_id)
    slot = db.session.get(Slot, found.slot_id)
    return PlacedRecording(whole, slot, found) if whole and slot else None


def placed_gate(application_id: str, gate_id: str) -> PlacedGate | None:
    """A requirement that this application's intake asks for today."""
    whole, gate = application(application_id), db.session.get(Gate, gate_id)
    if whole is None or gate is None or gate.intake_id != whole.intake_id or gate.archived_at is not None:
        return None
    return PlacedGate(whole, gate)


def placed_slot(application_id: str, slot_id: str) -> PlacedSlot | None:
    """A slot that is asked of this application today."""
    whole, slot = application(application_id), db.session.get(Slot, slot_id)
    if whole is None or slot is None or not is_asked(slot, whole):
        return None
    return PlacedSlot(whole, slot)


def is_asked(slot: Slot, application: Application) -> bool:
    """Whether a slot is for this application: of its intake, not archived, for everybody or for its concentration."""
    ours = slot.intake_id == application.intake_id and slot.archived_at is None
    return ours and slot.concentration_id in (None, application.concentration_id)


def placed_evidence(evidence_id: str) -> PlacedEvidence | None:
    """A PDF that has not been removed."""
    row = db.session.execute(
        sa.select(EvidenceFile, GateAnswer)
        .join(GateAnswer, GateAnswer.id == EvidenceFile.gate_answer_id)
        .where(EvidenceFile.id == evidence_id, EvidenceFile.removed_at.is_(None))
        .options(joinedload(GateAnswer.gate))
    ).one_or_none()
    if row is None:
        return None
    evidence, answer = row
    whole = application(answer.application_id)
    return PlacedEvidence(whole, answer.gate, evidence) if whole else None


def extension(extension_id: str) -> Extension | None:
    """A wish for more time, with its application, person and programme."""
    return db.session.scalar(
        sa.select(Extension).join(Extension.application).where(Extension.id == extension_id).options(*_WITH_APPLICATION)
    )


def extensions_asked(intake_id: str, *, limit: int = PAGE_SIZE) -> Sequence[Extension]:
    """Wishes that wait for an answer, all of drafts (`close_asked` sees to it); who asked first stands first."""
    return db.session.scalars(
        _extensions_in(intake_id)
        .where(Extension.state == ExtensionState.ASKED)
        .order_by(Extension.created_at, Extension.id)
        .limit(limit)
    ).all()


def extensions_asked_count(intake_ids: Sequence[str]) -> dict[str, int]:
    """How many wait for an answer, by intake id; an intake with none is left out."""
    rows = db.session.execute(
        sa.select(Application.intake_id, sa.func.count(Extension.id))
        .join(Extension, Extension.application_id == Application.id)
        .where(Application.intake_id.in_(intake_ids), Extension.state == ExtensionState.ASKED)
        .group_by(Application.intake_id)
    )
    return {row[0]: row[1] for row in rows}


def extensions_answered(intake_id: str, *, after: str | None = None) -> Page[Extension]:
    """What was granted, refused or taken back, the last answer first."""
    rows = (
        _extensions_in(intake_id)
        .where(Extension.state.not_in((ExtensionState.ASKED, ExtensionState.REPLACED)))
        .order_by(Extension.decided_at.desc(), Extension.id.desc())
        .limit(PAGE_SIZE + 1)
    )
    last = db.session.get(Extension, after) if after else None
    if last is not None and last.decided_at is not None:
        rows = rows.where(
            sa.or_(
                Extension.decided_at < last.decided_at,
                sa.and_(Extension.decided_at == last.decided_at, Extension.id < last.id),
            )
        )
    return page_of(db.session.scalars(rows).all(), key=lambda one: one.id)


def access_code(code_id: str) -> AccessCode | None:
    """A code with its intake."""
    return db.session.get(AccessCode, code_id, options=[joinedload(AccessCode.intake)])


def access_codes_of(intake_id: str) -> Sequence[AccessCode]:
    """The codes of an intake, the newest first. An office makes a handful."""
    return db.session.scalars(
        sa.select(AccessCode)
        .where(AccessCode.intake_id == intake_id)
        .order_by(AccessCode.created_at.desc(), AccessCode.id)
        .limit(MAX_CODES_SHOWN)
    ).all()


MAX_CODES_SHOWN = 200
_WITH_APPLICATION = (
    contains_eager(Extension.application).joinedload(Application.applicant),
    contains_eager(Extension.application).joinedload(Application.intake).joinedload(Intake.programme),
)


def _extensions_in(intake_id: str) -> sa.Select[Extension]:
    return (
        sa.select(Extension)
        .join(Extension.application)
        .where(Application.intake_id == intake_id)
        .options(*_WITH_APPLICATION, joinedload(Extension.access_code))
    )
