"""All screens of this audience: importing a screen registers its routes."""

from __future__ import annotations

from portal.web.admin import (
    application,
    assignments,
    audit,
    dashboard,
    deadlines,
    decisions,
    exports,
    extensions,
    intake,
    letters,
    programmes,
    programmes_gates,
    programmes_intakes,
    programmes_rubric,
    programmes_rules,
    programmes_slots,
    receipts,
    staff,
)
from portal.web.admin.blueprint import bp

__all__ = [
    "application",
    "assignments",
    "audit",
    "bp",
    "dashboard",
    "deadlines",
    "decisions",
    "exports",
    "extensions",
    "intake",
    "letters",
    "programmes",
    "programmes_gates",
    "programmes_intakes",
    "programmes_rubric",
    "programmes_rules",
    "programmes_slots",
    "receipts",
    "staff",
]
