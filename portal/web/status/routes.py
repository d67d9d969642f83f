"""All screens of this audience: importing a screen registers its routes."""

from __future__ import annotations

from portal.web.status import health, mailbox, page, styleguide
from portal.web.status.blueprint import bp

__all__ = ["bp", "health", "mailbox", "page", "styleguide"]
