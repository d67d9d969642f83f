"""Why a right cannot be given or taken."""

from __future__ import annotations

from portal.core.errors import Invalid


class LastAdmin(Invalid):
    code = "last_admin"

    def __init__(self) -> None:
        super().__init__("This is the only administrator of the programme. Appoint another one first.")
