"""Two people who press the same button at the same moment, each with a connection of their own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from flask import Flask

from portal.core.db import db
from portal.core.errors import DomainError
from portal.programmes import queries
from portal.programmes.service import programmes, rubrics, rule_sets
from portal.programmes.terms import CriterionTerms, ProgrammeTerms
from tests.factories import programmes as make
from tests.integration.programmes.conftest import House


def at_once(app: Flask, command: Callable[[int], Any]) -> list[str]:
    """Run the command twice in parallel; for each "done" or the code of the refusal, in alphabetical order."""
    gate = Barrier(2, timeout=30)

    def run(number: int) -> str:
        with app.app_context():
            try:
                gate.wait()
                command(number)
            except DomainError as refusal:
                return refusal.code
            return "done"

    with ThreadPoolExecutor(2) as pool:
        outcomes = sorted(pool.map(run, range(2)))
    db.session.rollback()
    return outcomes


def test_of_two_rule_sets_one_becomes_the_next_version(app: Flask, house: House) -> None:
    actor, slot_id = house.acting("grace"), house.slot.id

    def publish(number: int) -> None:
        slot = queries.slot(slot_id)
        assert slot is not None
        rule_sets.publish(slot, make.SAMPLE_RULES[: number + 1], expected_version=1, actor=actor)

    assert at_once(app, publish) == ["done", "newer_version_exists"]
    assert [rules.version for rules in queries.rule_sets_of(slot_id)] == [2, 1]


def test_of_two_rubrics_one_becomes_the_next_version(app: Flask, house: House) -> None:
    actor, intake_id = house.acting("grace"), house.intake.id

    def publish(number: int) -> None:
        intake = queries.intake(intake_id)
        assert intake is not None
        rubrics.publish(intake, [CriterionTerms(title=f"Criterion {number}")], expected_version=1, actor=actor)

    assert at_once(app, publish) == ["done", "newer_version_exists"]
    assert [one.version for one in queries.rubric_versions(house.intake, concentration_id=None)] == [2, 1]


def test_of_two_programmes_one_gets_the_address(app: Flask, house: House) -> None:
    actor = house.acting("stella")
    terms = ProgrammeTerms(slug="acoustics", title="Acoustics", degree="M.S.")
    assert at_once(app, lambda number: programmes.create(terms, actor=actor)) == ["done", "slug_taken"]
