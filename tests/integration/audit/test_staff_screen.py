"""Rights are given and taken by the programme's own administrators, and one of them always stays."""

from __future__ import annotations

import threading

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.accounts import queries, service
from portal.accounts.errors import LastAdmin
from portal.accounts.models import Person, ProgrammeStaff
from portal.accounts.states import StaffRole
from portal.core.audit import AuditEntry
from portal.core.db import db, transaction
from tests.factories.decisions import School, make_school
from tests.services.page import send, sign_in, visit


@pytest.fixture
def school(app: Flask) -> School:
    with app.app_context():
        return make_school()


def browser(app: Flask, person_id: str):  # type: ignore[no-untyped-def]
    client = app.test_client()
    with app.app_context():
        sign_in(client, db.session.get_one(Person, person_id))
    return client


def roles(school: School) -> list[tuple[str, str]]:
    return [(row.person.full_name, row.role.value) for row in queries.roles_in(school.programme_id)]


def test_somebody_with_an_account_is_added(app: Flask, school: School) -> None:
    with app.app_context(), transaction():
        db.session.add(Person(email="nina@example.org", full_name="Nina Simon", confirmed_at=None))
    grace = browser(app, school.grace.person_id)
    page = visit(grace, f"/admin/staff/{school.programme_id}")

    unconfirmed = send(
        grace, page, f"/staff/{school.programme_id}", status=422, email="nina@example.org", role="faculty"
    )
    assert (
        "Nobody with a confirmed address is registered as nina@example.org." in (unconfirmed.words)
        or "confirm their address first" in unconfirmed.words
    )
    with app.app_context(), transaction():
        person = queries.person_by_email("nina@example.org")
        assert person is not None
        person.confirmed_at = db.session.get_one(Person, school.grace.person_id).confirmed_at
    added = send(grace, page, f"/staff/{school.programme_id}", email=" NINA@example.org ", role="faculty")

    assert "Nina Simon is faculty of this programme." in added.words
    with app.app_context():
        assert ("Nina Simon", "faculty") in roles(school)
        entry = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "person.appoint")).one()
        assert (entry.actor_name, entry.programme_id) == ("Grace Abara", school.programme_id)


def test_somebody_is_removed_but_never_the_last_admin(app: Flask, school: School) -> None:
    grace = browser(app, school.grace.person_id)
    with app.app_context():
        held = {row.person_id: row.id for row in queries.roles_in(school.programme_id)}
    page = visit(grace, f"/admin/staff/{school.programme_id}")

    gone = send(grace, page, f"/roles/{held[school.gina.person_id]}/dismiss")
    assert "Gina Bachauer is no longer admin of this programme." in gone.words
    last = send(grace, gone, f"/roles/{held[school.grace.person_id]}/dismiss")

    assert "This is the only administrator of the programme. Appoint another one first." in last.words
    with app.app_context():
        assert [name for name, role in roles(school) if role == "admin"] == ["Grace Abara"]


def test_two_admins_who_remove_each_other_do_not_both_succeed(app: Flask, school: School) -> None:
    answers: list[str] = []
    start = threading.Barrier(2)

    def remove(actor: str, other: str) -> None:
        with app.app_context():
            person_id = getattr(school, other).person_id
            held = db.session.scalars(sa.select(ProgrammeStaff).where(ProgrammeStaff.person_id == person_id)).one()
            start.wait()
            try:
                service.dismiss_staff(held, actor=getattr(school, actor))
                answers.append("removed")
            except LastAdmin:
                answers.append("kept")

    people = [threading.Thread(target=remove, args=pair) for pair in (("grace", "gina"), ("gina", "grace"))]
    for person in people:
        person.start()
    for person in people:
        person.join()

    assert sorted(answers) == ["kept", "removed"]
    with app.app_context():
        assert len([role for _, role in roles(school) if role == StaffRole.ADMIN.value]) == 1


def test_another_programmes_admin_gives_and_takes_nothing(app: Flask, school: School) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    heidi, frank = browser(app, school.heidi.person_id), browser(app, school.frank.person_id)
    with app.app_context():
        role_id = queries.roles_in(school.programme_id)[0].id
        before = roles(school)

    for client in (heidi, frank):
        answer = client.post(f"/admin/staff/{school.programme_id}", data={"email": "x@example.org", "role": "admin"})
        assert answer.status_code == 404
        assert client.post(f"/admin/staff/roles/{role_id}/dismiss").status_code == 404

    with app.app_context():
        assert roles(school) == before
