"""Decisions need two people: one drafts, another confirms, and only then may it be released."""

from __future__ import annotations

from enum import StrEnum


class OutcomeKind(StrEnum):
    ADMIT = "admit"
    ADMIT_WITH_CONDITIONS = "admit_with_conditions"
    WAIT_LIST = "wait_list"
    DENY = "deny"


class DecisionState(StrEnum):
    DRAFTED = "drafted"
    CONFIRMED = "confirmed"
    RELEASED = "released"
    DISCARDED = "discarded"


class DecisionAction(StrEnum):
    CONFIRM = "confirm"
    DISCARD = "discard"
    RELEASE = "release"


S, A = DecisionState, DecisionAction

STEPS = {
    (S.DRAFTED, A.CONFIRM): S.CONFIRMED,
    (S.DRAFTED, A.DISCARD): S.DISCARDED,
    (S.CONFIRMED, A.DISCARD): S.DISCARDED,
    (S.CONFIRMED, A.RELEASE): S.RELEASED,
}
