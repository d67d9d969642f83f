"""Making the demo's people: staff with their rights, applicants with confirmed addresses."""

from __future__ import annotations

from typing import TypeVar

import sqlalchemy as sa
from flask import current_app
from flask_security import hash_password

from portal.accounts.actor import Actor
from portal.accounts.models import Person, ProgrammeStaff, Role
from portal.accounts.queries import actor_for
from portal.accounts.states import SITE_ADMIN, StaffRole
from portal.core import clock
from portal.core.db import db, transaction
from portal.programmes.models import Programme
from portal.seed.cast import PASSWORD, STAFF

T = TypeVar("T")


def add_person(name: str, email: str, *, time_zone: str = "America/New_York") -> Person:
    """A person with a confirmed address and the demo's password."""
    with transaction() as session:
        person = Person(
            full_name=name, email=email, time_zone=time_zone, password=_hashed(), confirmed_at=clock.now(), active=True
        )
        session.add(person)
        session.flush()
    return person


def add_site_admin() -> Actor:
    """Grace, who runs the office, also makes programmes."""
    grace = next(member for member in STAFF if member.email.startswith("grace@"))
    person = add_person(grace.name, grace.email)
    with transaction() as session:
        role = session.scalar(sa.select(Role).where(Role.name == SITE_ADMIN)) or Role(name=SITE_ADMIN)
        person.roles.append(role)
    return actor_for(person)


def add_staff(programmes: dict[str, Programme]) -> None:
    """Everybody in the cast with their rights in each programme."""
    for member in STAFF:
        person = db.session.scalar(sa.select(Person).where(Person.email == member.email))
        person = person or add_person(member.name, member.email)
        with transaction() as session:
            for slug, roles in member.roles.items():
                session.add_all(
                    ProgrammeStaff(person_id=person.id, programme_id=programmes[slug].id, role=StaffRole(role))
                    for role in roles
                )


def actor_named(email: str) -> Actor:
    """The actor of a member of the cast. Raises NoResultFound for somebody who is not in it."""
    return actor_for(db.session.scalars(sa.select(Person).where(Person.email == email)).one())


def _hashed() -> str:
    """One hash for everybody: argon2 is slow on purpose, and this is a demo."""
    if "seed_password" not in current_app.extensions:
        current_app.extensions["seed_password"] = hash_password(PASSWORD)
    hashed: str = current_app.extensions["seed_password"]
    return hashed


def found(thing: T | None) -> T:
    """A thing that the world has made itself. Raises LookupError when it is not there: the demo would be half."""
    if thing is None:
        raise LookupError("the demo's world lacks something that it should have made")
    return thing
