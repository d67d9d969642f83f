"""Beginning an application: one page that says until when, and one button; late, with an access code."""

from __future__ import annotations

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal.accounts import policy as accounts_policy
from portal.applications import policy, queries
from portal.applications.service import drafts, late_entry
from portal.core import clock
from portal.programmes.deadline_words import deadline_rules
from portal.programmes.models import Intake
from portal.web.applicant.blueprint import bp
from portal.web.authz import acting, requires
from portal.web.forms.deadlines import CodeForm
from portal.web.forms.refusals import shown_on, status_of


@bp.get("/intakes/<intake_id>")
@requires(accounts_policy.signed_in, load=queries.public_intake)
def begin(intake: Intake) -> ResponseReturnValue:
    return _page(intake, CodeForm())


@bp.post("/intakes/<intake_id>/late")
@requires(accounts_policy.signed_in, load=queries.public_intake)
def start_late(intake: Intake) -> ResponseReturnValue:
    """With an access code. How often somebody may try is limited in `web.limits`."""
    form = CodeForm()
    if form.validate_on_submit():
        with shown_on(form):
            application = late_entry.start_with_code(intake, form.code.data or "", actor=acting())
            return redirect(url_for("applicant.application", application_id=application.id), code=303)
    return _page(intake, form), status_of(form)


@bp.post("/intakes/<intake_id>")
@requires(accounts_policy.signed_in, load=queries.public_intake)
def start(intake: Intake) -> ResponseReturnValue:
    application = drafts.start(intake, actor=acting())
    return redirect(url_for("applicant.application", application_id=application.id), code=303)


def _page(intake: Intake, form: CodeForm) -> str:
    actor, now = acting(), clock.now()
    return render_template(
        "applicant/begin.html",
        intake=intake,
        own=drafts.own_in(actor, intake),
        ruling=policy.start(actor, intake, now),
        may_start_late=policy.start_late(actor, intake, now),
        rules=deadline_rules(intake),
        form=form,
    )
