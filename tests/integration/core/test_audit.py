"""The audit row and the change stand or fall together."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.actor import Actor
from portal.accounts.models import Person
from portal.core import audit
from portal.core.audit import AuditEntry
from portal.core.db import db, transaction


def entries() -> list[AuditEntry]:
    return list(db.session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id)))


def test_who_what_before_and_after(session: Session) -> None:
    with transaction():
        person = Person(email="ada@example.org", full_name="Ada")
        db.session.add(person)
        audit.record(
            "person.rename",
            person,
            actor=Actor(person_id="grace-id", name="Grace"),
            before={"full_name": "A."},
            after={"full_name": "Ada"},
            reason="typing error",
        )

    (entry,) = entries()
    assert (entry.actor_id, entry.actor_name, entry.action) == ("grace-id", "Grace", "person.rename")
    assert (entry.object_type, entry.object_id) == ("people", person.id)
    assert (entry.before, entry.after, entry.reason) == ({"full_name": "A."}, {"full_name": "Ada"}, "typing error")


def test_no_entry_without_its_change(session: Session) -> None:
    with pytest.raises(ZeroDivisionError), transaction():
        person = Person(email="ada@example.org")
        db.session.add(person)
        audit.record("person.register", person)
        raise ZeroDivisionError

    assert entries() == []
