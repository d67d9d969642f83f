"""The letter of each outcome: written, tried out, kept."""

from __future__ import annotations

from dataclasses import dataclass

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.core.errors import Invalid
from portal.decisions import policy
from portal.decisions.letters import PLACEHOLDERS, Letter, problems
from portal.decisions.queries.letters import letters_of, sample
from portal.decisions.service.letters import save_letter
from portal.decisions.states import OutcomeKind
from portal.programmes import queries as programmes
from portal.programmes.models import Intake
from portal.web.admin.blueprint import bp
from portal.web.admin.frame import intake_page
from portal.web.authz import acting, requires
from portal.web.forms.decisions import LetterForm
from portal.web.forms.refusals import shown_on, status_of


@dataclass(frozen=True)
class PlacedLetter:
    """The letter of one outcome in an intake."""

    intake: Intake
    outcome: OutcomeKind

    @property
    def programme_id(self) -> str:
        return self.intake.programme_id


def _placed(intake_id: str, outcome: str) -> PlacedLetter | None:
    intake = programmes.intake(intake_id)
    if intake is None or outcome not in {one.value for one in OutcomeKind}:
        return None
    return PlacedLetter(intake, OutcomeKind(outcome))


@bp.get("/intakes/<intake_id>/letters")
@requires(policy.edit_letters, load=programmes.intake)
def letters(intake: Intake) -> ResponseReturnValue:
    found = [(outcome, sample(letter, intake)) for outcome, letter in letters_of(intake.id).items()]
    return intake_page("admin/letters.html", intake, current="letters", letters=found)


@bp.route("/intakes/<intake_id>/letters/<outcome>", methods=["GET", "POST"])
@requires(policy.edit_letter, load=_placed)
def letter(placed: PlacedLetter) -> ResponseReturnValue:
    intake, outcome = placed.intake, placed.outcome
    stands = letters_of(intake.id)[outcome]
    form = LetterForm(data={"subject": stands.subject, "body": stands.body})
    preview = sample(stands, intake)
    if form.validate_on_submit():
        with shown_on(form):
            written = form.letter()
            if "preview" not in request.form:
                save_letter(intake, actor=acting(), outcome=outcome, letter=written)
                flash("The letter is kept.", "success")
                return redirect(url_for("admin.letters", intake_id=intake.id), code=303)
            preview = _tried(written, placed)
    page = intake_page(
        "admin/letter.html",
        intake,
        current="letters",
        outcome=outcome,
        form=form,
        preview=preview,
        placeholders=PLACEHOLDERS,
    )
    return page, status_of(form)


def _tried(written: Letter, placed: PlacedLetter) -> Letter:
    wrong = problems(written, placed.outcome)
    if wrong:
        raise Invalid("This letter cannot be sent like that.", fields={"body": " ".join(wrong)})
    return sample(written, placed.intake)
