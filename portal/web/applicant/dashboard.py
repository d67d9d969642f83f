"""My applications, what to do next in each, and what else is open."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from portal.accounts import policy as accounts_policy
from portal.applications import policy, queries
from portal.applications.contents import contents_of, view_of
from portal.applications.missing import what_is_missing
from portal.applications.models import Application
from portal.applications.states import ApplicationState
from portal.core import clock
from portal.web.applicant.blueprint import bp
from portal.web.applicant.standing import limit_of, next_step, shown_state
from portal.web.authz import acting, requires


@bp.get("/")
@requires(accounts_policy.signed_in)
def dashboard() -> ResponseReturnValue:
    actor, now = acting(), clock.now()
    return render_template(
        "applicant/dashboard.html",
        cards=[_card(application) for application in queries.applications_of(actor)],
        intakes=queries.intakes_to_start(actor, now=now),
        confirmed=actor.confirmed,
    )


def _card(application: Application) -> dict[str, object]:
    """People have one or two applications, so each may take a few queries."""
    now = clock.now()
    editable = bool(policy.edit(acting(), application, now))
    draft = application.state is ApplicationState.DRAFT
    missing = what_is_missing(view_of(contents_of(application))) if draft and editable else []
    return {
        "application": application,
        "state": shown_state(application),
        "next": next_step(application, missing=len(missing), editable=editable),
        "limit": limit_of(application, now) if draft and editable else None,
    }
