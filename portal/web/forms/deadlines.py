"""More time and access codes: what applicants ask and what staff answer. Limits are checked by the commands."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import cast

from flask_wtf import FlaskForm
from wtforms import BooleanField, SelectField, StringField, TextAreaField

from portal.core.errors import Invalid
from portal.core.moments import in_zone
from portal.programmes.errors import NoSuchLocalTime
from portal.programmes.models import Intake
from portal.programmes.zones import Twice, days_later, to_utc
from portal.web.forms.fields import A_NUMBER, A_TIME, NEEDED, LocalTimeField, WholeNumberField, options, stripped

IN_ITS_ZONE = "In the time zone of the intake. A time that comes twice, when the clocks go back, means the second one."


class CodeForm(FlaskForm):
    code = StringField("Access code", [NEEDED], filters=[stripped], description="Such as K7MQ2-4XHTP.")


class MoreTimeForm(FlaskForm):
    """Asking for more time; the dates to choose from are filled in."""

    days = SelectField("Until when", [NEEDED])
    reason = TextAreaField(
        "Why you need it",
        [NEEDED],
        filters=[stripped],
        description="The admissions staff read this. Those who judge without names do not see it.",
        render_kw={"rows": 4, "maxlength": 2000},
    )

    def offer(self, dates: Mapping[int, datetime], zone: str) -> MoreTimeForm:
        self.days.choices = options((str(days), in_zone(moment, zone)) for days, moment in dates.items())
        return self


class GrantForm(FlaskForm):
    until = LocalTimeField("New deadline", [A_TIME], description=IN_ITS_ZONE)
    reason = TextAreaField(
        "Reason",
        [NEEDED],
        filters=[stripped],
        description="The applicant reads these words, and they stand in the file.",
        render_kw={"rows": 3},
    )
    sure = BooleanField("Yes, give this date all the same")

    def until_utc(self, intake: Intake) -> datetime:
        """Raises NoSuchLocalTime for a time that the clock skips, Invalid for one to look at twice."""
        until = to_utc(cast(datetime, self.until.data), intake.time_zone, twice=Twice.SECOND, field="until")
        days = intake.extension_max_days
        if days and not self.sure.data and until > days_later(intake.visible_deadline_at, intake.time_zone, days):
            stated = f"{days} day{'' if days == 1 else 's'}"
            raise Invalid(
                "Please look at the date once more.",
                fields={"sure": f"This is more than the {stated} that the intake states. Tick this if you mean it."},
            )
        return until


class AnswerForm(FlaskForm):
    """A sentence that goes with a refusal, or with taking something back."""

    reason = TextAreaField(
        "Reason", [NEEDED], filters=[stripped], description="The applicant reads these words.", render_kw={"rows": 3}
    )


class AccessCodeForm(FlaskForm):
    note = StringField(
        "Whom it is for", [NEEDED], filters=[stripped], description="Only staff read it.", render_kw={"maxlength": 200}
    )
    uses_allowed = WholeNumberField("How many people", [A_NUMBER], default=1, description="1 to 500.")
    expires_at = LocalTimeField(
        "They can begin until", [A_TIME], description="After that the code opens nothing any more."
    )
    deadline_at = LocalTimeField(
        "They can send their application until", [A_TIME], description="The deadline of those who begin with it."
    )

    def moments(self, intake: Intake) -> dict[str, datetime]:
        """`expires_at` and `deadline_at`. Raises Invalid, naming every time that the clocks skip."""
        moments, skipped = {}, {}
        for field in (self.expires_at, self.deadline_at):
            try:
                moments[field.name] = to_utc(cast(datetime, field.data), intake.time_zone, field=field.name)
            except NoSuchLocalTime as error:
                skipped.update(error.fields)
        if skipped:
            raise Invalid("The clocks skip a time that you chose.", fields=skipped)
        return moments
