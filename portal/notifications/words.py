"""What every mail text is made of: plain words, one greeting, one way to end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from portal.applications.models import Application
from portal.core.db import db
from portal.core.outbox import OutboxMail
from portal.notifications.errors import NoWords
from portal.programmes.models import Intake

T = TypeVar("T")


@dataclass(frozen=True)
class Site:
    """What a text may say of this installation. `public_url` has no slash at its end."""

    public_url: str
    school_name: str

    def link(self, path: str) -> str:
        return f"{self.public_url}{path}"


@dataclass(frozen=True)
class Attachment:
    """A file that travels with a mail. `name` is plain ASCII; `kind` is its media type."""

    name: str
    kind: str
    content: bytes


@dataclass(frozen=True)
class Words:
    """A worded mail: one line and plain text, and what is attached to it."""

    subject: str
    body: str
    attachments: tuple[Attachment, ...] = ()


Text = Callable[[OutboxMail, Site], Words]


def compose(
    subject: str, *, name: str, paragraphs: list[str], site: Site, attachments: tuple[Attachment, ...] = ()
) -> Words:
    """Greeting, paragraphs and ending; empty paragraphs are left out."""
    greeting = f"Dear {name}," if name else "Hello,"
    parts = [greeting, *(part for part in paragraphs if part), f"{site.school_name}\n{site.public_url}"]
    return Words(subject=subject, body="\n\n".join(parts) + "\n", attachments=attachments)


def named(intake: Intake) -> str:
    """`Music Production (Fall 2027)`."""
    return f"{intake.programme.title} ({intake.title})"


def page_of(application: Application, site: Site) -> str:
    """Where an applicant finds the own application."""
    return site.link(f"/apply/{application.id}")


def the(model: type[T], mail: OutboxMail, key: str) -> T:
    """The row that a mail speaks of. Raises NoWords when the mail does not name it, or it is gone."""
    row_id: Any = mail.context.get(key)
    row = db.session.get(model, row_id) if row_id else None
    if row is None:
        raise NoWords(f"A mail of the kind “{mail.kind}” speaks of something that no longer exists ({key}).")
    return row
