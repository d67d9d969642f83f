"""A letter that cannot be filled in is refused when it is written."""

from __future__ import annotations

import pytest

from portal.decisions.default_letters import DEFAULTS
from portal.decisions.letters import Letter, fill, problems
from portal.decisions.states import OutcomeKind

VALUES = {
    "name": "Ada",
    "programme": "M.M. Music Production",
    "intake": "Fall 2027",
    "number": "7QX",
    "conditions": "A",
}


@pytest.mark.parametrize("outcome", OutcomeKind)
def test_the_letters_that_come_with_the_software_can_be_sent(outcome: OutcomeKind) -> None:
    letter = DEFAULTS[outcome]

    assert problems(letter, outcome) == []
    filled = fill(letter, VALUES)
    assert "{" not in filled.subject + filled.body
    assert filled.body.startswith("Dear Ada,")


@pytest.mark.parametrize(
    ("subject", "body", "problem"),
    [
        ("Hello", "Dear {nmae}", "Nobody fills in {nmae}."),
        ("Hello", "Dear {name.__class__}", "Nobody fills in {name.__class__}."),
        ("Hello", "Dear {name!r}", "Nobody fills in {name!r}."),
        ("Hello", "Dear {}", "Nobody fills in {}."),
        ("Hello", "Dear {name", "A curly bracket stands alone. Placeholders look like {name}."),
        ("", "Dear {name}", "Subject and text are both needed."),
        ("Hello\nBcc: x", "Dear {name}", "The subject is one line."),
        ("H" * 151, "Dear {name}", "The subject may have 150 characters."),
        ("Hello", "x" * 10_001, "The text may have 10,000 characters."),
        ("Hello", "{conditions}", "Only the letter of an admission with conditions can hold {conditions}."),
    ],
)
def test_what_is_wrong_is_named(subject: str, body: str, problem: str) -> None:
    assert problem in problems(Letter(subject, body), OutcomeKind.ADMIT)


def test_conditions_must_stand_in_the_letter_that_speaks_of_them() -> None:
    wrong = problems(Letter("Your place", "Dear {name}"), OutcomeKind.ADMIT_WITH_CONDITIONS)

    assert wrong == ["The letter must hold {conditions}: without it nobody learns them."]


def test_what_an_applicant_is_called_is_never_a_placeholder() -> None:
    filled = fill(Letter("Hi {name}", "{name} {number}"), VALUES | {"name": "{number} {conditions}"})

    assert (filled.subject, filled.body) == ("Hi {number} {conditions}", "{number} {conditions} 7QX")
