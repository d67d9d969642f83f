"""A reviewer's own list: what waits, what is due, how much is done."""

from __future__ import annotations

from flask import render_template, request

from portal.accounts import policy as accounts_policy
from portal.reviews.queries.queue import progress, queue_page
from portal.web.authz import acting, requires
from portal.web.faculty.blueprint import bp


@bp.get("/")
@requires(accounts_policy.faculty)
def queue() -> str:
    person_id, done = acting().person_id, request.args.get("show") == "done"
    page = queue_page(person_id, done=done, after=request.args.get("after"))
    return render_template("faculty/queue.html", page=page, done=done, progress=progress(person_id))
