"""The rubric editor: what faculty score, for everybody or for one concentration."""

from __future__ import annotations

from collections.abc import Sequence

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.programmes import policy, queries
from portal.programmes.asked import EVERYBODY, ScoredBy, shares
from portal.programmes.models import Concentration, Intake
from portal.programmes.service import rubrics as service
from portal.web.admin.blueprint import bp
from portal.web.authz import acting, requires
from portal.web.forms.programmes_rubric import RubricForm
from portal.web.forms.refusals import shown_on, status_of


@bp.route("/programmes/intakes/<intake_id>/rubric", methods=["GET", "POST"])
@requires(policy.edit_intake, load=queries.intake)
def programme_rubric(intake: Intake) -> ResponseReturnValue:
    concentrations = queries.concentrations_of(intake.programme_id, active_only=False)
    chosen = _chosen(concentrations)
    key = chosen.id if chosen else None
    versions = queries.rubric_versions(intake, concentration_id=key)
    start = versions[0] if versions else queries.rubric_for(intake, concentration_id=key)
    step = request.form.get("step")
    in_force = versions[0].version if versions else 0
    form = RubricForm.of(start.criteria if start else [], version=in_force, spare_row=step != "publish")
    if step == "publish" and form.validate_on_submit():
        with shown_on(form):
            published = service.publish(
                intake,
                form.terms(),
                concentration_id=key,
                expected_version=form.expected_version.data or 0,
                actor=acting(),
            )
            flash(f"Version {published.version} of the rubric is in force for reviews that begin now.", "success")
            return redirect(url_for("admin.programme_rubric", intake_id=intake.id, concentration=key), code=303)
    whom = chosen.title if chosen else EVERYBODY
    page = render_template(
        "admin/programmes/rubric.html",
        intake=intake,
        form=form,
        chosen=chosen,
        concentrations=concentrations,
        current=queries.current_rubrics(intake),
        versions=[ScoredBy(whom, rubric, shares(rubric.criteria)) for rubric in versions],
        starts_from_general=bool(start) and not versions,
    )
    return page, status_of(form)


def _chosen(concentrations: Sequence[Concentration]) -> Concentration | None:
    wanted = request.args.get("concentration", "")
    return next((one for one in concentrations if one.id == wanted), None)
