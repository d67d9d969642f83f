"""The states of an intake, and the kinds of gates."""

from __future__ import annotations

from enum import StrEnum


class IntakeState(StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"
    CLOSED = "closed"


class IntakeAction(StrEnum):
    PUBLISH = "publish"
    CLOSE = "close"
    REOPEN = "reopen"


STEPS = {
    (IntakeState.DRAFT, IntakeAction.PUBLISH): IntakeState.PUBLISHED,
    (IntakeState.PUBLISHED, IntakeAction.CLOSE): IntakeState.CLOSED,
    (IntakeState.CLOSED, IntakeAction.REOPEN): IntakeState.PUBLISHED,
}


class GateKind(StrEnum):
    """What a requirement asks for; decides which fields the applicant fills in."""

    DEGREE = "degree"
    MUSIC_BACKGROUND = "music_background"
    ENTRANCE_EXAM = "entrance_exam"
    GENERAL = "general"
