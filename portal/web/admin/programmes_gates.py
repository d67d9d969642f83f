"""The requirements of an intake."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal.programmes import policy, queries
from portal.programmes.models import Gate, Intake
from portal.programmes.service import gates as service
from portal.web.admin.blueprint import bp
from portal.web.authz import acting, requires
from portal.web.forms.programmes_contents import GATE_KINDS, GateForm
from portal.web.forms.refusals import shown_on, status_of


@bp.get("/programmes/intakes/<intake_id>/requirements")
@requires(policy.edit_intake, load=queries.intake)
def programme_gates(intake: Intake) -> ResponseReturnValue:
    return render_template(
        "admin/programmes/gates.html",
        intake=intake,
        gates=queries.gates_of(intake),
        archived=queries.gates_of(intake, archived=True),
        kinds=GATE_KINDS,
    )


@bp.route("/programmes/intakes/<intake_id>/requirements/new", methods=["GET", "POST"])
@requires(policy.edit_intake, load=queries.intake)
def programme_gate_new(intake: Intake) -> ResponseReturnValue:
    form = GateForm.of(None)
    if form.validate_on_submit():
        with shown_on(form):
            made = service.add(intake, form.terms(), actor=acting())
            flash("Added.", "success")
            return _back(made)
    return render_template("admin/programmes/gate.html", intake=intake, gate=None, form=form), status_of(form)


@bp.route("/programmes/requirements/<gate_id>", methods=["GET", "POST"])
@requires(policy.edit_gate, load=queries.gate)
def programme_gate(gate: Gate) -> ResponseReturnValue:
    form = GateForm.of(gate)
    if form.validate_on_submit():
        with shown_on(form):
            service.edit(gate, form.terms(), actor=acting())
            flash("Saved.", "success")
            return _back(gate)
    return render_template("admin/programmes/gate.html", intake=gate.intake, gate=gate, form=form), status_of(form)


@bp.post("/programmes/requirements/<gate_id>/archive")
@requires(policy.edit_gate, load=queries.gate)
def programme_gate_archive(gate: Gate) -> ResponseReturnValue:
    service.archive(gate, actor=acting())
    flash(f"“{gate.title}” is no longer asked. You can bring it back below.", "success")
    return _back(gate)


@bp.post("/programmes/requirements/<gate_id>/restore")
@requires(policy.edit_gate, load=queries.gate)
def programme_gate_restore(gate: Gate) -> ResponseReturnValue:
    service.restore(gate, actor=acting())
    flash(f"“{gate.title}” is asked again.", "success")
    return _back(gate)


@bp.post("/programmes/requirements/<gate_id>/up")
@requires(policy.edit_gate, load=queries.gate)
def programme_gate_up(gate: Gate) -> ResponseReturnValue:
    service.reorder(gate, up=True, actor=acting())
    return _back(gate)


@bp.post("/programmes/requirements/<gate_id>/down")
@requires(policy.edit_gate, load=queries.gate)
def programme_gate_down(gate: Gate) -> ResponseReturnValue:
    service.reorder(gate, up=False, actor=acting())
    return _back(gate)


def _back(gate: Gate) -> ResponseReturnValue:
    return redirect(url_for("admin.programme_gates", intake_id=gate.intake_id), code=303)
