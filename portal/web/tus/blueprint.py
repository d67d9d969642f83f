"""Where clients of tus send recordings to."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("tus", __name__, url_prefix="/apply/uploads")
