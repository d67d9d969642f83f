"""Beginning an application: one page that says until when, and one button."""

from __future__ import annotations

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal.accounts import policy as accounts_policy
from portal.applications import policy, queries
from portal.applications.service import drafts
from portal.core import clock
from portal.programmes.models import Intake
from portal.web.applicant.blueprint import bp
from portal.web.authz import acting, requires


@bp.get("/intakes/<intake_id>")
@requires(accounts_policy.signed_in, load=queries.public_intake)
def begin(intake: Intake) -> ResponseReturnValue:
    ruling = policy.start(acting(), intake, clock.now())
    return render_template("applicant/begin.html", intake=intake, ruling=ruling)


@bp.post("/intakes/<intake_id>")
@requires(accounts_policy.signed_in, load=queries.public_intake)
def start(intake: Intake) -> ResponseReturnValue:
    application = drafts.start(intake, actor=acting())
    return redirect(url_for("applicant.application", application_id=application.id), code=303)
