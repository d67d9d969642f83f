"""Every pair of state and action of every table: what is not a step is refused, and nothing leads out of the map."""

from __future__ import annotations

from enum import StrEnum
from itertools import product

import pytest

from portal.applications import states as applications
from portal.core.errors import Stale
from portal.core.states import next_state
from portal.decisions import states as decisions
from portal.programmes import states as programmes
from portal.recordings import states as recordings
from portal.reviews import states as reviews

MACHINES = [
    (applications.STEPS, applications.ApplicationState, applications.ApplicationAction, {"released"}),
    (recordings.STEPS, recordings.Processing, recordings.ProcessingAction, {"purged"}),
    (reviews.STEPS, reviews.AssignmentState, reviews.AssignmentAction, {"recused"}),
    (decisions.STEPS, decisions.DecisionState, decisions.DecisionAction, {"released", "discarded"}),
    (programmes.STEPS, programmes.IntakeState, programmes.IntakeAction, set()),
]


@pytest.mark.parametrize(("steps", "state_type", "action_type", "final"), MACHINES)
def test_every_pair_is_a_step_or_is_refused(
    steps: dict[tuple[StrEnum, StrEnum], StrEnum],
    state_type: type[StrEnum],
    action_type: type[StrEnum],
    final: set[str],
) -> None:
    for state, action in product(state_type, action_type):
        if (state, action) in steps:
            assert next_state(steps, state, action) is steps[state, action]
        else:
            with pytest.raises(Stale, match="is not possible while this is"):
                next_state(steps, state, action)


@pytest.mark.parametrize(("steps", "state_type", "action_type", "final"), MACHINES)
def test_only_final_states_have_no_way_out(
    steps: dict[tuple[StrEnum, StrEnum], StrEnum],
    state_type: type[StrEnum],
    action_type: type[StrEnum],
    final: set[str],
) -> None:
    leaving = {state for state, _ in steps}
    assert {state.value for state in state_type if state not in leaving} == final


@pytest.mark.parametrize(("steps", "state_type", "action_type", "final"), MACHINES)
def test_every_action_is_of_use(
    steps: dict[tuple[StrEnum, StrEnum], StrEnum],
    state_type: type[StrEnum],
    action_type: type[StrEnum],
    final: set[str],
) -> None:
    used = {action for _, action in steps}
    assert {a for a in action_type if a not in used and a.value != "receive"} == set()
