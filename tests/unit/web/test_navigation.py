"""Which parts of the house somebody is led to, and where their work is."""

import pytest

from portal.accounts.actor import Actor
from portal.accounts.states import StaffRole
from portal.web.navigation import areas, home_of

FACULTY, CHAIR, ADMIN = StaffRole.FACULTY, StaffRole.CHAIR, StaffRole.ADMIN


def actor(*roles: StaffRole, site_admin: bool = False) -> Actor:
    held = {"p": frozenset(roles)} if roles else {}
    return Actor(person_id="x", name="Somebody", site_admin=site_admin, roles_by_programme=held)


@pytest.mark.parametrize(
    ("who", "labels", "home"),
    [
        (actor(), ["Programmes", "My applications"], "applicant.dashboard"),
        (actor(FACULTY), ["Programmes", "Listening", "My applications"], "faculty.queue"),
        (actor(CHAIR), ["Programmes", "Listening", "Admissions", "My applications"], "admin.dashboard"),
        (actor(ADMIN), ["Programmes", "Admissions", "Set-up", "My applications"], "admin.dashboard"),
        (
            actor(FACULTY, ADMIN),
            ["Programmes", "Listening", "Admissions", "Set-up", "My applications"],
            "admin.dashboard",
        ),
        (actor(site_admin=True), ["Programmes", "Set-up", "My applications"], "admin.programmes"),
        (
            actor(FACULTY, site_admin=True),
            ["Programmes", "Listening", "Set-up", "My applications"],
            "faculty.queue",
        ),
    ],
)
def test_every_role_is_led_to_its_work(who: Actor, labels: list[str], home: str) -> None:
    assert [area.label for area in areas(who)] == labels
    assert home_of(who).endpoint == home


def test_visitors_see_the_programmes() -> None:
    assert [area.label for area in areas(None)] == ["Programmes"]
