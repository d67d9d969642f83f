"""To applicants: the letter of the released decision, word for word as it was frozen."""

from __future__ import annotations

from portal.core.outbox import OutboxMail
from portal.decisions.models import Decision
from portal.decisions.states import DecisionState
from portal.notifications.errors import NoWords
from portal.notifications.words import Site, Text, Words, the


def released(mail: OutboxMail, site: Site) -> Words:
    """The frozen letter of the decision, word for word. Nothing that has not been released can be worded."""
    decision = the(Decision, mail, "decision_id")
    if decision.state is not DecisionState.RELEASED or not decision.letter_body:
        raise NoWords("The decision that this mail speaks of has not been released.")
    if decision.application.applicant_id != mail.to_person_id:
        raise NoWords("The decision that this mail speaks of belongs to another person than the mail is addressed to.")
    return Words(
        subject=decision.letter_subject,
        body=decision.letter_body
        + "\n\nYou can always read this letter on the page of your application:\n"
        + site.link(f"/apply/{decision.application_id}")
        + "\n",
    )


TEXTS: dict[str, Text] = {"decision.released": released}
