"""How the house is: what waits, what a person has to look at, and how the listening is confined on this machine."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from portal.accounts.policy import admissions
from portal.recordings import queries
from portal.web.authz import requires
from portal.web.status.blueprint import bp


@bp.get("/status")
@requires(admissions)
def page() -> ResponseReturnValue:
    return render_template(
        "status/page.html",
        counts=queries.counts_by_state(),
        waiting_s=queries.waiting_longest_s(),
        health=queries.newest_health(),
    )
