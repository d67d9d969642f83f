"""What can go wrong in the domain, in words for the person concerned. Only web/errors.py knows status codes."""

from __future__ import annotations

from collections.abc import Sequence


class DomainError(Exception):
    """A rule was broken. `message` says what to do; `details` lists every reason where there are several."""

    code = "domain_error"

    def __init__(self, message: str, *, details: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.details = list(details)


class NotFound(DomainError):
    """Does not exist, or not for this person: the two must look the same."""

    code = "not_found"

    def __init__(self, message: str = "We could not find that page.") -> None:
        super().__init__(message)


class NotAllowed(DomainError):
    code = "not_allowed"


class Invalid(DomainError):
    """Input that breaks a rule. `fields` maps field names to sentences."""

    code = "invalid"

    def __init__(self, message: str, *, fields: dict[str, str] | None = None, details: Sequence[str] = ()) -> None:
        super().__init__(message, details=details)
        self.fields = fields or {}


class Stale(DomainError):
    """Somebody else, or another browser tab, changed it first."""

    code = "stale"

    def __init__(self, message: str = "This changed in the meantime. Reload the page and look again.") -> None:
        super().__init__(message)


class TooLarge(DomainError):
    code = "too_large"


class Unavailable(DomainError):
    """A part that we depend on does not answer; trying again may help."""

    code = "unavailable"
