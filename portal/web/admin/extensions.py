"""More time for one applicant: granted, refused, taken back, on the page of the application."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal.applications import policy, queries
from portal.applications.models import Application, Extension
from portal.applications.service import extensions
from portal.web.admin.application import page_of
from portal.web.admin.blueprint import bp
from portal.web.authz import acting, requires
from portal.web.forms.deadlines import AnswerForm, GrantForm
from portal.web.forms.refusals import shown_on, status_of


@bp.post("/applications/<application_id>/more-time")
@requires(policy.see_deadline, load=queries.application)
def grant_extension(application: Application) -> ResponseReturnValue:
    form = GrantForm(prefix="grant")
    if form.validate_on_submit():
        with shown_on(form):
            until = form.until_utc(application.intake)
            extensions.grant(application, actor=acting(), until=until, reason=form.reason.data or "")
            flash("The applicant has the new deadline, and gets a mail that says so.", "success")
            return _back(application)
    return page_of(application, grant_form=form), status_of(form)


@bp.post("/extensions/<extension_id>/refuse")
@requires(policy.see_extension, load=queries.extension)
def refuse_extension(extension: Extension) -> ResponseReturnValue:
    return _answer(extension, extensions.refuse, "Refused. The applicant gets your sentence by mail.")


@bp.post("/extensions/<extension_id>/revoke")
@requires(policy.see_extension, load=queries.extension)
def revoke_extension(extension: Extension) -> ResponseReturnValue:
    done = "Taken back: the deadline of everybody counts again. The applicant gets a mail."
    return _answer(extension, extensions.revoke, done)


def _answer(extension: Extension, command: Callable[..., None], done: str) -> ResponseReturnValue:
    form = AnswerForm(prefix="answer")
    if form.validate_on_submit():
        with shown_on(form):
            command(extension, actor=acting(), answer=form.reason.data or "")
            flash(done, "success")
            return _back(extension.application)
    return page_of(extension.application, answer_form=form), status_of(form)


def _back(application: Application) -> ResponseReturnValue:
    return redirect(url_for("admin.application", application_id=application.id, _anchor="deadline"), code=303)
