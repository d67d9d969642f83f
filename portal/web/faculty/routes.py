"""All screens of this audience: importing a screen registers its routes."""

from __future__ import annotations

from portal.web.faculty import moments, queue, sheet, sound
from portal.web.faculty.blueprint import bp

__all__ = ["bp", "moments", "queue", "sheet", "sound"]
