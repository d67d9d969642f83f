"""The people of the tests, by their parts: who they are is the same in every story.

Ada and Ben apply; Clara is assigned to Ada's application, Dan is not, Eve has declared a conflict; Frank chairs, Grace
is admin, Heidi is admin of another programme, Stella looks after the whole site. Call inside `transaction()`.
"""

from __future__ import annotations

from itertools import count

import sqlalchemy as sa
from flask.testing import FlaskClient

from portal.accounts.actor import Actor
from portal.accounts.models import Person, ProgrammeStaff, Role
from portal.accounts.queries import actor_for
from portal.accounts.states import SITE_ADMIN, StaffRole
from portal.core import clock
from portal.core.db import db
from portal.programmes.models import Programme

_numbers = count(1)


def make_person(full_name: str, *, email: str | None = None, confirmed: bool = True, time_zone: str = "UTC") -> Person:
    address = email or f"{full_name.split()[0].lower()}{next(_numbers)}@example.org"
    person = Person(
        email=address,
        full_name=full_name,
        time_zone=time_zone,
        confirmed_at=clock.now() if confirmed else None,
    )
    db.session.add(person)
    db.session.flush()
    return person


def give_role(person: Person, programme: Programme, *roles: StaffRole) -> Person:
    db.session.add_all(ProgrammeStaff(person_id=person.id, programme_id=programme.id, role=role) for role in roles)
    db.session.flush()
    return person


def ada() -> Person:
    return make_person("Ada Lovelace")


def ben() -> Person:
    return make_person("Ben Britten")


def clara(programme: Programme) -> Person:
    return give_role(make_person("Clara Schumann"), programme, StaffRole.FACULTY)


def dan(programme: Programme) -> Person:
    return give_role(make_person("Dan Lanois"), programme, StaffRole.FACULTY)


def eve(programme: Programme) -> Person:
    return give_role(make_person("Eve Queler"), programme, StaffRole.FACULTY)


def frank(programme: Programme) -> Person:
    return give_role(make_person("Frank Martin"), programme, StaffRole.CHAIR)


def grace(programme: Programme) -> Person:
    return give_role(make_person("Grace Williams"), programme, StaffRole.ADMIN)


def heidi(other_programme: Programme) -> Person:
    return give_role(make_person("Heidi Stober"), other_programme, StaffRole.ADMIN)


def stella() -> Person:
    person = make_person("Stella Site")
    role = db.session.scalar(sa.select(Role).where(Role.name == SITE_ADMIN)) or Role(name=SITE_ADMIN)
    person.roles.append(role)
    db.session.flush()
    return person


def as_actor(person: Person) -> Actor:
    return actor_for(person)


def sign_in(client: FlaskClient, person: Person) -> None:
    """Give the browser a session of the person, as a successful sign-in does."""
    with client.session_transaction() as session:
        session["_user_id"] = person.fs_uniquifier
        session["_fresh"] = True
