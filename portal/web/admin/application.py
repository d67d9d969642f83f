"""One application as staff see it: everything in it, and what they may do to it. They never edit what was sent."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal.applications import policy as applications_policy
from portal.applications.contents import contents_of
from portal.applications.deadlines import deadline_of
from portal.applications.models import Application
from portal.applications.queries import PlacedGate, placed_gate
from portal.applications.queries import application as find
from portal.applications.receipts.queries import receipts_of
from portal.applications.service.gates import set_gate
from portal.applications.service.sending import reopen
from portal.applications.states import ExtensionState, GateState
from portal.core import clock
from portal.decisions import policy
from portal.decisions.gates import count
from portal.decisions.queries import file
from portal.decisions.queries.decisions import history_of, living
from portal.decisions.queries.history import deeds_about
from portal.decisions.queries.placed import PlacedVersion, placed_version
from portal.decisions.service.drafting import draft
from portal.notifications import queries as mail
from portal.programmes.zones import to_local
from portal.recordings.service.judging import measure_again
from portal.recordings.service.waiving import waive
from portal.web.admin.blueprint import bp
from portal.web.admin.frame import intake_page
from portal.web.authz import acting, requires
from portal.web.forms.deadlines import AnswerForm, GrantForm
from portal.web.forms.decisions import DraftForm, JudgeGateForm, ReopenForm, WaiveForm
from portal.web.forms.refusals import shown_on, status_of
from portal.web.media import send_media, send_waveform


@bp.get("/applications/<application_id>")
@requires(policy.see_application, load=find)
def application(application: Application) -> ResponseReturnValue:
    return page_of(application)


@bp.post("/applications/<application_id>/draft")
@requires(policy.see_application, load=find)
def draft_decision(application: Application) -> ResponseReturnValue:
    form = DraftForm()
    if form.validate_on_submit():
        with shown_on(form):
            draft(application, actor=acting(), proposal=form.proposal())
            flash("The decision is drafted. Somebody else has to confirm it.", "success")
            return _back(application, "decision")
    return page_of(application, draft_form=form), status_of(form)


@bp.post("/applications/<application_id>/gates/<gate_id>")
@requires(policy.see_part, load=placed_gate)
def judge_gate(placed: PlacedGate) -> ResponseReturnValue:
    form = JudgeGateForm(prefix=placed.gate.id)
    if form.validate_on_submit():
        with shown_on(form):
            set_gate(placed, actor=acting(), state=GateState(form.state.data), reason=form.reason.data or "")
            flash(f"“{placed.gate.title}” is judged.", "success")
            return _back(placed.application, "requirements")
    return page_of(placed.application, gate_forms={placed.gate.id: form}), status_of(form)


@bp.post("/applications/<application_id>/reopen")
@requires(policy.see_application, load=find)
def reopen_application(application: Application) -> ResponseReturnValue:
    form = ReopenForm(prefix="reopen")
    if form.validate_on_submit():
        with shown_on(form):
            until = form.until_utc(application.intake)
            reopen(application, actor=acting(), until=until, reason=form.reason.data or "")
            flash("The applicant can change the application again, and gets a mail that says so.", "success")
            return _back(application)
    return page_of(application, reopen_form=form), status_of(form)


@bp.post("/recordings/versions/<version_id>/waive")
@requires(policy.see_part, load=placed_version)
def waive_finding(placed: PlacedVersion) -> ResponseReturnValue:
    form = WaiveForm()
    check_key, reason = form.check_key.data or "", form.reason.data or ""
    waive(placed.version, check_key=check_key, reason=reason, actor=acting())
    flash("Waived. The machine's finding stays beside your reason.", "success")
    return _back(placed.application, f"recording-{placed.recording.id}")


@bp.post("/recordings/versions/<version_id>/measure")
@requires(policy.see_part, load=placed_version)
def measure_recording_again(placed: PlacedVersion) -> ResponseReturnValue:
    measure_again(placed.version, actor=acting(), reason="Asked for by staff.")
    flash("The file is being listened to again. Reload this page in a minute.", "success")
    return _back(placed.application, f"recording-{placed.recording.id}")


@bp.get("/recordings/versions/<version_id>/audio")
@requires(policy.see_part, load=placed_version)
def recording_audio(placed: PlacedVersion) -> ResponseReturnValue:
    name = f"{placed.application.number}-{placed.recording.position + 1}"
    return send_media(placed.version, download_name=name, may_link=True)


@bp.get("/recordings/versions/<version_id>/waveform")
@requires(policy.see_part, load=placed_version)
def recording_waveform(placed: PlacedVersion) -> Response:
    return send_waveform(placed.version)


def page_of(application: Application, **forms: Any) -> str:
    """The whole page; `forms` are those that were refused, shown with what was typed."""
    actor, now = acting(), clock.now()
    contents = contents_of(application)
    decisions, deeds = history_of(application.id), deeds_about(application)
    decision = living(application.id)
    judged_by = [gate.answer.checked_by_id for gate in contents.gates if gate.answer]
    return intake_page(
        "admin/application.html",
        application.intake,
        current="applications",
        application=application,
        contents=contents,
        overall=count(gate.state for gate in contents.gates).overall,
        recordings=file.recordings_of(application.id, decision=decision),
        heard=file.reviews_of(application.id),
        decision=decision,
        decisions=decisions,
        deeds=deeds,
        mails=mail.about(application.id),
        receipts=receipts_of(application.id),
        names=file.names_of(
            [
                *judged_by,
                *(one.decided_by_id for one in application.extensions),
                *(who for one in decisions for who in (one.drafted_by_id, one.confirmed_by_id)),
            ]
        ),
        may_draft=policy.draft(actor, application, now),
        may_judge=applications_policy.judge_gate(actor, application, now),
        may_reopen=applications_policy.reopen(actor, application, now),
        draft_form=forms.get("draft_form") or DraftForm(),
        gate_forms=_gate_forms(contents, forms.get("gate_forms", {})),
        reopen_form=forms.get("reopen_form") or ReopenForm(prefix="reopen"),
        deadline=deadline_of(application),
        may_extend=applications_policy.grant_extension(actor, application, now),
        grant_form=forms.get("grant_form") or GrantForm(formdata=None, prefix="grant", data=_wished(application)),
        answer_form=forms.get("answer_form") or AnswerForm(formdata=None, prefix="answer"),
    )


def _wished(application: Application) -> dict[str, Any]:
    """The date that was asked for stands in the form already: granting it is one sentence."""
    asked = next((one for one in application.extensions if one.state is ExtensionState.ASKED), None)
    zone = application.intake.time_zone
    return {"until": to_local(asked.asked_until, zone)} if asked and asked.asked_until else {}


def _gate_forms(contents: Any, sent: dict[str, JudgeGateForm]) -> dict[str, JudgeGateForm]:
    """A form for each requirement as it stands; the one that was sent and refused as it was sent."""
    return {
        asked.gate.id: sent.get(asked.gate.id)
        or JudgeGateForm(
            formdata=None,
            prefix=asked.gate.id,
            data={"state": asked.state.value, "reason": asked.answer.reason if asked.answer else ""},
        )
        for asked in contents.gates
    }


def _back(application: Application, anchor: str | None = None) -> ResponseReturnValue:
    return redirect(url_for("admin.application", application_id=application.id, _anchor=anchor), code=303)
