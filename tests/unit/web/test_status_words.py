"""Every state that the domain knows has words, an icon that exists, and a tone that the style sheet knows."""

import re
from pathlib import Path

import pytest

from portal.applications.states import ApplicationState, GateState
from portal.checks.check import Severity
from portal.checks.evaluate import Effect, Verdict
from portal.decisions.states import DecisionState, OutcomeKind
from portal.programmes.states import IntakeState
from portal.recordings.states import Processing
from portal.reviews.states import AssignmentState
from portal.web import status_words
from portal.web.status_words import WORDS

WEB = Path(status_words.__file__).parent
STATES = {
    "application": [*ApplicationState],
    "gate": [*GateState],
    "recording": [*Processing],
    "verdict": [*Verdict, *Severity, *(effect for effect in Effect if effect is not Effect.NONE)],
    "review": [*AssignmentState],
    "decision": [*DecisionState, *OutcomeKind],
    "intake": [*IntakeState],
}


@pytest.mark.parametrize(("kind", "state"), [(kind, state) for kind, states in STATES.items() for state in states])
def test_every_state_of_the_domain_has_words(kind, state):
    assert state.value in WORDS[kind]


def test_the_same_word_may_mean_two_things_and_the_kind_decides():
    assert status_words.status_words("submitted", kind="application").label == "Submitted"
    assert status_words.status_words("submitted", kind="review").label == "Scores in"


def test_a_state_nobody_has_put_into_words_is_still_shown():
    assert status_words.status_words("on_hold", kind="application").label == "On hold"


def test_icons_and_tones_exist():
    icons = set(re.findall(r'^  "([a-z-]+)": "M', (WEB / "templates/components/icons.html").read_text(), re.MULTILINE))
    styles = (WEB / "frontend/css/pieces.css").read_text()
    used = [words for states in WORDS.values() for words in states.values()]

    assert {words.icon for words in used} <= icons
    assert all(f".pill--{words.tone}" in styles for words in used)
