"""Reading people."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager

from portal.accounts.actor import Actor
from portal.accounts.models import Person, ProgrammeStaff
from portal.accounts.states import SITE_ADMIN, StaffRole
from portal.core.db import db


def actor_for(person: Person) -> Actor:
    """What policies need to know of a person. One query."""
    held: dict[str, set[StaffRole]] = defaultdict(set)
    rows = db.session.execute(
        sa.select(ProgrammeStaff.programme_id, ProgrammeStaff.role).where(ProgrammeStaff.person_id == person.id)
    )
    for programme_id, role in rows:
        held[programme_id].add(role)
    return Actor(
        person_id=person.id,
        name=person.full_name or person.email,
        confirmed=person.confirmed_at is not None,
        site_admin=any(role.name == SITE_ADMIN for role in person.roles),
        roles_by_programme={programme_id: frozenset(roles) for programme_id, roles in held.items()},
    )


def person_by_email(email: str) -> Person | None:
    return db.session.scalar(sa.select(Person).where(sa.func.lower(Person.email) == email.strip().lower()))


def staff_of(programme_id: str, *roles: StaffRole) -> Sequence[Person]:
    """Active people with any of the roles in a programme, by name."""
    return db.session.scalars(
        sa.select(Person)
        .join(ProgrammeStaff)
        .where(ProgrammeStaff.programme_id == programme_id, ProgrammeStaff.role.in_(roles), Person.active)
        .distinct()
        .order_by(Person.full_name, Person.id)
    ).all()


def roles_in(programme_id: str) -> Sequence[ProgrammeStaff]:
    """Every role that somebody has in a programme, with the person, by role and name. One query."""
    return db.session.scalars(
        sa.select(ProgrammeStaff)
        .join(Person)
        .where(ProgrammeStaff.programme_id == programme_id)
        .options(contains_eager(ProgrammeStaff.person))
        .order_by(ProgrammeStaff.role, Person.full_name, Person.id)
    ).all()


def role_held(role_id: str) -> ProgrammeStaff | None:
    return db.session.get(ProgrammeStaff, role_id)
