"""Requirements: the answer, and the PDFs that prove it."""

from __future__ import annotations

from flask import Response, send_file, url_for
from flask.typing import ResponseReturnValue

from portal.applications import policy
from portal.applications.contents import AskedGate
from portal.applications.missing import gate_anchor
from portal.applications.queries import PlacedEvidence, PlacedGate, placed_evidence, placed_gate
from portal.applications.service import gates
from portal.core.storage import storage
from portal.web import streamed
from portal.web.applicant.answers import done, kept, tell_in_background
from portal.web.applicant.blueprint import bp
from portal.web.applicant.draft import draft_page, gate_form
from portal.web.authz import acting, requires
from portal.web.csrf import csrf
from portal.web.forms.refusals import shown_on


@bp.post("/<application_id>/requirements/<gate_id>")
@requires(policy.view_part, load=placed_gate)
def answer_gate(placed: PlacedGate) -> ResponseReturnValue:
    form = gate_form(AskedGate(placed.gate, None), sent=True)
    if form.validate():
        with shown_on(form):
            score = form.score.data if "score" in form else None
            gates.answer_gate(placed, actor=acting(), answer=form.answer.data or "", score=score)
            return kept(_back(placed))
    tell_in_background(form)
    return draft_page(placed.application, gate=(placed.gate.id, form))


@bp.post("/<application_id>/requirements/<gate_id>/evidence")
@csrf.exempt  # take_file asks the guard, once it knows the fields
@requires(policy.view_part, load=placed_gate)
def add_evidence(placed: PlacedGate) -> ResponseReturnValue:
    file = streamed.take_file("evidence", max_bytes=gates.MAX_EVIDENCE_BYTES)
    evidence = gates.add_evidence(placed, actor=acting(), original_name=file.name, stream=file.stream)
    return done(_back(placed), f"We have {evidence.original_name}.")


@bp.get("/evidence/<evidence_id>")
@requires(policy.read_evidence, load=placed_evidence)
def evidence(placed: PlacedEvidence) -> Response:
    """For its sender and for admissions staff. Never opened in our own page: a PDF may hold script."""
    return send_file(
        storage().open(placed.evidence.storage_key),
        mimetype="application/pdf",
        as_attachment=True,
        download_name=placed.evidence.original_name,
    )


@bp.post("/evidence/<evidence_id>/remove")
@requires(policy.view_part, load=placed_evidence)
def remove_evidence(placed: PlacedEvidence) -> ResponseReturnValue:
    gates.remove_evidence(placed, actor=acting())
    return done(_back(PlacedGate(placed.application, placed.gate)), f"{placed.evidence.original_name} is removed.")


def _back(placed: PlacedGate) -> str:
    anchor = gate_anchor(placed.gate.id)
    return url_for("applicant.application", application_id=placed.application.id, _anchor=anchor)
