"""Three-valued AND over requirements, and what it leaves open to decide."""

from __future__ import annotations

import pytest

from portal.applications.states import GateState
from portal.decisions.gates import allow, count
from portal.decisions.states import OutcomeKind

P, F, U, W = GateState.PASSED, GateState.FAILED, GateState.UNKNOWN, GateState.WAIVED
ADMIT, CONDITIONAL = OutcomeKind.ADMIT, OutcomeKind.ADMIT_WITH_CONDITIONS
WAIT, DENY = OutcomeKind.WAIT_LIST, OutcomeKind.DENY


@pytest.mark.parametrize(
    ("states", "overall"),
    [
        ([], P),
        ([P], P),
        ([W], P),
        ([P, W], P),
        ([U], U),
        ([P, U], U),
        ([W, U], U),
        ([F], F),
        ([P, F], F),
        ([U, F], F),
        ([W, F, U, P], F),
    ],
)
def test_truth_table(states: list[GateState], overall: GateState) -> None:
    assert count(states).overall is overall
    assert count(reversed(states)).overall is overall


@pytest.mark.parametrize(
    ("overall", "allowed"),
    [(P, {ADMIT, CONDITIONAL, WAIT, DENY}), (U, {CONDITIONAL, WAIT, DENY}), (F, {WAIT, DENY})],
)
def test_what_requirements_leave_open(overall: GateState, allowed: set[OutcomeKind]) -> None:
    assert {outcome for outcome in OutcomeKind if allow(outcome, overall)} == allowed


def test_a_refusal_says_what_to_do() -> None:
    assert "Waive it with a reason first" in allow(CONDITIONAL, F).reason
    assert "Judge it first, or admit with conditions" in allow(ADMIT, U).reason
