"""Where an application stands, and where the answer to a gate does."""

from __future__ import annotations

from enum import StrEnum


class ApplicationState(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    UNDER_REVIEW = "under_review"
    DECIDED = "decided"
    RELEASED = "released"
    WITHDRAWN = "withdrawn"


class ApplicationAction(StrEnum):
    SUBMIT = "submit"
    REOPEN = "reopen"
    WITHDRAW = "withdraw"
    START_REVIEW = "start_review"
    DECIDE = "decide"
    UNDECIDE = "undecide"
    RELEASE = "release"


S, A = ApplicationState, ApplicationAction

STEPS = {
    (S.DRAFT, A.SUBMIT): S.SUBMITTED,
    (S.DRAFT, A.WITHDRAW): S.WITHDRAWN,
    (S.SUBMITTED, A.REOPEN): S.DRAFT,
    (S.SUBMITTED, A.WITHDRAW): S.WITHDRAWN,
    (S.SUBMITTED, A.START_REVIEW): S.UNDER_REVIEW,
    (S.UNDER_REVIEW, A.REOPEN): S.DRAFT,
    (S.WITHDRAWN, A.REOPEN): S.DRAFT,
    (S.UNDER_REVIEW, A.WITHDRAW): S.WITHDRAWN,
    (S.SUBMITTED, A.DECIDE): S.DECIDED,
    (S.UNDER_REVIEW, A.DECIDE): S.DECIDED,
    (S.DECIDED, A.UNDECIDE): S.UNDER_REVIEW,
    (S.DECIDED, A.RELEASE): S.RELEASED,
    (S.DECIDED, A.WITHDRAW): S.WITHDRAWN,
}

IN_JUDGEMENT = (S.SUBMITTED, S.UNDER_REVIEW, S.DECIDED, S.RELEASED)


class GateState(StrEnum):
    UNKNOWN = "unknown"
    PASSED = "passed"
    FAILED = "failed"
    WAIVED = "waived"


class ExtensionState(StrEnum):
    """Where somebody's wish for more time stands. What was replaced by another date counts no more.

    Closed is what nobody had answered when the application was sent or withdrawn.
    """

    ASKED = "asked"
    GRANTED = "granted"
    REFUSED = "refused"
    REVOKED = "revoked"
    REPLACED = "replaced"
    CLOSED = "closed"


class ExtensionAction(StrEnum):
    GRANT = "grant"
    REFUSE = "refuse"
    REVOKE = "revoke"
    REPLACE = "replace"
    CLOSE = "close"


E, X = ExtensionState, ExtensionAction

EXTENSION_STEPS = {
    (E.ASKED, X.GRANT): E.GRANTED,
    (E.ASKED, X.REFUSE): E.REFUSED,
    (E.ASKED, X.CLOSE): E.CLOSED,
    (E.GRANTED, X.REVOKE): E.REVOKED,
    (E.GRANTED, X.REPLACE): E.REPLACED,
}
