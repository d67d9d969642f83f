"""What an applicant keeps on paper: the receipt, and the letter with the decision."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue

from portal.applications import policy
from portal.applications.models import Application
from portal.applications.queries import application as find
from portal.core.errors import NotFound
from portal.decisions.queries.decisions import released_for
from portal.recordings.queries import lengths_of
from portal.web.applicant.blueprint import bp
from portal.web.authz import requires


@bp.get("/<application_id>/receipt")
@requires(policy.view, load=find)
def receipt(application: Application) -> ResponseReturnValue:
    if application.receipt is None:
        raise NotFound
    return render_template(
        "applicant/receipt.html",
        application=application,
        receipt=application.receipt,
        moment_of=datetime.fromisoformat,
        lengths=lengths_of(_version_ids(application.receipt)),
    )


@bp.get("/<application_id>/letter")
@requires(policy.view, load=find)
def letter(application: Application) -> ResponseReturnValue:
    decision = released_for(application.id)
    if decision is None:
        raise NotFound
    return render_template("applicant/letter.html", application=application, decision=decision)


def _version_ids(receipt: dict[str, Any]) -> list[str]:
    files = [recording["file"] for slot in receipt["slots"] for recording in slot["recordings"]]
    return [file["version_id"] for file in files if file]
