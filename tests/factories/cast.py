"""The people of every story: who they are is the same in each.

Ada and Ben apply; Clara is assigned to Ada's application, Dan is not, Eve has declared a conflict; Frank chairs, Grace
is admin, Heidi is admin of another programme.
"""

from __future__ import annotations

from itertools import count

from portal.accounts.actor import Actor
from portal.accounts.models import Person, ProgrammeStaff
from portal.accounts.queries import actor_for
from portal.accounts.states import StaffRole
from portal.core import clock
from portal.core.db import db, transaction

FULL_NAMES = {
    "Ada": "Ada Lovelace",
    "Ben": "Ben Britten",
    "Clara": "Clara Schumann",
    "Dan": "Dan Lanois",
    "Eve": "Eve Queler",
    "Frank": "Frank Martin",
    "Grace": "Grace Williams",
    "Heidi": "Heidi Stober",
}
ROLES = {
    "Clara": StaffRole.FACULTY,
    "Dan": StaffRole.FACULTY,
    "Eve": StaffRole.FACULTY,
    "Frank": StaffRole.CHAIR,
    "Grace": StaffRole.ADMIN,
    "Heidi": StaffRole.ADMIN,
}
_numbers = count(1)


def make_person(name: str, *, email: str | None = None, confirmed: bool = True, time_zone: str = "UTC") -> Person:
    """Somebody with an account and no rights: one of the cast by the first name, or anybody by a full one."""
    with transaction():
        person = Person(
            email=email or f"{name.split()[0].lower()}{next(_numbers)}@example.org",
            full_name=FULL_NAMES.get(name, name),
            time_zone=time_zone,
            confirmed_at=clock.now() if confirmed else None,
        )
        db.session.add(person)
        db.session.flush()
    return person


def make_staff(name: str, programme_id: str, *roles: StaffRole) -> Person:
    """One of the cast in a programme; with the cast's own role where none is given."""
    with transaction():
        person = make_person(name)
        db.session.add_all(
            ProgrammeStaff(person_id=person.id, programme_id=programme_id, role=role)
            for role in roles or (ROLES[name],)
        )
        db.session.flush()
    return person


def acting_as(person: Person) -> Actor:
    """The person as policies see them."""
    return actor_for(person)
