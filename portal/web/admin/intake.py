"""The applications of an intake as one table, and decisions drafted for several of them at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.applications.states import ApplicationState, GateState
from portal.core import clock
from portal.decisions import policy
from portal.decisions.queries.table import ANY_STATE, UNDECIDED, Sort, Wanted, table
from portal.decisions.service.drafting import draft_batch
from portal.decisions.states import DecisionState, OutcomeKind
from portal.programmes import queries as programmes
from portal.programmes.models import Intake
from portal.web.admin.blueprint import bp
from portal.web.admin.frame import intake_page, tell_result
from portal.web.authz import acting, requires
from portal.web.forms.decisions import DraftForm
from portal.web.forms.refusals import shown_on, status_of

MAX_SEARCH_CHARS = 100


@bp.get("/intakes/<intake_id>")
@requires(policy.run_intake, load=programmes.intake)
def intake(intake: Intake) -> ResponseReturnValue:
    return _page(intake, DraftForm(), selected=())


@bp.post("/intakes/<intake_id>/drafts")
@requires(policy.decide, load=programmes.intake)
def draft_decisions(intake: Intake) -> ResponseReturnValue:
    form, selected = DraftForm(), request.form.getlist("application_id")
    if not selected:
        form.form_errors.append("Tick at least one application.")
    elif form.validate_on_submit():
        with shown_on(form):
            proposal = form.proposal()
            result = draft_batch(selected, intake_id=intake.id, actor=acting(), proposal=proposal)
            tell_result(result, "drafted", "Somebody else has to confirm.")
            here = url_for("admin.intake", intake_id=intake.id)
            return redirect(f"{here}?{request.query_string.decode()}", code=303)
    return _page(intake, form, selected=selected), status_of(form)


def _page(intake: Intake, form: DraftForm, *, selected: Sequence[str]) -> str:
    wanted = wanted_from_address()
    return intake_page(
        "admin/intake.html",
        intake,
        current="applications",
        table=table(intake.id, wanted),
        wanted=wanted,
        form=form,
        selected=set(selected),
        may_decide=bool(policy.decide(acting(), intake, clock.now())),
        concentrations=programmes.concentrations_of(intake.programme_id, active_only=False),
        states=list(ApplicationState),
        decisions=[UNDECIDED, DecisionState.DRAFTED, DecisionState.CONFIRMED, DecisionState.RELEASED, *OutcomeKind],
    )


def wanted_from_address() -> Wanted:
    """What the address asks for. What it asks for wrongly is left out, so that an old bookmark still opens."""
    asked = request.args
    decisions = [UNDECIDED, *DecisionState, *OutcomeKind]
    return Wanted(
        text=asked.get("text", "").strip()[:MAX_SEARCH_CHARS],
        state=_one_of(asked.get("state"), [ANY_STATE, *ApplicationState]),
        concentration_id=asked.get("concentration_id", "")[:MAX_SEARCH_CHARS],
        gates=_one_of(asked.get("gates"), GateState),
        decision=_one_of(asked.get("decision"), decisions),
        sort=Sort(_one_of(asked.get("sort"), Sort) or Sort.RANK),
        descending=asked.get("direction") == "desc",
        after=asked.get("after", "")[:MAX_SEARCH_CHARS],
    )


def _one_of(value: str | None, known: Iterable[str]) -> str:
    return value if value in {str(one) for one in known} and value else ""
