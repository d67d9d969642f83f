"""Who is asking: what policies judge by. Pure; built once per request or command from the person's rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from portal.accounts.states import StaffRole


@dataclass(frozen=True)
class Actor:
    """A signed-in person. Nobody at all is `None`, never an empty Actor."""

    person_id: str
    name: str
    confirmed: bool = True
    site_admin: bool = False
    roles_by_programme: Mapping[str, frozenset[StaffRole]] = field(default_factory=dict)

    def has(self, programme_id: str, *roles: StaffRole) -> bool:
        """Whether the person has any of the roles in the programme."""
        return bool(self.roles_by_programme.get(programme_id, frozenset()) & set(roles))

    def programmes_as(self, *roles: StaffRole) -> list[str]:
        """The programmes in which the person has any of the roles, in a stable order."""
        return sorted(p for p, held in self.roles_by_programme.items() if held & set(roles))

    @property
    def is_staff(self) -> bool:
        return self.site_admin or bool(self.roles_by_programme)
