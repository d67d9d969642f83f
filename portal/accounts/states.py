"""The roles a person can have in a programme."""

from __future__ import annotations

from enum import StrEnum

SITE_ADMIN = "site_admin"


class StaffRole(StrEnum):
    FACULTY = "faculty"
    CHAIR = "chair"
    ADMIN = "admin"
