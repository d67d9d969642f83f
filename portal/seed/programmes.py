"""The two programmes of the demo, made by the same commands that the office uses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from portal.accounts.actor import Actor
from portal.checks.evaluate import RuleSpec
from portal.checks.preset import all_presets
from portal.programmes.models import Intake, Programme
from portal.programmes.service import gates, intakes, programmes, rubrics, rule_sets, slots
from portal.programmes.states import GateKind
from portal.programmes.terms import CriterionTerms, GateTerms, IntakeTerms, PathTerms, ProgrammeTerms, SlotTerms
from portal.seed import texts
from portal.seed.cast import ACOUSTICS, PRODUCTION

ZONES = {PRODUCTION: "America/New_York", ACOUSTICS: "Europe/London"}
DEGREES = {PRODUCTION: ("Music Production", "M.M."), ACOUSTICS: ("Audio Science", "M.S.")}
MB = 1000**2


def add_programmes(actor: Actor, *, now: datetime) -> dict[str, Programme]:
    """Both programmes with an open intake each; `now` is the moment at which the demo is shown."""
    return {slug: _programme(slug, actor, now) for slug in (PRODUCTION, ACOUSTICS)}


def _programme(slug: str, actor: Actor, now: datetime) -> Programme:
    title, degree = DEGREES[slug]
    prose = texts.PROSE[slug]
    made = programmes.create(
        ProgrammeTerms(slug=slug, title=title, degree=degree, school="Northbridge Conservatory", **prose), actor=actor
    )
    paths = [PathTerms(title=name, description=about) for name, about in texts.CONCENTRATIONS[slug]]
    programmes.save_concentrations(made, paths, actor=actor)
    tracks = [PathTerms(title=name, description=about) for name, about in texts.TRACKS]
    programmes.save_tracks(made, tracks, actor=actor)
    intake = _intake(made, slug, actor, now)
    _slots(intake, slug, actor)
    for kind, gate_title, question, evidence, minimum in texts.GATES[slug]:
        terms = GateTerms(
            kind=GateKind(kind), title=gate_title, question=question, evidence_required=evidence, minimum_score=minimum
        )
        gates.add(intake, terms, actor=actor)
    _rubrics(made, intake, slug, actor)
    intakes.publish(intake, actor=actor)
    return made


def _intake(programme: Programme, slug: str, actor: Actor, now: datetime) -> Intake:
    zone = ZoneInfo(ZONES[slug])
    deadline = (now.astimezone(zone) + timedelta(days=23)).replace(hour=23, minute=59, second=0, microsecond=0)
    terms = IntakeTerms(
        title=f"Autumn {deadline.year + 1 if deadline.month > 6 else deadline.year}",
        time_zone=ZONES[slug],
        opens_at=deadline - timedelta(days=75),
        start_cutoff_at=deadline - timedelta(hours=6),
        visible_deadline_at=deadline,
        grace_minutes=60,
        seats=6 if slug == PRODUCTION else 4,
        reviews_wanted=3 if slug == PRODUCTION else 2,
    )
    return intakes.create(programme, terms, actor=actor)


def _slots(intake: Intake, slug: str, actor: Actor) -> None:
    concentrations = {row.title: row.id for row in intake.programme.concentrations}
    for title, description, concentration, least, most, preset, changes in texts.SLOTS[slug]:
        terms = SlotTerms(
            title=title,
            description=description,
            concentration_id=concentrations[concentration] if concentration else None,
            min_items=least,
            max_items=most,
            max_bytes=600 * MB,
            note_max_words=250,
        )
        slot = slots.add(intake, terms, actor=actor)
        source = all_presets()[preset]
        rule_sets.publish(
            slot,
            _adapted(source.rules, changes),
            expected_version=0,
            based_on=f"{source.name}, {source.dated}",
            actor=actor,
        )


def _adapted(rules: tuple[RuleSpec, ...], changes: Mapping[str, Mapping[str, Any]]) -> list[RuleSpec]:
    """The preset's rules with some parameters of our own."""
    return [
        replace(rule, params={**rule.params, **changes[rule.check_key]}) if rule.check_key in changes else rule
        for rule in rules
    ]


def _rubrics(programme: Programme, intake: Intake, slug: str, actor: Actor) -> None:
    concentrations = {row.title: row.id for row in programme.concentrations}
    for concentration, criteria in texts.RUBRICS[slug].items():
        terms = [
            CriterionTerms(title=title, description=about, weight=weight, anchors=anchors)
            for title, about, weight, anchors in criteria
        ]
        rubrics.publish(
            intake,
            terms,
            concentration_id=concentrations[concentration] if concentration else None,
            expected_version=0,
            actor=actor,
        )
