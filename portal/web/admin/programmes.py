"""The programmes that somebody edits, and what each says of itself."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal.core import clock
from portal.programmes import policy, queries
from portal.programmes.models import Programme
from portal.programmes.service import programmes as service
from portal.web.admin.blueprint import bp
from portal.web.authz import acting, requires
from portal.web.forms.programmes import PathsForm, ProgrammeForm
from portal.web.forms.refusals import shown_on, status_of

SAVED = "Saved."


@bp.get("/programmes")
@requires(policy.list_own)
def programmes() -> ResponseReturnValue:
    found = queries.programmes_edited_by(acting())
    may_add = bool(policy.create(acting(), None, clock.now()))
    return render_template("admin/programmes/list.html", programmes=found, may_add=may_add, now=clock.now())


@bp.route("/programmes/new", methods=["GET", "POST"])
@requires(policy.create)
def programme_new() -> ResponseReturnValue:
    form = ProgrammeForm()
    if form.validate_on_submit():
        with shown_on(form):
            made = service.create(form.terms(), actor=acting())
            flash("The programme is there. Add its concentrations and an intake next.", "success")
            return redirect(url_for("admin.programme_paths", programme_id=made.id), code=303)
    return render_template("admin/programmes/new.html", form=form), status_of(form)


@bp.route("/programmes/<programme_id>", methods=["GET", "POST"])
@requires(policy.edit, load=queries.programme)
def programme(programme: Programme) -> ResponseReturnValue:
    form = ProgrammeForm(obj=programme)
    if form.validate_on_submit():
        with shown_on(form):
            service.edit(programme, form.terms(), actor=acting())
            flash(SAVED, "success")
            return redirect(url_for("admin.programme", programme_id=programme.id), code=303)
    return render_template("admin/programmes/words.html", programme=programme, form=form), status_of(form)


@bp.route("/programmes/<programme_id>/paths", methods=["GET", "POST"])
@requires(policy.edit, load=queries.programme)
def programme_paths(programme: Programme) -> ResponseReturnValue:
    form = PathsForm.of(programme.concentrations, programme.tracks)
    if form.validate_on_submit():
        with shown_on(form):
            concentrations, tracks = form.paths("concentrations"), form.paths("tracks")
            service.save_paths(programme, concentrations=concentrations, tracks=tracks, actor=acting())
            flash(SAVED, "success")
            return redirect(url_for("admin.programme_paths", programme_id=programme.id), code=303)
    return render_template("admin/programmes/paths.html", programme=programme, form=form), status_of(form)
