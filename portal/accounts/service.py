"""Giving people their rights."""

from __future__ import annotations

import sqlalchemy as sa

from portal.accounts.actor import Actor
from portal.accounts.errors import LastAdmin
from portal.accounts.models import Person, ProgrammeStaff, Role
from portal.accounts.queries import person_by_email
from portal.accounts.states import SITE_ADMIN, StaffRole
from portal.core import audit
from portal.core.db import transaction
from portal.core.errors import Invalid


def appoint_site_admin(email: str, *, actor: Actor | None) -> Person:
    """Let somebody make programmes and appoint staff anywhere. Harmless when they may already.

    `actor` is None on the command line of the host, which is how the first one comes about. Raises Invalid when nobody
    with a confirmed address is registered under `email`.
    """
    with transaction() as session:
        person = _confirmed_person(email)
        role = session.scalar(sa.select(Role).where(Role.name == SITE_ADMIN)) or Role(name=SITE_ADMIN)
        if role not in person.roles:
            person.roles.append(role)
            audit.record("person.appoint", person, actor=actor, after={"role": SITE_ADMIN})
    return person


def appoint_staff(email: str, *, programme_id: str, role: StaffRole, actor: Actor | None) -> Person:
    """Give somebody a role in one programme. Harmless when they have it; raises Invalid like `appoint_site_admin`."""
    with transaction() as session:
        person = _confirmed_person(email)
        held = {row.role for row in person.staff_roles if row.programme_id == programme_id}
        if role not in held:
            session.add(ProgrammeStaff(person_id=person.id, programme_id=programme_id, role=role))
            audit.record("person.appoint", person, actor=actor, after={"role": role.value}, programme_id=programme_id)
    return person


def dismiss_staff(held: ProgrammeStaff, *, actor: Actor) -> None:
    """Take a role in one programme from somebody. What they did stays in the file under their name.

    Raises LastAdmin for the only administrator who is left: nobody could appoint another one.
    """
    with transaction() as session:
        admins = sa.select(ProgrammeStaff).where(
            ProgrammeStaff.programme_id == held.programme_id, ProgrammeStaff.role == StaffRole.ADMIN
        )
        # Locked: two administrators who dismiss each other at once must not both succeed.
        left = session.scalars(admins.with_for_update()).all()
        if held.role is StaffRole.ADMIN and [row.id for row in left] == [held.id]:
            raise LastAdmin
        session.delete(held)
        person, before = held.person, {"role": held.role.value}
        audit.record("person.dismiss", person, actor=actor, before=before, programme_id=held.programme_id)


def _confirmed_person(email: str) -> Person:
    person = person_by_email(email)
    if person is None or person.confirmed_at is None:
        raise Invalid(
            f"Nobody with a confirmed address is registered as {email}.",
            fields={"email": "They register on the sign-in page and confirm their address first."},
        )
    return person
