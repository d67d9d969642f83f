"""Programmes and what they ask for. Call inside `transaction()`; every default can be overridden by keyword."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import sqlalchemy as sa

from portal.accounts.models import Person, Role
from portal.accounts.states import SITE_ADMIN
from portal.checks.check import Severity
from portal.checks.evaluate import RuleSpec
from portal.core.db import db
from portal.programmes.models import Concentration, Criterion, Gate, Intake, Programme, Rubric, RuleSet, Slot, Track
from portal.programmes.states import GateKind, IntakeState
from portal.programmes.technical_rules import to_stored
from tests.factories.cast import make_person

NEW_YORK = "America/New_York"
# Sunday 22 November 2026, 17:00 in New York.
DEADLINE = datetime(2026, 11, 22, 22, 0, tzinfo=UTC)
DURING = DEADLINE - timedelta(days=5)

SAMPLE_RULES = (
    RuleSpec(
        check_key="length.duration", severity=Severity.BLOCK, params={"min_s": 120.0, "max_s": 360.0, "over_s": 5.0}
    ),
    RuleSpec(check_key="file.format", severity=Severity.BLOCK, params={"accepted": ["wav", "aiff", "flac"]}),
    RuleSpec(check_key="audio.sample_rate", severity=Severity.BLOCK, params={"min_hz": 44_100}),
    RuleSpec(check_key="audio.bit_depth", severity=Severity.BLOCK, params={"min_bits": 16}),
    RuleSpec(check_key="peak.clipping", severity=Severity.WARN),
)

_numbers = count(1)


def _add(row: Any) -> Any:
    db.session.add(row)
    db.session.flush()
    return row


def make_programme(**values: Any) -> Programme:
    defaults = {
        "slug": f"music-production-{next(_numbers)}",
        "title": "Music Production",
        "degree": "M.M.",
        "school": "School of Music",
        "summary": "Two years in the studio.",
    }
    row: Programme = _add(Programme(**(defaults | values)))
    return row


def make_concentration(programme: Programme, title: str = "Production", **values: Any) -> Concentration:
    defaults = {"key": title.lower(), "title": title, "position": next(_numbers)}
    row: Concentration = _add(Concentration(programme_id=programme.id, **(defaults | values)))
    return row


def make_track(programme: Programme, title: str = "Thesis", **values: Any) -> Track:
    defaults = {"key": title.lower(), "title": title, "position": next(_numbers)}
    row: Track = _add(Track(programme_id=programme.id, **(defaults | values)))
    return row


def make_intake(programme: Programme, *, deadline: datetime = DEADLINE, **values: Any) -> Intake:
    """An open intake: two months long, closing to new applications with the visible deadline, an hour of grace."""
    defaults = {
        "title": "Fall 2027",
        "state": IntakeState.PUBLISHED,
        "time_zone": NEW_YORK,
        "opens_at": deadline - timedelta(days=60),
        "start_cutoff_at": deadline,
        "visible_deadline_at": deadline,
        "grace_minutes": 60,
        "seats": 12,
    }
    row: Intake = _add(Intake(programme_id=programme.id, **(defaults | values)))
    return row


def make_slot(intake: Intake, title: str = "Sample recording", **values: Any) -> Slot:
    defaults = {"title": title, "position": next(_numbers), "min_items": 3, "max_items": 3}
    row: Slot = _add(Slot(intake_id=intake.id, **(defaults | values)))
    return row


def make_rule_set(slot: Slot, rules: Sequence[RuleSpec] = SAMPLE_RULES, *, version: int = 1) -> RuleSet:
    row: RuleSet = _add(RuleSet(slot_id=slot.id, version=version, rules=to_stored(rules)))
    return row


def make_gate(intake: Intake, title: str = "Bachelor's degree", **values: Any) -> Gate:
    defaults = {"kind": GateKind.DEGREE, "title": title, "position": next(_numbers), "question": "Which degree?"}
    row: Gate = _add(Gate(intake_id=intake.id, **(defaults | values)))
    return row


def make_rubric(
    intake: Intake,
    *,
    version: int = 1,
    concentration: Concentration | None = None,
    titles: Sequence[str] = ("Balance",),
) -> Rubric:
    criteria = [
        Criterion(position=index, title=title, anchors={"1": "Parts cover each other", "5": "Every part has its place"})
        for index, title in enumerate(titles)
    ]
    concentration_id = concentration.id if concentration else None
    row: Rubric = _add(
        Rubric(intake_id=intake.id, concentration_id=concentration_id, version=version, criteria=criteria)
    )
    return row


def make_complete_intake(programme: Programme, **values: Any) -> Intake:
    """An intake that can be published: a slot with rules, a gate, a rubric."""
    intake = make_intake(programme, **values)
    make_rule_set(make_slot(intake))
    make_gate(intake)
    make_rubric(intake)
    return intake


def make_site_admin(name: str = "Stella Site") -> Person:
    """Somebody who looks after the whole site and may add programmes."""
    person = make_person(name)
    person.roles.append(db.session.scalar(sa.select(Role).where(Role.name == SITE_ADMIN)) or Role(name=SITE_ADMIN))
    db.session.flush()
    return person
