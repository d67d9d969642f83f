"""The recordings that an intake asks for."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal.programmes import policy, queries
from portal.programmes.asked import recording_in_words
from portal.programmes.models import Intake, Slot
from portal.programmes.service import slots as service
from portal.programmes.technical_rules import specs_of
from portal.web.admin.blueprint import bp
from portal.web.authz import acting, requires
from portal.web.forms.programmes_contents import SlotForm
from portal.web.forms.refusals import shown_on, status_of


@bp.get("/programmes/intakes/<intake_id>/recordings")
@requires(policy.edit_intake, load=queries.intake)
def programme_slots(intake: Intake) -> ResponseReturnValue:
    slots = queries.all_slots(intake)
    asked = [
        recording_in_words(slot, specs_of(rules), version=rules.version if rules else 0)
        for slot in slots
        for rules in [slot.rule_sets[-1] if slot.rule_sets else None]
    ]
    concentrations = queries.concentrations_of(intake.programme_id, active_only=False)
    return render_template(
        "admin/programmes/slots.html",
        intake=intake,
        asked=asked,
        archived=queries.all_slots(intake, archived=True),
        titles={one.id: one.title for one in concentrations},
    )


@bp.route("/programmes/intakes/<intake_id>/recordings/new", methods=["GET", "POST"])
@requires(policy.edit_intake, load=queries.intake)
def programme_slot_new(intake: Intake) -> ResponseReturnValue:
    form = SlotForm.of(None, queries.concentrations_of(intake.programme_id))
    if form.validate_on_submit():
        with shown_on(form):
            made = service.add(intake, form.terms(), actor=acting())
            flash("Added. Choose its technical rules now.", "success")
            return redirect(url_for("admin.programme_rules", slot_id=made.id), code=303)
    return render_template("admin/programmes/slot.html", intake=intake, slot=None, form=form), status_of(form)


@bp.route("/programmes/slots/<slot_id>", methods=["GET", "POST"])
@requires(policy.edit_slot, load=queries.slot)
def programme_slot(slot: Slot) -> ResponseReturnValue:
    form = SlotForm.of(slot, queries.concentrations_of(slot.intake.programme_id, active_only=False))
    if form.validate_on_submit():
        with shown_on(form):
            service.edit(slot, form.terms(), actor=acting())
            flash("Saved.", "success")
            return _back(slot)
    return render_template("admin/programmes/slot.html", intake=slot.intake, slot=slot, form=form), status_of(form)


@bp.post("/programmes/slots/<slot_id>/archive")
@requires(policy.edit_slot, load=queries.slot)
def programme_slot_archive(slot: Slot) -> ResponseReturnValue:
    service.archive(slot, actor=acting())
    flash(f"“{slot.title}” is no longer asked for. You can bring it back below.", "success")
    return _back(slot)


@bp.post("/programmes/slots/<slot_id>/restore")
@requires(policy.edit_slot, load=queries.slot)
def programme_slot_restore(slot: Slot) -> ResponseReturnValue:
    service.restore(slot, actor=acting())
    flash(f"“{slot.title}” is asked for again.", "success")
    return _back(slot)


@bp.post("/programmes/slots/<slot_id>/up")
@requires(policy.edit_slot, load=queries.slot)
def programme_slot_up(slot: Slot) -> ResponseReturnValue:
    service.reorder(slot, up=True, actor=acting())
    return _back(slot)


@bp.post("/programmes/slots/<slot_id>/down")
@requires(policy.edit_slot, load=queries.slot)
def programme_slot_down(slot: Slot) -> ResponseReturnValue:
    service.reorder(slot, up=False, actor=acting())
    return _back(slot)


def _back(slot: Slot) -> ResponseReturnValue:
    return redirect(url_for("admin.programme_slots", intake_id=slot.intake_id), code=303)
