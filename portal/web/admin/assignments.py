"""Who hears what: by hand, or spread evenly."""

from __future__ import annotations

from collections.abc import Sequence

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.accounts.queries import staff_of
from portal.core.errors import Invalid
from portal.programmes import queries as programmes
from portal.programmes.models import Intake
from portal.reviews import policy
from portal.reviews.queries.intake import applications_page, reviewer_loads
from portal.reviews.service import assigning
from portal.web.admin.blueprint import bp
from portal.web.admin.frame import intake_page
from portal.web.authz import acting, requires
from portal.web.forms.refusals import shown_on, status_of
from portal.web.forms.reviews_assigning import DueForm

MAX_KEY_CHARS = 40
NAMED_ONE_BY_ONE = 12


@bp.get("/intakes/<intake_id>/assignments")
@requires(policy.assign, load=programmes.intake)
def assignments(intake: Intake) -> ResponseReturnValue:
    return _page(intake, DueForm())


@bp.post("/intakes/<intake_id>/assignments")
@requires(policy.assign, load=programmes.intake)
def assign_reviewers(intake: Intake) -> ResponseReturnValue:
    form = DueForm()
    chosen, people = request.form.getlist("application"), request.form.getlist("reviewer")
    if form.validate_on_submit():
        with shown_on(form):
            new = assigning.assign(
                intake,
                actor=acting(),
                application_ids=chosen,
                reviewer_ids=people,
                due_at=form.due_at(intake.time_zone),
            )
            _say(new)
            return _back(intake)
    return _page(intake, form, chosen=chosen, people=people), status_of(form)


@bp.post("/intakes/<intake_id>/assignments/spread")
@requires(policy.assign, load=programmes.intake)
def spread_reviewers(intake: Intake) -> ResponseReturnValue:
    form = DueForm()
    if form.validate_on_submit():
        with shown_on(form):
            result = assigning.spread(intake, actor=acting(), due_at=form.due_at(intake.time_zone))
            _say(result.assigned)
            _say_short(result.short)
            return _back(intake)
    return _page(intake, form), status_of(form)


@bp.post("/intakes/<intake_id>/assignments/revoke")
@requires(policy.assign, load=programmes.intake)
def revoke_reviewer(intake: Intake) -> ResponseReturnValue:
    assignment_id = request.form.get("assignment", "")
    if not assignment_id:
        raise Invalid("Choose whom to relieve. Go back and press the button beside the name.")
    assigning.revoke(assignment_id, actor=acting(), intake=intake)
    flash("Relieved. A draft is kept, in case you ask the same person again.", "success")
    return _back(intake)


def _page(intake: Intake, form: DueForm, *, chosen: Sequence[str] = (), people: Sequence[str] = ()) -> str:
    reviewers = staff_of(intake.programme_id, *policy.SCORES)
    return intake_page(
        "admin/assignments.html",
        intake,
        current="assignments",
        form=form,
        page=applications_page(intake.id, after=request.args.get("after", "")[:MAX_KEY_CHARS] or None),
        loads=reviewer_loads(intake, reviewers),
        chosen=set(chosen),
        people=set(people),
        scorable=policy.SCORABLE,
    )


def _back(intake: Intake) -> ResponseReturnValue:
    after = request.args.get("after", "")[:MAX_KEY_CHARS] or None
    return redirect(url_for("admin.assignments", intake_id=intake.id, after=after), code=303)


def _say(new: int) -> None:
    if new:
        flash(
            f"{new} {'review was' if new == 1 else 'reviews were'} asked for. The reviewers get one mail each.",
            "success",
        )
    else:
        flash("Nothing to add: everybody was asked already.", "info")


def _say_short(short: dict[str, int]) -> None:
    for number, missing in list(short.items())[:NAMED_ONE_BY_ONE]:
        each = "reviewer is" if missing == 1 else "reviewers are"
        flash(f"{number}: {missing} more {each} needed, but nobody without a conflict is left.", "warning")
    rest = len(short) - NAMED_ONE_BY_ONE
    if rest > 0:
        flash(f"{rest} more applications lack reviewers. Give more people the faculty role.", "warning")
