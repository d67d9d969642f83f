"""The page that convinces an applicant, and says from the rules themselves what is asked."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from portal.core import clock
from portal.programmes import policy, queries
from portal.programmes.asked import recordings_asked, scored_by
from portal.programmes.deadline_words import deadline_rules
from portal.programmes.models import Intake, Programme
from portal.web.authz import open_to_visitors, requires
from portal.web.public.blueprint import bp


@bp.get("/programmes/<slug>")
@requires(open_to_visitors(policy.view), load=queries.programme_by_slug)
def programme(programme: Programme) -> ResponseReturnValue:
    return render_programme(programme, queries.shown_intake(programme, now=clock.now()))


def render_programme(programme: Programme, intake: Intake | None, *, preview: bool = False) -> str:
    """The page with one of the programme's intakes; `preview` says that visitors cannot see it yet."""
    now = clock.now()
    concentrations = [one for one in programme.concentrations if one.active]
    return render_template(
        "public/programme.html",
        programme=programme,
        concentrations=concentrations,
        tracks=[one for one in programme.tracks if one.active],
        intake=intake,
        start=policy.may_start(intake, now) if intake else None,
        rules=deadline_rules(intake) if intake else [],
        asked=recordings_asked(intake, concentrations=concentrations) if intake else [],
        gates=queries.gates_of(intake) if intake else [],
        rubrics=scored_by(intake, concentrations=concentrations) if intake else [],
        preview=preview,
        now=now,
    )
