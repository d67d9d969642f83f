"""Reading programmes and what they ask for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from portal.accounts.actor import Actor
from portal.accounts.states import StaffRole
from portal.core.db import db
from portal.programmes import policy
from portal.programmes.models import Concentration, Gate, Intake, Programme, Rubric, RuleSet, Slot, Track
from portal.programmes.states import IntakeState


@dataclass(frozen=True)
class Listing:
    """A programme with the intake that a visitor is most likely to ask for."""

    programme: Programme
    intake: Intake


# --- for everybody ---------------------------------------------------------------------------------------------------


def published_programmes(*, now: datetime) -> list[Listing]:
    """Programmes with a published or closed intake: open ones first, then by title. Three queries."""
    programmes = db.session.scalars(
        sa.select(Programme)
        .where(Programme.intakes.any(Intake.state != IntakeState.DRAFT))
        .options(selectinload(Programme.intakes), selectinload(Programme.concentrations))
    ).all()
    listings = [Listing(programme, intake) for programme in programmes if (intake := shown_intake(programme, now=now))]
    return sorted(
        listings, key=lambda one: (not policy.is_open(one.intake, now), one.programme.title, one.programme.id)
    )


def programme_by_slug(slug: str) -> Programme | None:
    """A programme with all that its public page names, whether or not it is public yet."""
    return db.session.scalar(
        sa.select(Programme)
        .where(Programme.slug == slug)
        .options(
            selectinload(Programme.intakes),
            selectinload(Programme.concentrations),
            selectinload(Programme.tracks),
        )
    )


def shown_intake(programme: Programme, *, now: datetime) -> Intake | None:
    """The intake that a public page is about: an open one, else the next one to open, else the last one. Never a draft.

    Pure: chooses among `programme.intakes`.
    """
    intakes = [intake for intake in programme.intakes if intake.state is not IntakeState.DRAFT]
    open_now = [intake for intake in intakes if policy.is_open(intake, now)]
    if open_now:
        return min(open_now, key=lambda intake: (intake.visible_deadline_at, intake.id))
    coming = [intake for intake in intakes if intake.state is IntakeState.PUBLISHED and intake.opens_at > now]
    if coming:
        return min(coming, key=lambda intake: (intake.opens_at, intake.id))
    return max(intakes, key=lambda intake: (intake.hard_deadline_at, intake.id), default=None)


def open_intakes(programme_id: str, *, now: datetime) -> list[Intake]:
    """Intakes in which an application can be started or submitted, the nearest deadline first."""
    published = db.session.scalars(
        sa.select(Intake)
        .where(Intake.programme_id == programme_id, Intake.state == IntakeState.PUBLISHED)
        .order_by(Intake.visible_deadline_at, Intake.id)
    )
    return [intake for intake in published if policy.is_open(intake, now)]


# --- one thing by its id ---------------------------------------------------------------------------------------------


def programme(programme_id: str) -> Programme | None:
    return db.session.get(Programme, programme_id)


def intake(intake_id: str) -> Intake | None:
    """An intake together with its programme."""
    return db.session.get(Intake, intake_id, options=[joinedload(Intake.programme)])


def slot(slot_id: str) -> Slot | None:
    """A slot together with its intake and programme."""
    return db.session.get(Slot, slot_id, options=[joinedload(Slot.intake).joinedload(Intake.programme)])


def gate(gate_id: str) -> Gate | None:
    """A gate together with its intake and programme."""
    return db.session.get(Gate, gate_id, options=[joinedload(Gate.intake).joinedload(Intake.programme)])


# --- what an intake asks for -----------------------------------------------------------------------------------------


def slots_for(intake: Intake, *, concentration_id: str | None) -> Sequence[Slot]:
    """Slots asked of everybody and those of the concentration, in order; archived ones are left out."""
    asked = sa.or_(Slot.concentration_id.is_(None), Slot.concentration_id == concentration_id)
    return db.session.scalars(
        sa.select(Slot)
        .where(Slot.intake_id == intake.id, Slot.archived_at.is_(None), asked)
        .order_by(Slot.position, Slot.id)
    ).all()


def all_slots(intake: Intake, *, archived: bool = False) -> Sequence[Slot]:
    """Every slot of an intake with its rule sets, in order. Two queries."""
    return db.session.scalars(
        sa.select(Slot)
        .where(Slot.intake_id == intake.id, Slot.archived_at.is_not(None) if archived else Slot.archived_at.is_(None))
        .options(selectinload(Slot.rule_sets))
        .order_by(Slot.position, Slot.id)
    ).all()


def current_rule_set(slot_id: str) -> RuleSet | None:
    """The newest technical rules of a slot; None when none were ever published."""
    return db.session.scalar(
        sa.select(RuleSet).where(RuleSet.slot_id == slot_id).order_by(RuleSet.version.desc()).limit(1)
    )


def current_rule_sets(slot_ids: Sequence[str]) -> dict[str, RuleSet]:
    """The newest technical rules of several slots, by slot id. One query."""
    newest = (
        sa.select(RuleSet.slot_id, sa.func.max(RuleSet.version).label("version"))
        .where(RuleSet.slot_id.in_(slot_ids))
        .group_by(RuleSet.slot_id)
        .subquery()
    )
    found = db.session.scalars(
        sa.select(RuleSet).join(newest, (RuleSet.slot_id == newest.c.slot_id) & (RuleSet.version == newest.c.version))
    )
    return {rule_set.slot_id: rule_set for rule_set in found}


def rule_sets_of(slot_id: str) -> Sequence[RuleSet]:
    """All versions of a slot's technical rules, the newest first."""
    return db.session.scalars(
        sa.select(RuleSet).where(RuleSet.slot_id == slot_id).order_by(RuleSet.version.desc())
    ).all()


