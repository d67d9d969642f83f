"""The pages of this audience. Each screen is a module of its own; `routes.py` gathers them."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("applicant", __name__, url_prefix="/apply")
