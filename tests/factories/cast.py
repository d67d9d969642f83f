"""The people of every story.

Ada and Ben apply. Clara reviews what is assigned to her, Dan reviews but was not assigned, Eve has declared a conflict,
Frank chairs, Grace runs the admissions, Heidi does so for another programme.
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
    "Ada": "Ada Lindqvist",
    "Ben": "Ben Okafor",
    "Clara": "Clara Voss",
    "Dan": "Dan Moreau",
    "Eve": "Eve Tanaka",
    "Frank": "Frank Ostrowski",
    "Grace": "Grace Abara",
    "Heidi": "Heidi Keller",
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


def make_person(name: str = "Ada", *, confirmed: bool = True, time_zone: str = "Europe/Berlin") -> Person:
    """Somebody with an account and no rights, by the cast's first name or any full one."""
    with transaction():
        person = Person(
            email=f"{name.split()[0].lower()}{next(_numbers)}@example.org",
            full_name=FULL_NAMES.get(name, name),
            time_zone=time_zone,
            confirmed_at=clock.now() if confirmed else None,
        )
        db.session.add(person)
        db.session.flush()
    return person


def make_staff(name: str, programme_id: str, *roles: StaffRole) -> Person:
    """One of the cast in a programme; with the cast's own role where none is given."""
    person = make_person(name)
    with transaction():
        db.session.add_all(
            ProgrammeStaff(person_id=person.id, programme_id=programme_id, role=role)
            for role in roles or (ROLES[name],)
        )
    return person


def acting_as(person: Person) -> Actor:
    return actor_for(person)
