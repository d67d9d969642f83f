"""To faculty, and about them to those who run the intake. Mails to faculty name no applicant: they may listen blind."""

from __future__ import annotations

from portal.core.moments import in_zone
from portal.core.outbox import OutboxMail
from portal.notifications.words import Site, Text, Words, compose, named, the
from portal.reviews.models import Assignment


def assigned(mail: OutboxMail, site: Site) -> Words:
    assignment = the(Assignment, mail, "assignment_id")
    intake = assignment.application.intake
    count = int(mail.context.get("count", 1))
    what = f"application {assignment.pseudonym}" if count == 1 else f"{count} applications"
    due = f"Please score by {in_zone(assignment.due_at, intake.time_zone)}." if assignment.due_at else ""
    return compose(
        f"An application waits for your ears: {assignment.pseudonym}"
        if count == 1
        else f"{count} applications wait for your ears",
        name=assignment.reviewer.full_name,
        paragraphs=[
            f"You have been asked to listen to {what} for {named(intake)}. {due}".strip(),
            "If you recognise somebody, declare the conflict on that page; it then disappears from your list.",
            site.link("/review"),
        ],
        site=site,
    )


def conflict_declared(mail: OutboxMail, site: Site) -> Words:
    assignment = the(Assignment, mail, "assignment_id")
    application = assignment.application
    reason = f"The reason given: {assignment.conflict_reason}" if assignment.conflict_reason else "No reason was given."
    return compose(
        f"A reviewer stepped back from {application.number}",
        name="",
        paragraphs=[
            f"{assignment.reviewer.full_name} has declared a conflict of interest with {application.number}. {reason}",
            "They can no longer see or hear it, and their scores on it do not count. Please ask somebody else.",
            site.link(f"/admin/intakes/{application.intake_id}/assignments"),
        ],
        site=site,
    )


TEXTS: dict[str, Text] = {"review.assigned": assigned, "review.conflict_declared": conflict_declared}
