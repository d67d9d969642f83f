"""The deadlines of an intake: who asked for more time, and the access codes for late entry."""

from __future__ import annotations

from flask import current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.applications import policy, queries
from portal.applications.models import AccessCode
from portal.applications.service import late_entry
from portal.bootstrap import SETTINGS
from portal.core import clock
from portal.core.errors import Stale
from portal.programmes import queries as programmes
from portal.programmes.deadline_words import deadline_rules
from portal.programmes.models import Intake
from portal.web.admin.blueprint import bp
from portal.web.admin.frame import intake_page
from portal.web.authz import acting, requires
from portal.web.forms.deadlines import AccessCodeForm
from portal.web.forms.refusals import shown_on, status_of


@bp.get("/intakes/<intake_id>/deadlines")
@requires(policy.run_deadlines, load=programmes.intake)
def deadlines(intake: Intake) -> ResponseReturnValue:
    return _page(intake, AccessCodeForm())


@bp.post("/intakes/<intake_id>/access-codes")
@requires(policy.run_deadlines, load=programmes.intake)
def make_access_code(intake: Intake) -> ResponseReturnValue:
    form = AccessCodeForm()
    if form.validate_on_submit():
        with shown_on(form):
            code = late_entry.make_code(
                intake,
                actor=acting(),
                note=form.note.data or "",
                uses_allowed=form.uses_allowed.data or 0,
                **form.moments(intake),
            )
            flash(f"The code is {code.readable}. It stands in the list below.", "success")
            return _back(intake)
    return _page(intake, form), status_of(form)


@bp.post("/access-codes/<code_id>/revoke")
@requires(policy.revoke_code, load=queries.access_code)
def revoke_access_code(code: AccessCode) -> ResponseReturnValue:
    try:
        late_entry.revoke_code(code, actor=acting())
        flash("The code opens nothing any more. Applications that were begun with it stay as they are.", "success")
    except Stale:
        flash("That code was revoked already.", "warning")
    return _back(code.intake)


def _page(intake: Intake, form: AccessCodeForm) -> str:
    now = clock.now()
    codes = queries.access_codes_of(intake.id)
    return intake_page(
        "admin/deadlines.html",
        intake,
        current="deadlines",
        rules=deadline_rules(intake),
        asked=queries.extensions_asked(intake.id),
        asked_count=queries.extensions_asked_count([intake.id]).get(intake.id, 0),
        answered=queries.extensions_answered(intake.id, after=request.args.get("after")),
        codes=[(code, policy.use_code(code, now)) for code in codes],
        begin_at=current_app.extensions[SETTINGS].public_url + url_for("applicant.begin", intake_id=intake.id),
        form=form,
    )


def _back(intake: Intake) -> ResponseReturnValue:
    return redirect(url_for("admin.deadlines", intake_id=intake.id, _anchor="codes"), code=303)
