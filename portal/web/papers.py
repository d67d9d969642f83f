"""Receipts on their way to whoever may have them: as PDF, as the signed line itself, and all that was submitted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import Response

from portal.applications.models import Application
from portal.applications.receipts import queries
from portal.applications.receipts.issuing import for_file
from portal.applications.receipts.paper import file_name, pdf_of

# A number with more digits would be none for a database; nobody submits so often.
NUMBER = "int(min=1, max=9999):number"
# `contents` is the text whose SHA-256 stands in the receipt; a file has no words of its own.
FORM = "any('pdf', 'json', 'contents'):form"
FORM_OF_FILE = "any('pdf', 'json'):form"


@dataclass(frozen=True)
class Paper:
    """One form of a receipt. `document` signs or reads it, once it is certain that it may be seen."""

    application: Application
    form: str
    document: Callable[[], str]
    contents: str = ""


def of_submit(application_id: str, number: int, form: str) -> Paper | None:
    """The receipt of one submit in one of its forms."""
    receipt = queries.receipt(application_id, number)
    return Paper(receipt.application, form, lambda: receipt.document, receipt.contents) if receipt else None


def of_file(version_id: str, form: str) -> Paper | None:
    """The receipt of one file."""
    found = queries.received_file(version_id)
    return Paper(found.application, form, lambda: for_file(found)) if found else None


def send(paper: Paper) -> Response:
    """The file, to be kept."""
    document = paper.document()
    name = file_name(document)
    if paper.form == "pdf":
        return _kept(pdf_of(document), "application/pdf", f"{name}.pdf")
    if paper.form == "contents":
        return _kept(paper.contents.encode(), "application/json", f"contents-of-{name}.json")
    return _kept(document.encode(), "application/json", f"{name}.json")


def _kept(body: bytes, mime: str, name: str) -> Response:
    response = Response(body, mimetype=mime)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
