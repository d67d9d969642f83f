"""The rubric editor: what faculty score, for everybody or for one concentration."""

from __future__ import annotations

from collections.abc import Sequence

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.programmes import policy, queries
from portal.programmes.asked import EVERYBODY, ScoredBy, shares
from portal.programmes.models import Concentration, Intake, Rubric
from portal.programmes.service import rubrics as service
from portal.web.admin.blueprint import bp
from portal.web.authz import acting, requires
from portal.web.forms.programmes_rubric import RubricForm
from portal.web.forms.refusals import shown_on, status_of

PUBLISH = "publish"


@bp.route("/programmes/intakes/<intake_id>/rubric", methods=["GET", "POST"])
@requires(policy.edit_intake, load=queries.intake)
def programme_rubric(intake: Intake) -> ResponseReturnValue:
    chosen = _chosen(intake)
    key = chosen.id if chosen else None
    versions = queries.rubric_versions(intake, concentration_id=key)
    form = _form(intake, key, versions)
    if request.form.get("step") == PUBLISH and form.validate_on_submit():
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
    return _page(intake, chosen, versions, form), status_of(form)


def _chosen(intake: Intake) -> Concentration | None:
    wanted = request.args.get("concentration", "")
    offered = queries.concentrations_of(intake.programme_id, active_only=False)
    return next((one for one in offered if one.id == wanted), None)


def _form(intake: Intake, concentration_id: str | None, versions: Sequence[Rubric]) -> RubricForm:
    """Filled in from the browser, else from the version in force, else from the rubric for everybody."""
    start = versions[0] if versions else queries.rubric_for(intake, concentration_id=concentration_id)
    return RubricForm.of(
        start.criteria if start else [],
        version=versions[0].version if versions else 0,
        spare_row=request.form.get("step") != PUBLISH,
    )


def _page(intake: Intake, chosen: Concentration | None, versions: Sequence[Rubric], form: RubricForm) -> str:
    whom = chosen.title if chosen else EVERYBODY
    current = queries.current_rubrics(intake)
    return render_template(
        "admin/programmes/rubric.html",
        intake=intake,
        form=form,
        chosen=chosen,
        concentrations=queries.concentrations_of(intake.programme_id, active_only=False),
        current=current,
        versions=[ScoredBy(whom, rubric, shares(rubric.criteria)) for rubric in versions],
        starts_from_general=chosen is not None and not versions and None in current,
    )
