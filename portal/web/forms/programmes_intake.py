"""Dates and numbers of an intake. Times are typed as the clock on the school's wall shows them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, SelectField, StringField, TextAreaField

from portal.core.errors import Invalid
from portal.programmes.errors import NoSuchLocalTime
from portal.programmes.models import Intake
from portal.programmes.states import IntakeState
from portal.programmes.terms import MAX_ASK_HOURS, MAX_EXTENSION_DAYS, MAX_GRACE_MINUTES, IntakeTerms
from portal.programmes.zones import Twice, to_local, to_utc, zone_names
from portal.web.forms.fields import A_NUMBER, A_TIME, NEEDED, LocalTimeField, WholeNumberField, options, stripped

# An opening that comes twice means the first one, every limit the second: in the applicants' favour.
TIMES = {
    "opens_at": Twice.FIRST,
    "start_cutoff_at": Twice.SECOND,
    "visible_deadline_at": Twice.SECOND,
}
A_YEAR = timedelta(days=366)
WORDS_AND_NUMBERS = (
    "title",
    "time_zone",
    "grace_minutes",
    "extension_max_days",
    "extension_ask_hours",
    "seats",
    "reviews_wanted",
    "blind",
)


class IntakeForm(FlaskForm):
    title = StringField("Title", [NEEDED], filters=[stripped], description="Fall 2027.")
    time_zone = SelectField(
        "Time zone",
        [NEEDED],
        choices=options((name, name.replace("_", " ")) for name in zone_names()),
        description="All times below are meant in this zone. Applicants see them in it and in their own.",
    )
    opens_at = LocalTimeField("Opens", [A_TIME])
    start_cutoff_at = LocalTimeField(
        "Last start of an application",
        [A_TIME],
        description="The start cut-off: after this nobody can begin a new application. Choose the deadline itself, or "
        "earlier where you want nobody to begin in the last hours.",
    )
    visible_deadline_at = LocalTimeField(
        "Deadline",
        [A_TIME],
        description="The deadline that is shown everywhere and counted down to; when it moves, everybody in progress "
        "gets a mail. A time that comes twice, when the clocks go back, means the second one; one that the clocks skip "
        "is refused.",
    )
    grace_minutes = WholeNumberField(
        "Minutes of grace",
        [A_NUMBER],
        default=60,
        description=f"0 to {MAX_GRACE_MINUTES:,}. A file whose sending began before the deadline may go on arriving so "
        "long, and who was sending one may submit until then. Stated on the public page.",
    )
    extension_max_days = WholeNumberField(
        "Days of more time that can be asked for",
        [A_NUMBER],
        default=14,
        description=f"0 to {MAX_EXTENSION_DAYS}; 0 when nobody can ask. You decide about each, and can grant any date.",
    )
    extension_ask_hours = WholeNumberField(
        "Hours after the deadline to ask for it",
        [A_NUMBER],
        default=24,
        description=f"0 to {MAX_ASK_HOURS}: how long after the deadline more time can still be asked for.",
    )
    seats = WholeNumberField("Places", [A_NUMBER], default=0, description="0 when the number is not stated.")
    reviews_wanted = WholeNumberField(
        "Reviews of each application", [A_NUMBER], default=3, description="How many reviewers should hear each one."
    )
    blind = BooleanField("Blind: reviewers see no names", default=True)
    reason = TextAreaField(
        "Reason for an earlier deadline",
        filters=[stripped],
        description="Needed only when a published deadline comes earlier. It is kept in the audit.",
    )

    sure = BooleanField("Yes, this deadline is meant")

    def check_sure(self, intake: Intake, terms: IntakeTerms, now: datetime) -> None:
        """Raises Invalid for a new deadline of a published intake that looks like a slip, until somebody ticks it."""
        new, old = terms.visible_deadline_at, intake.visible_deadline_at
        if intake.state is IntakeState.DRAFT or new == old or self.sure.data:
            return
        if new <= now:
            slip = "This deadline has passed already: nobody can send an application any more."
        elif abs(new - old) > A_YEAR:
            slip = "This moves the deadline by more than a year."
        else:
            return
        raise Invalid("Please look at the deadline once more.", fields={"sure": f"{slip} Tick this if you mean it."})

    @classmethod
    def of(cls, intake: Intake) -> IntakeForm:
        times = {name: to_local(getattr(intake, name), intake.time_zone) for name in TIMES}
        others = {name: getattr(intake, name) for name in WORDS_AND_NUMBERS}
        return cls(data=others | times)

    def terms(self) -> IntakeTerms:
        """Raises Invalid, naming every time that the clocks skip."""
        given: dict[str, Any] = {name: self[name].data for name in WORDS_AND_NUMBERS}
        return IntakeTerms(**given, **self._moments())

    def _moments(self) -> dict[str, Any]:
        moments, skipped = {}, {}
        for name, twice in TIMES.items():
            try:
                moments[name] = to_utc(self[name].data, self.time_zone.data, twice=twice, field=name)
            except NoSuchLocalTime as error:
                skipped.update(error.fields)
        if skipped:
            raise Invalid("The clocks skip a time that you chose.", fields=skipped)
        return moments


class NewIntakeForm(IntakeForm):
    copy_from = SelectField(
        "Start from",
        description="Recordings, technical rules, requirements and rubrics are copied; each can be changed afterwards.",
    )

    @classmethod
    def for_programme(cls, intakes: Sequence[Intake], *, time_zone: str) -> NewIntakeForm:
        form = cls(data={"time_zone": time_zone, "copy_from": intakes[0].id if intakes else ""})
        form.copy_from.choices = options([("", "Nothing: an empty intake"), *((one.id, one.title) for one in intakes)])
        return form
