"""From a mail that is owed to its words: which text belongs to which kind."""

from __future__ import annotations

from portal.core.outbox import OutboxMail
from portal.notifications.errors import NoWords
from portal.notifications.texts import accounts, applications, deadlines, decisions, recordings, reviews
from portal.notifications.words import Site, Text, Words

TEXTS: dict[str, Text] = applications.TEXTS | deadlines.TEXTS | recordings.TEXTS | reviews.TEXTS | decisions.TEXTS


def word(mail: OutboxMail, site: Site) -> Words:
    """What a mail says. One that was worded before, or by the account pages, keeps its words.

    Raises NoWords when nobody has written a text for its kind, or when what it speaks of is gone.
    """
    if mail.body:
        return Words(subject=mail.subject, body=mail.body)
    if mail.kind.startswith(accounts.PREFIX):
        raise NoWords(f"A mail of the kind “{mail.kind}” comes with its text, but this one is empty.")
    text = TEXTS.get(mail.kind)
    if text is None:
        raise NoWords(f"There is no text for mail of the kind “{mail.kind}”.")
    return text(mail, site)
