"""How every state is said on a page: one word or two, an icon and a tone. Nothing depends on colour alone."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


@dataclass(frozen=True)
class StatusWords:
    """`tone` is one of good, warn, bad, info, quiet, busy; `icon` a name in components/icons.html."""

    label: str
    icon: str
    tone: str


def _good(label: str, icon: str = "check") -> StatusWords:
    return StatusWords(label, icon, "good")


def _warn(label: str, icon: str = "warn") -> StatusWords:
    return StatusWords(label, icon, "warn")


def _bad(label: str, icon: str = "stop") -> StatusWords:
    return StatusWords(label, icon, "bad")


def _info(label: str, icon: str = "info") -> StatusWords:
    return StatusWords(label, icon, "info")


def _quiet(label: str, icon: str = "dot") -> StatusWords:
    return StatusWords(label, icon, "quiet")


def _busy(label: str) -> StatusWords:
    return StatusWords(label, "clock", "busy")


WORDS: dict[str, dict[str, StatusWords]] = {
    "application": {
        "draft": _quiet("Draft", "pencil"),
        "submitted": _good("Submitted"),
        "under_review": _info("With the faculty", "ear"),
        "decided": _info("Decided", "seal"),
        "released": _good("Decision released", "seal"),
        "withdrawn": _quiet("Withdrawn", "minus"),
    },
    "recording": {
        "receiving": _busy("Arriving"),
        "received": _info("Received", "inbox"),
        "checking": _busy("Listening"),
        "checked": _quiet("Checked", "check"),
        "needs_staff": _warn("Staff will look", "person"),
        "superseded": _quiet("Replaced", "minus"),
        "purged": _quiet("Deleted", "minus"),
    },
    "verdict": {
        "clean": _good("No remarks"),
        "inform": _info("Good to know"),
        "warn": _warn("Worth a look"),
        "block": _bad("Must be fixed"),
        "blocked": _bad("Must be fixed"),
        "remarks": _warn("With remarks"),
        "not_measured": _warn("Staff will look", "person"),
        "needs_staff": _warn("Staff will look", "person"),
        "waived": _info("Waived", "seal"),
    },
    "gate": {
        "passed": _good("Met"),
        "failed": _bad("Not met"),
        "unknown": _quiet("Not answered", "question"),
        "waived": _info("Waived", "seal"),
    },
    "requirements": {
        "passed": _good("All met"),
        "failed": _bad("Not met"),
        "unknown": _quiet("To judge", "question"),
    },
    "review": {
        "assigned": _quiet("Not started", "dot"),
        "in_progress": _warn("Draft", "pencil"),
        "submitted": _good("Scores in"),
        "recused": _quiet("Conflict declared", "minus"),
        "revoked": _quiet("Taken back", "minus"),
    },
    "decision": {
        "admit": _good("Admit"),
        "admit_with_conditions": _good("Admit with conditions"),
        "wait_list": _warn("Wait list", "clock"),
        "deny": _bad("Deny", "minus"),
        "drafted": _quiet("Drafted", "pencil"),
        "confirmed": _info("Confirmed", "seal"),
        "released": _good("Released", "seal"),
        "discarded": _quiet("Discarded", "minus"),
    },
    "extension": {
        "asked": _warn("Asked", "question"),
        "granted": _good("Granted"),
        "refused": _quiet("Refused", "minus"),
        "revoked": _quiet("Taken back", "minus"),
        "replaced": _quiet("Replaced", "minus"),
        "closed": _quiet("Closed without an answer", "minus"),
    },
    "intake": {
        "draft": _quiet("Not published", "pencil"),
        "published": _good("Published"),
        "planned": _quiet("Opens later", "clock"),
        "open": _good("Open"),
        "closing": _warn("Closing soon", "clock"),
        "closed": _quiet("Closed", "minus"),
    },
    "job": {
        "queued": _busy("Waiting"),
        "running": _busy("Working"),
        "ready": _good("Ready"),
        "failed": _bad("Stopped"),
        "expired": _quiet("No longer kept", "minus"),
    },
    "mail": {
        "queued": _busy("Waiting"),
        "sending": _busy("Sending"),
        "sent": _good("Sent"),
        "failed": _bad("Not delivered"),
        "dropped": _quiet("No longer needed", "minus"),
    },
}


def status_words(value: object, *, kind: str | None = None) -> StatusWords:
    """Words for an enum member or its value; without a kind, the first kind that knows the value.

    An unknown value is shown as itself in a quiet tone, so that a new state is never invisible.
    """
    key = str(value.value if isinstance(value, Enum) else value)
    kinds = [WORDS[kind]] if kind in WORDS else list(WORDS.values())
    for words in kinds:
        if key in words:
            return words[key]
    return _quiet(key.replace("_", " ").capitalize())
