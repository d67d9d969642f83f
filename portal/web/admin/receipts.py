"""The receipts that an applicant holds, for staff: the same files, byte for byte."""

from __future__ import annotations

from flask import Response

from portal.decisions import policy
from portal.web import papers
from portal.web.admin.blueprint import bp
from portal.web.authz import requires


@bp.get(f"/applications/<application_id>/receipts/<{papers.NUMBER}>/<{papers.FORM}>")
@requires(policy.see_part, load=papers.of_submit)
def receipt_paper(paper: papers.Paper) -> Response:
    return papers.send(paper)


@bp.get(f"/recordings/versions/<version_id>/receipt/<{papers.FORM_OF_FILE}>")
@requires(policy.see_part, load=papers.of_file)
def file_receipt_paper(paper: papers.Paper) -> Response:
    return papers.send(paper)
