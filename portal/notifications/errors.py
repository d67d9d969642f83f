"""Why a mail cannot be sent."""

from __future__ import annotations

from portal.core.errors import DomainError


class NoWords(DomainError):
    """No text belongs to this kind of mail, or what it speaks of no longer exists. Trying again does not help."""

    code = "no_words"


class NotNeeded(DomainError):
    """What the mail would say is not true any more, such as a reminder of something that is done. Nothing is lost."""

    code = "not_needed"


class Undeliverable(DomainError):
    """The receiving side refused for good, or the address is none. Trying again does not help."""

    code = "undeliverable"


class TryLater(DomainError):
    """The mail server is away, busy or misconfigured. The mail is kept and tried again."""

    code = "try_later"
