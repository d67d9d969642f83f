"""What an applicant keeps on paper: receipts, and the letter with the decision."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from flask import Response, render_template
from flask.typing import ResponseReturnValue

from portal.applications import policy
from portal.applications.models import Application
from portal.applications.queries import application as find
from portal.applications.receipts import queries
from portal.applications.receipts.issuing import for_file
from portal.applications.receipts.models import Receipt
from portal.applications.receipts.queries import ReceivedFile
from portal.applications.receipts.verifying import said_by
from portal.core.errors import NotFound
from portal.decisions.queries.decisions import released_for
from portal.recordings.queries import lengths_of
from portal.web import papers
from portal.web.applicant.blueprint import bp
from portal.web.authz import requires


@bp.get("/<application_id>/receipt")
@requires(policy.view_part, load=queries.newest_receipt)
def receipt(newest: Receipt) -> ResponseReturnValue:
    return _page(newest)


@bp.get(f"/<application_id>/receipts/<{papers.NUMBER}>")
@requires(policy.view_part, load=queries.receipt)
def older_receipt(kept: Receipt) -> ResponseReturnValue:
    return _page(kept)


@bp.get(f"/<application_id>/receipts/<{papers.NUMBER}>/<{papers.FORM}>")
@requires(policy.view_part, load=papers.of_submit)
def receipt_paper(paper: papers.Paper) -> Response:
    return papers.send(paper)


@bp.get("/files/<version_id>/receipt")
@requires(policy.view_part, load=queries.received_file)
def file_receipt(found: ReceivedFile) -> ResponseReturnValue:
    document = for_file(found)
    return render_template(
        "applicant/file_receipt.html", found=found, application=found.application, genuine=said_by(document)
    )


@bp.get(f"/files/<version_id>/receipt/<{papers.FORM_OF_FILE}>")
@requires(policy.view_part, load=papers.of_file)
def file_receipt_paper(paper: papers.Paper) -> Response:
    return papers.send(paper)


@bp.get("/<application_id>/letter")
@requires(policy.view, load=find)
def letter(application: Application) -> ResponseReturnValue:
    decision = released_for(application.id)
    if decision is None:
        raise NotFound
    return render_template("applicant/letter.html", application=application, decision=decision)


def _page(kept: Receipt) -> str:
    contents = json.loads(kept.contents)
    return render_template(
        "applicant/receipt.html",
        application=kept.application,
        kept=kept,
        others=[one for one in queries.receipts_of(kept.application_id) if one.number != kept.number],
        receipt=contents,
        genuine=said_by(kept.document),
        moment_of=datetime.fromisoformat,
        lengths=lengths_of(_version_ids(contents)),
    )


def _version_ids(contents: dict[str, Any]) -> list[str]:
    files = [recording["file"] for slot in contents["slots"] for recording in slot["recordings"]]
    return [file["version_id"] for file in files if file]
