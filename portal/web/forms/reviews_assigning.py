"""Choosing who hears what, and until when."""

from __future__ import annotations

from datetime import datetime

from flask_wtf import FlaskForm
from wtforms.validators import Optional

from portal.programmes.zones import to_utc
from portal.web.forms.fields import LocalTimeField


class DueForm(FlaskForm):
    """`due` is a wall-clock time in the intake's zone."""

    due = LocalTimeField("Scores wanted by", [Optional()], description="Reviewers see it. Leave empty for no date.")

    def due_at(self, zone: str) -> datetime | None:
        """The moment in UTC. Raises Invalid for a time that the clocks skip."""
        return to_utc(self.due.data, zone, field="due") if self.due.data else None
