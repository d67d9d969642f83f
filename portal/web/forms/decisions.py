"""What the people who run admissions fill in. Lengths and meanings are checked by the commands."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired

from portal.accounts.states import StaffRole
from portal.applications.states import GateState
from portal.decisions.letters import Letter
from portal.decisions.service.drafting import Proposal
from portal.decisions.states import OutcomeKind
from portal.exports.catalogue import DATASETS
from portal.exports.format import all_formats
from portal.programmes.models import Intake
from portal.programmes.zones import Twice, to_utc
from portal.web.forms.fields import A_NUMBER, A_TIME, NEEDED, LocalTimeField, WholeNumberField, options, stripped

CHOOSE = DataRequired("Please choose one.")
OUTCOMES = [
    (OutcomeKind.ADMIT.value, "Admit"),
    (OutcomeKind.ADMIT_WITH_CONDITIONS.value, "Admit with conditions"),
    (OutcomeKind.WAIT_LIST.value, "Wait list"),
    (OutcomeKind.DENY.value, "Deny"),
]
GATE_STATES = [
    (GateState.PASSED.value, "Met"),
    (GateState.FAILED.value, "Not met"),
    (GateState.WAIVED.value, "Waived"),
    (GateState.UNKNOWN.value, "Not judged yet"),
]
ROLES = [
    (StaffRole.FACULTY.value, "Faculty: listens and scores what is assigned"),
    (StaffRole.CHAIR.value, "Chair: scores, assigns, confirms decisions"),
    (StaffRole.ADMIN.value, "Admin: runs the intake, decides, releases, exports"),
]


class DraftForm(FlaskForm):
    outcome = RadioField("Outcome", [CHOOSE], choices=options(OUTCOMES))
    reason = TextAreaField(
        "Reason",
        [NEEDED],
        filters=[stripped],
        description="Stands in the file for anybody who has to defend the decision. The applicant does not see it.",
        render_kw={"rows": 3},
    )
    conditions = TextAreaField(
        "Conditions",
        filters=[stripped],
        description="Only to admit with conditions: they go into the letter word for word.",
        render_kw={"rows": 3},
    )

    def proposal(self) -> Proposal:
        return Proposal(OutcomeKind(self.outcome.data), self.reason.data or "", self.conditions.data or "")


class ReasonForm(FlaskForm):
    reason = TextAreaField("Reason", [NEEDED], filters=[stripped], render_kw={"rows": 3})


class JudgeGateForm(FlaskForm):
    state = SelectField("Requirement", [CHOOSE], choices=options(GATE_STATES))
    reason = TextAreaField(
        "Reason",
        filters=[stripped],
        description="Needed when it is not met or waived. The applicant reads it.",
        render_kw={"rows": 2},
    )


class ReopenForm(FlaskForm):
    until = LocalTimeField("Until when", [A_TIME], description="In the time zone of the intake.")
    reason = TextAreaField(
        "What should be changed",
        [NEEDED],
        filters=[stripped],
        description="The applicant gets these words by mail.",
        render_kw={"rows": 3},
    )

    def until_utc(self, intake: Intake) -> datetime:
        """Raises NoSuchLocalTime for a time that the zone's clock skips."""
        return to_utc(cast(datetime, self.until.data), intake.time_zone, twice=Twice.SECOND, field="until")


class ReleaseForm(FlaskForm):
    checksum = HiddenField(validators=[DataRequired("Reload the page and look through the list again.")])
    count = WholeNumberField("Number of letters", [A_NUMBER], render_kw={"inputmode": "numeric", "autocomplete": "off"})


class LetterForm(FlaskForm):
    subject = StringField("Subject", [NEEDED])
    body = TextAreaField("Text", [NEEDED], render_kw={"rows": 18})

    def letter(self) -> Letter:
        return Letter(subject=self.subject.data or "", body=self.body.data or "")


class ExportForm(FlaskForm):
    dataset = RadioField("What", [CHOOSE])
    format = RadioField("As", [CHOOSE])

    def offer(self) -> ExportForm:
        """Fill in what there is today; a new format appears here by itself."""
        self.dataset.choices = options((one.key, f"{one.title}: {one.description}") for one in DATASETS.values())
        self.format.choices = options((one.key, f"{one.title}: {one.description}") for one in all_formats().values())
        return self


class InviteForm(FlaskForm):
    email = StringField(
        "Mail address", [NEEDED], filters=[stripped], render_kw={"type": "email", "autocomplete": "off"}
    )
    role = RadioField("Role", [CHOOSE], choices=options(ROLES))


class WaiveForm(ReasonForm):
    check_key = HiddenField(validators=[NEEDED])
