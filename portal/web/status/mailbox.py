"""Every mail of a demonstration on one page, so that a visitor can open its links. Elsewhere there is no such page."""

from __future__ import annotations

from flask import current_app, render_template, request
from flask.typing import ResponseReturnValue

from portal.accounts import policy as accounts_policy
from portal.bootstrap import SETTINGS
from portal.core.outbox import OutboxMail
from portal.core.paging import Page
from portal.notifications.queries import mailbox as read_mailbox
from portal.web.authz import requires
from portal.web.status.blueprint import bp


def _only_in_the_demonstration() -> Page[OutboxMail] | None:
    if not current_app.extensions[SETTINGS].demo_mode:
        return None
    return read_mailbox(request.args.get("before"))


@bp.app_context_processor
def tell_pages() -> dict[str, bool]:
    """The frame of every page of a demonstration leads to the mailbox."""
    return {"demo_mode": current_app.extensions[SETTINGS].demo_mode}


@bp.get("/demo/mailbox")
@requires(accounts_policy.anyone, load=_only_in_the_demonstration)
def mailbox(page: Page[OutboxMail]) -> ResponseReturnValue:
    return render_template("admin/mailbox.html", page=page)
