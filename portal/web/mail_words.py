"""What a mail is about, in the words of the pages, for one that has no subject yet or never gets one."""

from portal.core.outbox import OutboxMail
from portal.notifications.recipients import is_for_applicant

MAILS = {
    "application.submitted": "The application has arrived",
    "application.withdrawn": "The application is withdrawn",
    "application.reopened": "The application can be changed again",
    "checks.done": "The recordings are checked",
    "deadline.moved": "The deadline has moved",
    "deadline.reminder": "The deadline is near",
    "decision.released": "The decision",
    "extension.asked": "Somebody asks for more time",
    "extension.granted": "More time is given",
    "extension.refused": "More time is refused",
    "extension.revoked": "The time that was given is taken back",
    "recording.needs_staff": "A recording needs a look",
    "review.assigned": "An application to listen to",
    "review.conflict_declared": "A reviewer declares a conflict of interest",
}


def mail_words(mail: OutboxMail) -> str:
    """Return the subject of a mail; before it has one, what it is about. A kind without words shows its name."""
    return mail.subject or MAILS.get(mail.kind) or mail.kind.replace(".", ": ").replace("_", " ")


def mail_to(mail: OutboxMail) -> str:
    """Return the address of a mail; of one that nobody has addressed yet, whom it is for."""
    return mail.to_address or ("the applicant" if is_for_applicant(mail.kind) else "the staff")
