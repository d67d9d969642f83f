"""How the first administrator of an installation comes about, and everybody after."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.queries import actor_for
from portal.accounts.service import appoint_site_admin, appoint_staff
from portal.accounts.states import StaffRole
from portal.core.audit import AuditEntry
from portal.core.db import transaction
from portal.core.errors import Invalid
from tests.factories.cast import make_person
from tests.factories.programmes import make_programme


def deeds(session: Session) -> list[dict[str, str]]:
    return [
        entry.after for entry in session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "person.appoint"))
    ]


def test_the_first_administrator_is_somebody_who_registered(session: Session) -> None:
    grace = make_person("Grace", email="grace@example.org")
    appoint_site_admin("Grace@Example.org", actor=None)
    assert actor_for(grace).site_admin
    assert deeds(session) == [{"role": "site_admin"}]


def test_appointing_twice_changes_nothing(session: Session) -> None:
    make_person("Grace", email="grace@example.org")
    for _ in range(2):
        appoint_site_admin("grace@example.org", actor=None)
    assert len(deeds(session)) == 1


@pytest.mark.usefixtures("session")
def test_nobody_is_appointed_before_the_address_is_confirmed() -> None:
    make_person("Grace", email="grace@example.org", confirmed=False)
    for email in ("grace@example.org", "nobody@example.org"):
        with pytest.raises(Invalid, match=f"Nobody with a confirmed address is registered as {email}"):
            appoint_site_admin(email, actor=None)


def test_a_role_holds_in_its_programme_alone(session: Session) -> None:
    with transaction():
        here, elsewhere = make_programme(), make_programme()
    clara = make_person("Clara", email="clara@example.org")
    appoint_staff("clara@example.org", programme_id=here.id, role=StaffRole.FACULTY, actor=None)
    actor = actor_for(clara)
    assert actor.has(here.id, StaffRole.FACULTY)
    assert not actor.has(elsewhere.id, StaffRole.FACULTY)
    assert not actor.site_admin
    assert deeds(session) == [{"role": "faculty"}]
