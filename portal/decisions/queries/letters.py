"""Reading the letters of an intake."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa

from portal.core.db import db
from portal.decisions.default_letters import DEFAULTS
from portal.decisions.letters import Letter, fill
from portal.decisions.models import Decision, LetterTemplate
from portal.decisions.states import OutcomeKind
from portal.programmes.models import Intake


def letters_of(intake_id: str) -> dict[OutcomeKind, Letter]:
    """The letter of every outcome: the programme's own, else the one that comes with the software. One query."""
    own = db.session.scalars(sa.select(LetterTemplate).where(LetterTemplate.intake_id == intake_id))
    return dict(DEFAULTS) | {row.outcome: Letter(row.subject, row.body) for row in own}


def letter_for(decision: Decision, letters: Mapping[OutcomeKind, Letter]) -> Letter:
    """The letter that belongs to a decision: by its outcome alone, filled in for its own applicant."""
    application = decision.application
    return fill(
        letters[decision.outcome],
        _values(
            application.intake,
            name=application.applicant.full_name or "applicant",
            number=application.number,
            conditions=decision.conditions,
        ),
    )


def sample(letter: Letter, intake: Intake) -> Letter:
    """A letter filled in for a made-up applicant, to be looked at while it is written."""
    conditions = "- Send the certificate of your bachelor's degree by 1 June."
    return fill(letter, _values(intake, name="Ada Lovelace", number="SAMPLE", conditions=conditions))


def _values(intake: Intake, *, name: str, number: str, conditions: str) -> dict[str, str]:
    programme = intake.programme
    return {
        "name": name,
        "number": number,
        "conditions": conditions,
        "intake": intake.title,
        "programme": f"{programme.degree} {programme.title}".strip(),
    }
