"""The intakes of a programme: their dates, and when they are public."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal.applications.service.moving import edit_intake
from portal.core import clock
from portal.core.errors import DomainError
from portal.programmes import policy, queries
from portal.programmes.models import Intake, Programme
from portal.programmes.readiness import missing_before_publishing
from portal.programmes.service import intakes as service
from portal.web.admin.blueprint import bp
from portal.web.authz import acting, requires
from portal.web.forms.programmes_intake import IntakeForm, NewIntakeForm
from portal.web.forms.refusals import shown_on, status_of
from portal.web.public.programme import render_programme

DEFAULT_ZONE = "America/New_York"


@bp.get("/programmes/<programme_id>/intakes")
@requires(policy.edit, load=queries.programme)
def programme_intakes(programme: Programme) -> ResponseReturnValue:
    return render_template("admin/programmes/intakes.html", programme=programme)


@bp.route("/programmes/<programme_id>/intakes/new", methods=["GET", "POST"])
@requires(policy.edit, load=queries.programme)
def programme_intake_new(programme: Programme) -> ResponseReturnValue:
    earlier = programme.intakes
    form = NewIntakeForm.for_programme(earlier, time_zone=earlier[0].time_zone if earlier else DEFAULT_ZONE)
    if form.validate_on_submit():
        with shown_on(form):
            source = queries.intake(form.copy_from.data) if form.copy_from.data else None
            made = service.create(programme, form.terms(), copy_from=source, actor=acting())
            flash("The intake is there as a draft. Nobody sees it before you publish it.", "success")
            return redirect(url_for("admin.programme_slots", intake_id=made.id), code=303)
    return render_template("admin/programmes/intake_new.html", programme=programme, form=form), status_of(form)


@bp.route("/programmes/intakes/<intake_id>", methods=["GET", "POST"])
@requires(policy.edit_intake, load=queries.intake)
def programme_intake(intake: Intake) -> ResponseReturnValue:
    form = IntakeForm.of(intake)
    if form.validate_on_submit():
        with shown_on(form):
            terms = form.terms()
            form.check_sure(intake, terms, clock.now())
            told = edit_intake(intake, terms, reason=form.reason.data or "", actor=acting())
            flash(_saved(told), "success")
            return _back(intake)
    missing = missing_before_publishing(intake, now=clock.now())
    return render_template("admin/programmes/intake.html", intake=intake, form=form, missing=missing), status_of(form)


@bp.get("/programmes/intakes/<intake_id>/preview")
@requires(policy.edit_intake, load=queries.intake)
def programme_intake_preview(intake: Intake) -> ResponseReturnValue:
    """The public page as it will be with this intake."""
    return render_programme(intake.programme, intake, preview=True)


@bp.post("/programmes/intakes/<intake_id>/publish")
@requires(policy.edit_intake, load=queries.intake)
def programme_intake_publish(intake: Intake) -> ResponseReturnValue:
    try:
        service.publish(intake, actor=acting())
    except DomainError as refusal:
        flash(" ".join([refusal.message, *refusal.details]), "error")
    else:
        flash("Published: it is on the public page now.", "success")
    return _back(intake)


@bp.post("/programmes/intakes/<intake_id>/close")
@requires(policy.edit_intake, load=queries.intake)
def programme_intake_close(intake: Intake) -> ResponseReturnValue:
    service.close(intake, actor=acting())
    flash("Closed: no more applications are taken.", "success")
    return _back(intake)


@bp.post("/programmes/intakes/<intake_id>/reopen")
@requires(policy.edit_intake, load=queries.intake)
def programme_intake_reopen(intake: Intake) -> ResponseReturnValue:
    service.reopen(intake, actor=acting())
    flash("Open again: the dates decide who can apply.", "success")
    return _back(intake)


def _saved(told: int) -> str:
    if not told:
        return "Saved."
    whom = "One applicant in progress gets" if told == 1 else f"{told} applicants in progress get"
    return f"Saved. {whom} a mail with the new deadline."


def _back(intake: Intake) -> ResponseReturnValue:
    return redirect(url_for("admin.programme_intake", intake_id=intake.id), code=303)
