"""Every command: what it changes, what it refuses, what the audit says of it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from portal.core.audit import AuditEntry
from portal.core.db import db, transaction
from portal.core.errors import Invalid, NotAllowed, Stale
from portal.programmes import queries
from portal.programmes.errors import NotReadyToPublish, SlugTaken
from portal.programmes.models import Programme
from portal.programmes.service import gates, intakes, programmes, rubrics, rule_sets, slots
from portal.programmes.states import GateKind, IntakeState
from portal.programmes.terms import CriterionTerms, GateTerms, IntakeTerms, PathTerms, ProgrammeTerms, SlotTerms
from tests.factories import programmes as make
from tests.integration.programmes.conftest import House, audited

WORDS = ProgrammeTerms(slug="music-production", title="Music Production", degree="M.M.", summary="In the studio.")
HOUR = timedelta(hours=1)


def terms_of(house: House) -> IntakeTerms:
    return IntakeTerms(**{name: getattr(house.intake, name) for name in IntakeTerms.__dataclass_fields__})


def test_a_site_admin_adds_a_programme_that_nobody_sees_yet(house: House) -> None:
    made = programmes.create(replace(WORDS, slug="acoustics"), actor=house.acting("stella"))
    assert queries.programme_by_slug("acoustics") == made
    assert made not in [one.programme for one in queries.published_programmes(now=make.DURING)]
    entry = audited("programme.create")
    assert (entry.actor_name, entry.after["slug"]) == ("Stella Site", "acoustics")
    with pytest.raises(NotAllowed):
        programmes.create(replace(WORDS, slug="mine"), actor=house.acting("grace"))
    with pytest.raises(SlugTaken, match="“sound-design”"):
        programmes.create(replace(WORDS, slug="sound-design"), actor=house.acting("stella"))


def test_editing_a_programme_audits_only_what_changed(house: House) -> None:
    programmes.edit(house.programme, replace(WORDS, school="School of Music"), actor=house.acting("grace"))
    entry = audited("programme.edit")
    assert entry.before == {"summary": "Two years in the studio."}
    assert entry.after == {"summary": "In the studio."}
    assert (entry.actor_id, entry.programme_id) == (house.grace.id, house.programme.id)
    programmes.edit(house.programme, replace(WORDS, school="School of Music"), actor=house.acting("grace"))
    assert audited("programme.edit") == entry
    with pytest.raises(SlugTaken):
        programmes.edit(house.programme, replace(WORDS, slug="sound-design"), actor=house.acting("grace"))


def test_paths_are_added_changed_and_retired_but_never_deleted(house: House) -> None:
    actor = house.acting("grace")
    programmes.save_paths(
        house.programme,
        concentrations=[
            PathTerms(title="Producción & Mix"),
            PathTerms(title="Acoustics"),
            PathTerms(title="Acoustics"),
        ],
        tracks=[PathTerms(title="Thesis")],
        actor=actor,
    )
    first, second, third = queries.concentrations_of(house.programme.id)
    assert [first.key, second.key, third.key] == ["produccion-mix", "acoustics", "acoustics-2"]
    kept = [
        PathTerms(id=second.id, title="Room acoustics"),
        PathTerms(id=first.id, title="Production", active=False),
        PathTerms(id=third.id, title="Acoustics"),
    ]
    programmes.save_concentrations(house.programme, kept, actor=actor)
    assert [row.title for row in queries.concentrations_of(house.programme.id)] == ["Room acoustics", "Acoustics"]
    assert second.key == "acoustics"
    with pytest.raises(Invalid, match="missing from the form"):
        programmes.save_concentrations(house.programme, kept[:1], actor=actor)
    foreign = [*kept, PathTerms(id=queries.tracks_of(house.programme.id)[0].id, title="Thesis")]
    with pytest.raises(Invalid, match="does not belong"):
        programmes.save_concentrations(house.programme, foreign, actor=actor)


def test_a_new_intake_is_a_draft_and_can_start_from_an_earlier_one(house: House) -> None:
    with transaction():
        make.make_slot(house.intake, "Old", archived_at=make.DURING)
        make.make_rule_set(house.slot, make.SAMPLE_RULES[:2], version=2)
    terms = replace(terms_of(house), title="Fall 2028")
    made = intakes.create(house.programme, terms, copy_from=house.intake, actor=house.acting("grace"))
    assert made.state is IntakeState.DRAFT
    (slot,) = queries.all_slots(made)
    assert (slot.title, slot.min_items) == ("Sample recording", 3)
    rules = queries.current_rule_set(slot.id)
    assert rules is not None
    assert (rules.version, len(rules.rules), rules.based_on) == (1, 2, "Fall 2027, version 2")
    assert [gate.title for gate in queries.gates_of(made)] == ["Bachelor's degree"]
    rubric = queries.rubric_for(made, concentration_id=None)
    assert rubric is not None
    assert rubric.criteria[0].anchors["5"] == "Every part has its place"
    assert rubric.id != queries.rubric_for(house.intake, concentration_id=None).id  # type: ignore[union-attr]
    assert audited("intake.create").after["copied_from"] == house.intake.id
    with pytest.raises(Invalid, match="same programme"):
        intakes.create(house.other, terms, copy_from=house.intake, actor=house.acting("heidi"))


def test_a_published_deadline_moves_later_freely_and_earlier_only_with_a_reason(house: House) -> None:
    actor, old = house.acting("grace"), terms_of(house)
    later = replace(old, visible_deadline_at=old.visible_deadline_at + HOUR)
    intakes.edit(house.intake, later, actor=actor)
    with pytest.raises(Invalid) as refusal:
        intakes.edit(house.intake, old, reason="  ", actor=actor)
    assert "Applicants rely on" in refusal.value.fields["reason"]
    assert house.intake.visible_deadline_at == later.visible_deadline_at
    intakes.edit(house.intake, old, reason="The server room loses power that night.", actor=actor)
    entry = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.reason != "")).one()
    assert entry.before == {"visible_deadline_at": later.visible_deadline_at.isoformat()}
    assert entry.reason == "The server room loses power that night."


def test_publishing_lists_everything_that_is_missing(house: House) -> None:
    actor = house.acting("heidi")
    past = replace(terms_of(house), opens_at=make.DURING - 90 * 24 * HOUR)
    past = replace(past, **dict.fromkeys(("start_cutoff_at", "visible_deadline_at"), make.DURING - HOUR))
    made = intakes.create(house.other, replace(past, grace_minutes=30), actor=actor)
    with pytest.raises(NotReadyToPublish) as refusal:
        intakes.publish(made, actor=actor)
    assert refusal.value.details == [
        "The deadline is in the past: choose new dates.",
        "No recording is asked for: add at least one.",
        "Faculty have nothing to score by: publish a rubric.",
    ]
    with transaction():
        acoustics = make.make_concentration(house.other, "Acoustics")
        make.make_concentration(house.other, "Design")
        make.make_slot(made, "Portfolio")
        make.make_rubric(made, concentration=acoustics)
    intakes.edit(made, terms_of(house), actor=actor)
    with pytest.raises(NotReadyToPublish) as refusal:
        intakes.publish(made, actor=actor)
    assert refusal.value.details == [
        "“Portfolio” has no technical rules yet: publish some.",
        "There is no rubric for Design: publish one for it, or one for everybody.",
    ]
    assert made.state is IntakeState.DRAFT


def test_an_intake_is_published_closed_and_opened_again(house: House) -> None:
    actor = house.acting("grace")
    draft = intakes.create(house.programme, terms_of(house), copy_from=house.intake, actor=actor)
    intakes.publish(draft, actor=actor)
    assert audited("intake.publish").before == {"state": "draft"}
    intakes.close(draft, actor=actor)
    assert draft.state is IntakeState.CLOSED
    with pytest.raises(Stale, match="“publish” is not possible while this is closed"):
        intakes.publish(draft, actor=actor)
    intakes.reopen(draft, actor=actor)
    assert draft.state is IntakeState.PUBLISHED


def test_slots_are_added_edited_moved_archived_and_brought_back(house: House) -> None:
    actor = house.acting("grace")
    second = slots.add(house.intake, SlotTerms(title="Live recording"), actor=actor)
    slots.reorder(second, up=True, actor=actor)
    assert [slot.title for slot in queries.all_slots(house.intake)] == ["Live recording", "Sample recording"]
    slots.reorder(second, up=True, actor=actor)
    slots.edit(second, SlotTerms(title="Concert recording"), actor=actor)
    assert audited("slot.edit").after == {"title": "Concert recording"}
    assert audited("slot.reorder").after == {"position": 0}
    slots.archive(second, actor=actor)
    assert [slot.title for slot in queries.all_slots(house.intake)] == ["Sample recording"]
    slots.restore(second, actor=actor)
    assert [slot.title for slot in queries.all_slots(house.intake)] == ["Sample recording", "Concert recording"]
    with transaction():
        foreign = make.make_concentration(house.other)
    with pytest.raises(Invalid) as refusal:
        slots.add(house.intake, SlotTerms(title="x", concentration_id=foreign.id), actor=actor)
    assert list(refusal.value.fields) == ["concentration_id"]


def test_gates_are_added_edited_moved_archived_and_brought_back(house: House) -> None:
    actor = house.acting("grace")
    exam = gates.add(house.intake, GateTerms(kind=GateKind.ENTRANCE_EXAM, title="Exam", minimum_score=70), actor=actor)
    gates.reorder(exam, up=True, actor=actor)
    assert [gate.title for gate in queries.gates_of(house.intake)] == ["Exam", "Bachelor's degree"]
    gates.edit(exam, GateTerms(kind=GateKind.ENTRANCE_EXAM, title="Exam", minimum_score=75), actor=actor)
    assert (audited("gate.edit").before, audited("gate.edit").after) == ({"minimum_score": 70}, {"minimum_score": 75})
    gates.archive(exam, actor=actor)
    assert [gate.title for gate in queries.gates_of(house.intake, archived=True)] == ["Exam"]
    gates.restore(exam, actor=actor)
    assert [gate.title for gate in queries.gates_of(house.intake)] == ["Bachelor's degree", "Exam"]


def test_rules_are_published_as_versions_and_the_old_ones_stay(house: House) -> None:
    actor = house.acting("grace")
    old = queries.current_rule_set(house.slot.id)
    assert old is not None
    before = [dict(rule) for rule in old.rules]
    new = rule_sets.publish(
        house.slot, make.SAMPLE_RULES[:2], expected_version=1, based_on="Listening copy", actor=actor
    )
    assert (new.version, new.based_on, len(new.rules)) == (2, "Listening copy", 2)
    assert queries.rule_sets_of(house.slot.id)[1].rules == before
    entry = audited("rule_set.publish")
    assert (entry.before["version"], entry.after["version"], entry.after["slot"]) == (1, 2, "Sample recording")
    assert entry.before["rules"] == before
    with pytest.raises(Stale, match="Version 2 was published while you were editing"):
        rule_sets.publish(house.slot, make.SAMPLE_RULES, expected_version=1, actor=actor)
    with pytest.raises(Invalid, match="in force already"):
        rule_sets.publish(house.slot, list(reversed(make.SAMPLE_RULES[:2])), expected_version=2, actor=actor)


def test_rubrics_are_published_as_versions_for_everybody_or_for_one_concentration(house: House) -> None:
    actor = house.acting("grace")
    with transaction():
        acoustics = make.make_concentration(house.programme, "Acoustics")
    criteria = [CriterionTerms(title="Balance", weight=2), CriterionTerms(title="Space", anchors={"5": "wide"})]
    new = rubrics.publish(house.intake, criteria, expected_version=1, actor=actor)
    assert (new.version, [criterion.title for criterion in new.criteria]) == (2, ["Balance", "Space"])
    own = rubrics.publish(house.intake, criteria[:1], concentration_id=acoustics.id, expected_version=0, actor=actor)
    assert own.version == 1
    assert [one.version for one in queries.rubric_versions(house.intake, concentration_id=None)] == [2, 1]
    with pytest.raises(Stale, match="Version 2 was published"):
        rubrics.publish(house.intake, criteria[:1], expected_version=1, actor=actor)
    for wrong, words in (
        ([], "at least one criterion"),
        (criteria, "in force already"),
        ([criteria[0], criteria[0]], "same title"),
        ([CriterionTerms(title=f"Criterion {number}") for number in range(16)], "at most 15"),
    ):
        with pytest.raises(Invalid, match=words):
            rubrics.publish(house.intake, wrong, expected_version=2, actor=actor)


def commands(house: House) -> dict[str, Callable[[str], object]]:
    slot, gate, intake = house.slot, queries.gates_of(house.intake)[0], house.intake
    criterion = CriterionTerms(title="Balance")
    gate_terms = GateTerms(kind=GateKind.GENERAL, title="x")
    return {
        "edit": lambda who: programmes.edit(house.programme, WORDS, actor=house.acting(who)),
        "paths": lambda who: programmes.save_tracks(house.programme, [], actor=house.acting(who)),
        "concentrations": lambda who: programmes.save_concentrations(house.programme, [], actor=house.acting(who)),
        "create": lambda who: intakes.create(house.programme, terms_of(house), actor=house.acting(who)),
        "dates": lambda who: intakes.edit(intake, terms_of(house), actor=house.acting(who)),
        "publish": lambda who: intakes.publish(intake, actor=house.acting(who)),
        "close": lambda who: intakes.close(intake, actor=house.acting(who)),
        "reopen": lambda who: intakes.reopen(intake, actor=house.acting(who)),
        "slot.add": lambda who: slots.add(intake, SlotTerms(title="x"), actor=house.acting(who)),
        "slot.edit": lambda who: slots.edit(slot, SlotTerms(title="x"), actor=house.acting(who)),
        "slot.archive": lambda who: slots.archive(slot, actor=house.acting(who)),
        "slot.restore": lambda who: slots.restore(slot, actor=house.acting(who)),
        "slot.reorder": lambda who: slots.reorder(slot, up=True, actor=house.acting(who)),
        "gate.add": lambda who: gates.add(intake, gate_terms, actor=house.acting(who)),
        "gate.edit": lambda who: gates.edit(gate, gate_terms, actor=house.acting(who)),
        "gate.archive": lambda who: gates.archive(gate, actor=house.acting(who)),
        "gate.restore": lambda who: gates.restore(gate, actor=house.acting(who)),
        "gate.reorder": lambda who: gates.reorder(gate, up=True, actor=house.acting(who)),
        "rules": lambda who: rule_sets.publish(slot, [], expected_version=1, actor=house.acting(who)),
        "rubric": lambda who: rubrics.publish(intake, [criterion], expected_version=1, actor=house.acting(who)),
    }


@pytest.mark.parametrize("who", ["ada", "clara", "frank", "heidi"])
def test_nobody_but_an_admin_of_the_programme_commands_anything(house: House, who: str) -> None:
    for name, command in commands(house).items():
        with pytest.raises(NotAllowed):
            command(who)
            pytest.fail(f"{who} was allowed to {name}")
    assert db.session.scalar(sa.select(sa.func.count(AuditEntry.id))) == 0
    assert db.session.scalar(sa.select(sa.func.count(Programme.id))) == 2
