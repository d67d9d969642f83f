"""Decisions of an intake: confirming what others drafted, taking back, and letting them go out."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.core import clock
from portal.decisions import policy
from portal.decisions.models import Decision
from portal.decisions.queries.decisions import count_in_state, page_in_state
from portal.decisions.queries.decisions import decision as find
from portal.decisions.queries.file import names_of
from portal.decisions.service.confirming import confirm, confirm_batch, discard
from portal.decisions.service.releasing import release, release_list
from portal.decisions.states import DecisionState
from portal.programmes import queries as programmes
from portal.programmes.models import Intake
from portal.web.admin.blueprint import bp
from portal.web.admin.frame import intake_page, tell_result
from portal.web.authz import acting, requires
from portal.web.forms.decisions import ReasonForm, ReleaseForm
from portal.web.forms.refusals import shown_on, status_of

SHOWN_LETTERS = 3


@bp.get("/intakes/<intake_id>/decisions")
@requires(policy.run_intake, load=programmes.intake)
def decisions(intake: Intake) -> ResponseReturnValue:
    drafted = page_in_state(intake.id, DecisionState.DRAFTED, after=request.args.get("drafted_after", ""))
    confirmed = page_in_state(intake.id, DecisionState.CONFIRMED, after=request.args.get("confirmed_after", ""))
    now, actor = clock.now(), acting()
    return intake_page(
        "admin/decisions.html",
        intake,
        current="decisions",
        drafted=drafted,
        rulings={one.id: policy.confirm(actor, one, now) for one in drafted.rows},
        confirmed=confirmed,
        released=count_in_state(intake.id, DecisionState.RELEASED),
        names=names_of([who for one in (*drafted.rows, *confirmed.rows) for who in _people(one)]),
        may_release=bool(policy.release(actor, intake, now)),
    )


@bp.post("/intakes/<intake_id>/confirm")
@requires(policy.run_intake, load=programmes.intake)
def confirm_decisions(intake: Intake) -> ResponseReturnValue:
    ticked = request.form.getlist("decision_id")
    if not ticked:
        flash("Tick at least one decision to confirm.", "warning")
    tell_result(confirm_batch(ticked, intake_id=intake.id, actor=acting()), "confirmed", "They can be released now.")
    return redirect(url_for("admin.decisions", intake_id=intake.id), code=303)


@bp.post("/decisions/<decision_id>/confirm")
@requires(policy.see_part, load=find)
def confirm_decision(decision: Decision) -> ResponseReturnValue:
    confirm(decision, actor=acting())
    flash(f"The decision about {decision.application.number} is confirmed.", "success")
    return _back(decision)


@bp.post("/decisions/<decision_id>/discard")
@requires(policy.see_part, load=find)
def discard_decision(decision: Decision) -> ResponseReturnValue:
    discard(decision, actor=acting(), reason=ReasonForm().reason.data or "")
    flash(f"The decision about {decision.application.number} is discarded. It stays in the file.", "success")
    return _back(decision)


@bp.route("/intakes/<intake_id>/release", methods=["GET", "POST"])
@requires(policy.release, load=programmes.intake)
def release_decisions(intake: Intake) -> ResponseReturnValue:
    form = ReleaseForm()
    if form.validate_on_submit():
        with shown_on(form):
            count = release(intake, actor=acting(), checksum=form.checksum.data or "", count=form.count.data or 0)
            flash(f"Released: {count} {'letter is' if count == 1 else 'letters are'} on the way.", "success")
            return redirect(url_for("admin.decisions", intake_id=intake.id), code=303)
    ready = release_list(intake)
    # A form that comes back shows the list of now, and is about that list.
    form.checksum.data = ready.checksum
    page = intake_page(
        "admin/release.html", intake, current="decisions", ready=ready, form=form, shown=ready.letters[:SHOWN_LETTERS]
    )
    return page, status_of(form)


def _people(decision: Decision) -> tuple[str | None, ...]:
    return decision.drafted_by_id, decision.confirmed_by_id


def _back(decision: Decision) -> ResponseReturnValue:
    return redirect(url_for("admin.decisions", intake_id=decision.application.intake_id), code=303)
