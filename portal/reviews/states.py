"""Where an assignment stands. The review's own state follows from it: scores are a draft until it is submitted."""

from __future__ import annotations

from enum import StrEnum


class AssignmentState(StrEnum):
    ASSIGNED = "assigned"
    IN_PROGRESS = "in_progress"
    SUBMITTED = "submitted"
    RECUSED = "recused"
    REVOKED = "revoked"


class AssignmentAction(StrEnum):
    SAVE = "save"
    SUBMIT = "submit"
    RECUSE = "recuse"
    REVOKE = "revoke"
    ASSIGN_AGAIN = "assign_again"


S, A = AssignmentState, AssignmentAction

STEPS = {
    (S.ASSIGNED, A.SAVE): S.IN_PROGRESS,
    (S.IN_PROGRESS, A.SAVE): S.IN_PROGRESS,
    (S.ASSIGNED, A.SUBMIT): S.SUBMITTED,
    (S.IN_PROGRESS, A.SUBMIT): S.SUBMITTED,
    (S.ASSIGNED, A.RECUSE): S.RECUSED,
    (S.IN_PROGRESS, A.RECUSE): S.RECUSED,
    (S.SUBMITTED, A.RECUSE): S.RECUSED,
    (S.ASSIGNED, A.REVOKE): S.REVOKED,
    (S.IN_PROGRESS, A.REVOKE): S.REVOKED,
    (S.REVOKED, A.ASSIGN_AGAIN): S.ASSIGNED,
}

OPEN = (S.ASSIGNED, S.IN_PROGRESS)
READABLE = (S.ASSIGNED, S.IN_PROGRESS, S.SUBMITTED)
