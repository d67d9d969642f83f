"""Three different things: where the processing of a file stands, what the machine found, and what a person allowed."""

from __future__ import annotations

from enum import StrEnum


class Processing(StrEnum):
    """Where a file version stands on its journey."""

    RECEIVING = "receiving"
    RECEIVED = "received"
    CHECKING = "checking"
    CHECKED = "checked"
    NEEDS_STAFF = "needs_staff"
    SUPERSEDED = "superseded"
    PURGED = "purged"


class ProcessingAction(StrEnum):
    RECEIVE = "receive"
    CLAIM = "claim"
    RECORD = "record"
    GIVE_UP = "give_up"
    REQUEUE = "requeue"
    SUPERSEDE = "supersede"
    PURGE = "purge"


P, A = Processing, ProcessingAction

STEPS = {
    (P.RECEIVING, A.RECEIVE): P.RECEIVED,
    (P.RECEIVED, A.CLAIM): P.CHECKING,
    (P.CHECKING, A.CLAIM): P.CHECKING,  # a lease that ran out is taken over
    (P.CHECKING, A.RECORD): P.CHECKED,
    (P.RECEIVED, A.GIVE_UP): P.NEEDS_STAFF,
    (P.CHECKING, A.GIVE_UP): P.NEEDS_STAFF,
    (P.CHECKED, A.REQUEUE): P.RECEIVED,
    (P.NEEDS_STAFF, A.REQUEUE): P.RECEIVED,
    (P.RECEIVED, A.SUPERSEDE): P.SUPERSEDED,
    (P.CHECKING, A.SUPERSEDE): P.SUPERSEDED,
    (P.CHECKED, A.SUPERSEDE): P.SUPERSEDED,
    (P.NEEDS_STAFF, A.SUPERSEDE): P.SUPERSEDED,
    (P.SUPERSEDED, A.PURGE): P.PURGED,
    (P.CHECKED, A.PURGE): P.PURGED,
    (P.NEEDS_STAFF, A.PURGE): P.PURGED,
}

MOVING = (Processing.RECEIVING, Processing.RECEIVED, Processing.CHECKING)
SETTLED = (Processing.CHECKED, Processing.NEEDS_STAFF)


class UploadState(StrEnum):
    """A resumable upload: open until every byte is there, or until it is given up."""

    OPEN = "open"
    COMPLETE = "complete"
    TERMINATED = "terminated"
    EXPIRED = "expired"


class TrialState(StrEnum):
    """A file that is only tried: no application, nothing kept."""

    RECEIVING = "receiving"
    WAITING = "waiting"
    LISTENING = "listening"
    HEARD = "heard"
    FAILED = "failed"
