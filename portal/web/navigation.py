"""The links of the header: one for each part of the house in which the person has something to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Flask, request, url_for

from portal.accounts.actor import Actor
from portal.accounts.states import StaffRole
from portal.web.authz import current_actor


@dataclass(frozen=True)
class Area:
    """A part of the house: its first page, and the addresses that belong to it."""

    label: str
    endpoint: str
    prefix: str


PROGRAMMES = Area("Programmes", "public.home", "/programmes")
APPLICATIONS = Area("My applications", "applicant.dashboard", "/apply")
LISTENING = Area("Listening", "faculty.queue", "/review")
ADMISSIONS = Area("Admissions", "admin.dashboard", "/admin")
SET_UP = Area("Set-up", "admin.programmes", "/admin/programmes")


def areas(actor: Actor | None) -> list[Area]:
    """Where this person may have something to do, the public pages first. Pure."""
    if actor is None:
        return [PROGRAMMES]
    found = [PROGRAMMES]
    if actor.programmes_as(StaffRole.FACULTY, StaffRole.CHAIR):
        found.append(LISTENING)
    if actor.programmes_as(StaffRole.ADMIN, StaffRole.CHAIR):
        found.append(ADMISSIONS)
    if actor.site_admin or actor.programmes_as(StaffRole.ADMIN):
        found.append(SET_UP)
    return [*found, APPLICATIONS]


def home_of(actor: Actor) -> Area:
    """Where this person's work is. Running an intake comes before listening, staff work before an own application."""
    if actor.programmes_as(StaffRole.ADMIN, StaffRole.CHAIR):
        return ADMISSIONS
    if actor.programmes_as(StaffRole.FACULTY):
        return LISTENING
    return SET_UP if actor.site_admin else APPLICATIONS


def main_nav() -> list[dict[str, Any]]:
    """What base.html shows: href, label, and whether the page belongs to that area."""
    shown = areas(current_actor())
    here = max((area for area in shown if _is_in(area)), key=lambda area: len(area.prefix), default=None)
    return [{"href": url_for(area.endpoint), "label": area.label, "current": area is here} for area in shown]


def _is_in(area: Area) -> bool:
    return request.path.startswith(area.prefix) or request.endpoint == area.endpoint


def register(app: Flask) -> None:
    app.jinja_env.globals["main_nav"] = main_nav
