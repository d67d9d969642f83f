"""Who did what in a programme, and when."""

from __future__ import annotations

from datetime import date

from flask import render_template, request
from flask.typing import ResponseReturnValue

from portal.accounts import policy as accounts_policy
from portal.accounts.states import StaffRole
from portal.decisions import policy
from portal.decisions.queries.history import Asked, actions_in, deeds_in
from portal.programmes import queries as programmes
from portal.programmes.models import Programme
from portal.web.admin.blueprint import bp
from portal.web.authz import acting, requires

MAX_SEARCH_CHARS = 100


@bp.get("/audit")
@requires(accounts_policy.admin)
def audit() -> ResponseReturnValue:
    """Which programme's."""
    own = acting().programmes_as(StaffRole.ADMIN)
    found = [programme for programme in map(programmes.programme, own) if programme is not None]
    if len(found) == 1:
        return programme_audit(programme_id=found[0].id)
    return render_template("admin/audit_choose.html", programmes=found)


@bp.get("/audit/<programme_id>")
@requires(policy.read_audit, load=programmes.programme)
def programme_audit(programme: Programme) -> ResponseReturnValue:
    zone = programme.intakes[0].time_zone if programme.intakes else "UTC"
    asked, unreadable = _asked(zone)
    return render_template(
        "admin/audit.html",
        programme=programme,
        zone=zone,
        asked=asked,
        unreadable=unreadable,
        page=deeds_in(programme, asked),
        actions=actions_in(programme),
    )


def _asked(zone: str) -> tuple[Asked, list[str]]:
    """What the address asks for, and the dates in it that are none."""
    text = {name: request.args.get(name, "").strip()[:MAX_SEARCH_CHARS] for name in ("number", "person", "action")}
    before, unreadable = request.args.get("before", ""), []
    days: dict[str, date | None] = {}
    for name in ("since", "until"):
        typed = request.args.get(name, "").strip()[:MAX_SEARCH_CHARS]
        try:
            days[name] = date.fromisoformat(typed) if typed else None
        except ValueError:
            days[name] = None
            unreadable.append(typed)
    last = int(before) if before.isdecimal() and len(before) <= 18 else None
    return Asked(**text, since=days["since"], until=days["until"], zone=zone, before=last), unreadable
