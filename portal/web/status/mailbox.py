"""Every mail of a demonstration on one page, so that a visitor can open its links. Elsewhere there is no such page."""

from __future__ import annotations

from flask import Response, current_app, render_template, request
from flask.typing import ResponseReturnValue

from portal.accounts import policy as accounts_policy
from portal.bootstrap import SETTINGS
from portal.core.outbox import OutboxMail
from portal.core.paging import Page
from portal.notifications import queries
from portal.web import papers
from portal.web.authz import requires
from portal.web.status.blueprint import bp


def _is_demonstration() -> bool:
    return bool(current_app.extensions[SETTINGS].demo_mode)


def _every_mail() -> Page[OutboxMail] | None:
    return queries.mailbox(request.args.get("before")) if _is_demonstration() else None


def _attached(mail_id: str, form: str) -> papers.Paper | None:
    mail = queries.mail(mail_id) if _is_demonstration() else None
    if mail is None or "receipt_number" not in mail.context:
        return None
    return papers.of_submit(mail.context["application_id"], mail.context["receipt_number"], form)


@bp.app_context_processor
def tell_pages() -> dict[str, bool]:
    """The frame of every page of a demonstration leads to the mailbox."""
    return {"demo_mode": _is_demonstration()}


@bp.get("/demo/mailbox")
@requires(accounts_policy.anyone, load=_every_mail)
def mailbox(page: Page[OutboxMail]) -> ResponseReturnValue:
    return render_template("admin/mailbox.html", page=page)


@bp.get(f"/demo/mailbox/<mail_id>/<{papers.FORM_OF_FILE}>")
@requires(accounts_policy.anyone, load=_attached)
def attachment(paper: papers.Paper) -> Response:
    """What travels with a mail, for its reader: nobody signs in to open an attachment."""
    return papers.send(paper)
