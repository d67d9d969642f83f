"""A programme with an open intake, and the people around it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from portal.accounts.actor import Actor
from portal.accounts.models import Person
from portal.accounts.queries import actor_for
from portal.core import clock
from portal.core.audit import AuditEntry
from portal.core.db import db, transaction
from portal.programmes.models import Intake, Programme, Slot
from tests.factories import programmes as make
from tests.factories.cast import make_person, make_staff
from tests.services.page import sign_in


@dataclass
class House:
    programme: Programme
    other: Programme
    intake: Intake
    slot: Slot
    grace: Person
    heidi: Person
    frank: Person
    clara: Person
    ada: Person
    stella: Person

    def acting(self, name: str) -> Actor:
        person: Person = getattr(self, name)
        return actor_for(person)


@pytest.fixture
def house(app: Flask) -> Iterator[House]:
    """Inside an application context, five days before the deadline."""
    with app.app_context(), clock.frozen(make.DURING):
        with transaction():
            programme = make.make_programme(slug="music-production")
            other = make.make_programme(slug="sound-design", title="Sound Design", degree="M.S.")
            intake = make.make_complete_intake(programme)
            house = House(
                programme=programme,
                other=other,
                intake=intake,
                slot=intake.slots[0],
                grace=make_staff("Grace", programme.id),
                heidi=make_staff("Heidi", other.id),
                frank=make_staff("Frank", programme.id),
                clara=make_staff("Clara", programme.id),
                ada=make_person("Ada"),
                stella=make.make_site_admin(),
            )
        yield house


@pytest.fixture
def grace(client: FlaskClient, house: House) -> FlaskClient:
    """A browser in which the programme's admin is signed in."""
    sign_in(client, house.grace)
    return client


def audited(action: str) -> AuditEntry:
    """The one entry of this action."""
    entry: AuditEntry = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == action)).one()
    return entry
