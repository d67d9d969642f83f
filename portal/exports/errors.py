"""Why there is no file."""

from __future__ import annotations

from portal.core.errors import NotFound, Stale


class NotReady(Stale):
    code = "export_not_ready"

    def __init__(self) -> None:
        super().__init__("This export is not ready yet. Its page says how far it is.")


class ExportGone(NotFound):
    code = "export_gone"

    def __init__(self) -> None:
        super().__init__("This export is no longer kept. Ask for a new one; it takes a moment.")


class ClaimLost(Exception):
    """Another worker has taken this export over; what was written so far is thrown away."""
