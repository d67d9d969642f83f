"""To faculty. These mails name no applicant: whoever reads them may be a blind reviewer."""

from __future__ import annotations

from portal.core.moments import in_zone
from portal.core.outbox import OutboxMail
from portal.notifications.words import Site, Text, Words, compose, the
from portal.reviews.models import Assignment


def assigned(mail: OutboxMail, site: Site) -> Words:
    assignment = the(Assignment, mail, "assignment_id")
    intake = assignment.application.intake
    due = f"Please score it by {in_zone(assignment.due_at, intake.time_zone)}." if assignment.due_at else ""
    return compose(
        f"An application waits for your ears: {assignment.pseudonym}",
        name=assignment.reviewer.full_name,
        paragraphs=[
            f"you have been asked to listen to application {assignment.pseudonym} for {intake.programme.title} "
            f"({intake.title}). {due}".strip(),
            "If you know who this is, declare the conflict on its page; it then disappears from your list.",
            site.link("/review"),
        ],
        site=site,
    )


TEXTS: dict[str, Text] = {"review.assigned": assigned}
