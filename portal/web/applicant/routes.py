"""All screens of this audience: importing a screen registers its routes."""

from __future__ import annotations

from portal.web.applicant import (
    application,
    begin,
    dashboard,
    gates,
    papers,
    places,
    player,
    recording,
    slots,
    sound,
    uploads,
)
from portal.web.applicant.blueprint import bp

__all__ = [
    "application",
    "begin",
    "bp",
    "dashboard",
    "gates",
    "papers",
    "places",
    "player",
    "recording",
    "slots",
    "sound",
    "uploads",
]