def gates_of(intake: Intake, *, archived: bool = False) -> Sequence[Gate]:
    """The requirements of an intake, in order."""
    return db.session.scalars(
        sa.select(Gate)
        .where(Gate.intake_id == intake.id, Gate.archived_at.is_not(None) if archived else Gate.archived_at.is_(None))
        .order_by(Gate.position, Gate.id)
    ).all()


def rubric_for(intake: Intake, *, concentration_id: str | None) -> Rubric | None:
    """What faculty score: the newest version of the concentration's own rubric, else of the general one."""
    rubrics = current_rubrics(intake)
    own = rubrics.get(concentration_id) if concentration_id is not None else None
    return own or rubrics.get(None)


def current_rubrics(intake: Intake) -> dict[str | None, Rubric]:
    """The newest rubric by concentration id; the general one stands under None. Two queries."""
    versions = db.session.scalars(
        sa.select(Rubric)
        .where(Rubric.intake_id == intake.id)
        .options(selectinload(Rubric.criteria))
        .order_by(Rubric.version)
    )
    return {rubric.concentration_id: rubric for rubric in versions}


def rubric_versions(intake: Intake, *, concentration_id: str | None) -> Sequence[Rubric]:
    """All versions of one rubric with their criteria, the newest first."""
    same = (
        Rubric.concentration_id.is_(None) if concentration_id is None else Rubric.concentration_id == concentration_id
    )
    return db.session.scalars(
        sa.select(Rubric)
        .where(Rubric.intake_id == intake.id, same)
        .options(selectinload(Rubric.criteria))
        .order_by(Rubric.version.desc())
    ).all()


def concentrations_of(programme_id: str, *, active_only: bool = True) -> Sequence[Concentration]:
    """In order; those that are no longer offered only when asked for."""
    wanted = [Concentration.programme_id == programme_id, *([Concentration.active] if active_only else [])]
    return db.session.scalars(
        sa.select(Concentration).where(*wanted).order_by(Concentration.position, Concentration.id)
    ).all()


def tracks_of(programme_id: str, *, active_only: bool = True) -> Sequence[Track]:
    """In order; those that are no longer offered only when asked for."""
    wanted = [Track.programme_id == programme_id, *([Track.active] if active_only else [])]
    return db.session.scalars(sa.select(Track).where(*wanted).order_by(Track.position, Track.id)).all()


# --- for staff -------------------------------------------------------------------------------------------------------


def programmes_edited_by(actor: Actor) -> Sequence[Programme]:
    """Programmes that the actor may edit, with their intakes, by title; all of them for a site admin."""
    chosen = sa.select(Programme).options(selectinload(Programme.intakes)).order_by(Programme.title, Programme.id)
    if not actor.site_admin:
        chosen = chosen.where(Programme.id.in_(actor.programmes_as(StaffRole.ADMIN)))
    return db.session.scalars(chosen).all()


def intakes_for(actor: Actor, *roles: StaffRole) -> Sequence[Intake]:
    """Intakes of the programmes in which the actor has any of the roles, with the programme, the latest first."""
    return db.session.scalars(
        sa.select(Intake)
        .join(Intake.programme)
        .where(Intake.programme_id.in_(actor.programmes_as(*roles)))
        .options(contains_eager(Intake.programme))
        .order_by(Intake.opens_at.desc(), Intake.id)
    ).all()
