"""All screens of this audience: importing a screen registers its routes."""

from __future__ import annotations

from portal.web.admin import (
    programmes,
    programmes_gates,
    programmes_intakes,
    programmes_rubric,
    programmes_rules,
    programmes_slots,
)
from portal.web.admin.blueprint import bp

__all__ = [
    "bp",
    "programmes",
    "programmes_gates",
    "programmes_intakes",
    "programmes_rubric",
    "programmes_rules",
    "programmes_slots",
]
