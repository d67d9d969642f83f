"""What can be refused about programmes and what they ask for."""

from __future__ import annotations

from collections.abc import Sequence

from portal.core.errors import DomainError, Invalid, Stale


class SlugTaken(Invalid):
    """Two programmes cannot have the same address."""

    code = "slug_taken"

    def __init__(self, slug: str) -> None:
        sentence = f"Another programme already has the address “{slug}”. Choose another one."
        super().__init__(sentence, fields={"slug": sentence})


class NoSuchLocalTime(Invalid):
    """The clock jumped over this time. `field` is the form field that holds it."""

    code = "no_such_local_time"

    def __init__(self, sentence: str, *, field: str = "") -> None:
        super().__init__(sentence, fields={field: sentence} if field else {})


class NotReadyToPublish(DomainError):
    """`details` lists everything that is still missing."""

    code = "not_ready_to_publish"

    def __init__(self, missing: Sequence[str]) -> None:
        super().__init__("This intake cannot be published yet.", details=missing)


class NewerVersionExists(Stale):
    """Somebody published a version after this form was opened."""

    code = "newer_version_exists"

    def __init__(self, version: int) -> None:
        super().__init__(
            f"Version {version} was published while you were editing. Open the page again to start from that version; "
            "copy what you want to keep from this one first."
        )
