"""Taking data out: small exports at once, large ones as a job that says how far it is."""

from __future__ import annotations

from flask import Response, flash, make_response, redirect, render_template, send_file, url_for
from flask.typing import ResponseReturnValue

from portal.decisions.queries.file import names_of
from portal.exports import policy, queries, service
from portal.exports.models import ExportJob, ExportState
from portal.programmes import queries as programmes
from portal.programmes.models import Intake
from portal.web.admin.blueprint import bp
from portal.web.admin.frame import intake_page
from portal.web.authz import acting, requires
from portal.web.forms.decisions import ExportForm
from portal.web.forms.refusals import status_of

MOVING = (ExportState.QUEUED, ExportState.RUNNING)


@bp.get("/intakes/<intake_id>/exports")
@requires(policy.export, load=programmes.intake)
def exports(intake: Intake) -> ResponseReturnValue:
    return _page(intake, ExportForm().offer())


@bp.post("/intakes/<intake_id>/exports")
@requires(policy.export, load=programmes.intake)
def export(intake: Intake) -> ResponseReturnValue:
    form = ExportForm().offer()
    if not form.validate_on_submit():
        return _page(intake, form), status_of(form)
    wanted = {"dataset_key": form.dataset.data, "format_key": form.format.data}
    if service.is_small(intake, form.dataset.data):
        return _handed_over(service.export_now(intake, actor=acting(), **wanted))
    service.request_export(intake, actor=acting(), **wanted)
    flash("This is a large export. It is being written; you can go on working meanwhile.", "success")
    return redirect(url_for("admin.exports", intake_id=intake.id), code=303)


@bp.get("/exports/<job_id>")
@requires(policy.see_job, load=queries.job)
def export_job(job: ExportJob) -> ResponseReturnValue:
    """The row of a job, which asks for itself while it moves."""
    return make_response(render_template("admin/_export_job.html", job=job, names=names_of([job.requested_by_id])))


@bp.get("/exports/<job_id>/file")
@requires(policy.see_job, load=queries.job)
def export_file(job: ExportJob) -> Response:
    return _handed_over(service.download(job, actor=acting()))


def _page(intake: Intake, form: ExportForm) -> str:
    jobs = queries.jobs_of(intake.id)
    names = names_of([job.requested_by_id for job in jobs])
    return intake_page("admin/exports.html", intake, current="exports", form=form, jobs=jobs, names=names)


def _handed_over(ready: service.Ready) -> Response:
    response = send_file(ready.stream, mimetype=ready.mime_type, as_attachment=True, download_name=ready.name)
    response.headers["Cache-Control"] = "private, no-store"
    response.call_on_close(ready.stream.close)
    return response
