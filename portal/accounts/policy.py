"""Who may enter which part of the house. What they see inside is decided by the policies of the things themselves."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from portal.accounts.actor import Actor
from portal.accounts.states import StaffRole
from portal.core.ruling import ALLOWED, Ruling, allowed_if, refused


class HasId(Protocol):
    """A programme, which this package does not know."""

    @property
    def id(self) -> str: ...


class HasProgrammeId(Protocol):
    @property
    def programme_id(self) -> str: ...


def anyone(actor: Actor | None, thing: object, now: datetime) -> Ruling:
    return ALLOWED


def signed_in(actor: Actor | None, thing: object, now: datetime) -> Ruling:
    return allowed_if(actor is not None, "Please sign in first.")


def confirmed(actor: Actor | None, thing: object, now: datetime) -> Ruling:
    if actor is None:
        return refused("Please sign in first.")
    return allowed_if(actor.confirmed, "Please confirm your mail address first: open the link that we sent you.")


def faculty(actor: Actor | None, thing: object, now: datetime) -> Ruling:
    """Anybody who scores: faculty and chairs."""
    return _staff(actor, StaffRole.FACULTY, StaffRole.CHAIR)


def chair(actor: Actor | None, thing: object, now: datetime) -> Ruling:
    return _staff(actor, StaffRole.CHAIR)


def admissions(actor: Actor | None, thing: object, now: datetime) -> Ruling:
    """Anybody who runs an intake: admins and chairs."""
    return _staff(actor, StaffRole.ADMIN, StaffRole.CHAIR)


def admin(actor: Actor | None, thing: object, now: datetime) -> Ruling:
    return _staff(actor, StaffRole.ADMIN)


def site_admin(actor: Actor | None, thing: object, now: datetime) -> Ruling:
    return allowed_if(actor is not None and actor.site_admin, "Only the site's administrators can do that.")


def manage_staff(actor: Actor | None, programme: HasId, now: datetime) -> Ruling:
    """Appoint and dismiss the staff of one programme."""
    return _manage(actor, programme.id)


def dismiss(actor: Actor | None, held: HasProgrammeId, now: datetime) -> Ruling:
    """Take one role in a programme from somebody."""
    return _manage(actor, held.programme_id)


def _manage(actor: Actor | None, programme_id: str) -> Ruling:
    may = actor is not None and actor.confirmed and (actor.site_admin or actor.has(programme_id, StaffRole.ADMIN))
    return allowed_if(may, "Only the administrators of this programme can do that.")


def _staff(actor: Actor | None, *roles: StaffRole) -> Ruling:
    return allowed_if(
        actor is not None and actor.confirmed and bool(actor.programmes_as(*roles)),
        "This page is for the staff of a programme.",
    )
