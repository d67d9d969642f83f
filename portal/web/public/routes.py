"""All screens of this audience: importing a screen registers its routes."""

from __future__ import annotations

from portal.web.public import checks, home, programme, receipts, trials
from portal.web.public.blueprint import bp

__all__ = ["bp", "checks", "home", "programme", "receipts", "trials"]
