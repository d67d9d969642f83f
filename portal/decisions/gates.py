"""What all requirements say together: three-valued AND (Kleene). Pure.

Any that is failed makes it failed; else any that is unknown leaves it unknown; waived counts as passed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from portal.applications.states import GateState
from portal.core.ruling import ALLOWED, Ruling, refused
from portal.decisions.states import OutcomeKind


@dataclass(frozen=True)
class GateCount:
    """How many of the requirements that are asked for today are failed, unknown, and passed or waived."""

    failed: int
    unknown: int
    met: int

    @property
    def overall(self) -> GateState:
        """FAILED, UNKNOWN or PASSED. No requirement at all is passed."""
        if self.failed:
            return GateState.FAILED
        return GateState.UNKNOWN if self.unknown else GateState.PASSED


def count(states: Iterable[GateState]) -> GateCount:
    """Count the states of all requirements; one without an answer has to be given as UNKNOWN."""
    found = list(states)
    failed, unknown = found.count(GateState.FAILED), found.count(GateState.UNKNOWN)
    return GateCount(failed=failed, unknown=unknown, met=len(found) - failed - unknown)


def allow(outcome: OutcomeKind, overall: GateState) -> Ruling:
    """Whether the requirements leave room for an outcome.

    To admit they must be passed; what is not known yet can be made a condition; what is failed forbids both, until
    staff waive it with a reason.
    """
    if outcome not in (OutcomeKind.ADMIT, OutcomeKind.ADMIT_WITH_CONDITIONS) or overall is GateState.PASSED:
        return ALLOWED
    if overall is GateState.FAILED:
        return refused("A requirement is not met. Waive it with a reason first, or choose another outcome.")
    if outcome is OutcomeKind.ADMIT_WITH_CONDITIONS:
        return ALLOWED
    return refused("A requirement has not been judged yet. Judge it first, or admit with conditions.")
