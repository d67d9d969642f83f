"""Writing the letter of an outcome."""

from __future__ import annotations

import sqlalchemy as sa

from portal.accounts.actor import Actor
from portal.core import audit, clock
from portal.core.db import db, transaction
from portal.decisions import policy
from portal.decisions.errors import BadLetter
from portal.decisions.letters import Letter, problems
from portal.decisions.models import LetterTemplate
from portal.decisions.queries.letters import letters_of
from portal.decisions.states import OutcomeKind
from portal.programmes.models import Intake
from portal.recordings.texts import one_line, paragraphs


def save_letter(intake: Intake, *, actor: Actor, outcome: OutcomeKind, letter: Letter) -> None:
    """Keep the letter of one outcome for an intake. Letters that were released stay as they are.

    Raises NotAllowed, BadLetter with every problem.
    """
    letter = Letter(subject=one_line(letter.subject), body=paragraphs(letter.body))
    wrong = problems(letter, outcome)
    if wrong:
        raise BadLetter(wrong)
    with transaction():
        now = clock.now()
        policy.edit_letters(actor, intake, now).enforce()
        before = letters_of(intake.id)[outcome]
        row = db.session.scalar(
            sa.select(LetterTemplate)
            .where(LetterTemplate.intake_id == intake.id, LetterTemplate.outcome == outcome)
            .with_for_update()
        )
        if row is None:
            row = LetterTemplate(intake_id=intake.id, outcome=outcome)
            db.session.add(row)
        row.subject, row.body, row.updated_at = letter.subject, letter.body, now
        audit.record(
            "letter.save",
            row,
            actor=actor,
            before={"outcome": outcome.value, "subject": before.subject, "body": before.body},
            after={"outcome": outcome.value, "subject": letter.subject, "body": letter.body},
            programme_id=intake.programme_id,
        )
