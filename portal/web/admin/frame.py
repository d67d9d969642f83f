"""What every page about an intake shows: the tabs that this person may open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import flash, render_template, url_for

from portal.applications import policy as applications_policy
from portal.core import clock
from portal.decisions import policy
from portal.decisions.service.drafting import BatchResult
from portal.exports import policy as exports_policy
from portal.programmes.models import Intake
from portal.reviews import policy as reviews_policy
from portal.web.authz import acting

TOLD_ONE_BY_ONE = 10


@dataclass(frozen=True)
class Tab:
    key: str
    label: str
    href: str


def intake_page(template: str, intake: Intake, *, current: str, **context: Any) -> str:
    """Render a page of an intake; `current` is the key of its tab."""
    return render_template(template, intake=intake, tabs=_tabs(intake), current=current, **context)


def tell_result(result: BatchResult, done: str, next_step: str) -> None:
    """Say what came of a batch of decisions; `done` is the word for what was done to them."""
    if result.done:
        flash(f"{result.done} {'decision is' if result.done == 1 else 'decisions are'} {done}. {next_step}", "success")
    for sentence in result.refused[:TOLD_ONE_BY_ONE]:
        flash(f"Not {done}. {sentence}", "warning")
    rest = len(result.refused) - TOLD_ONE_BY_ONE
    if rest > 0:
        flash(f"{rest} more were not {done}. Filter by requirements to find them.", "warning")


def _tabs(intake: Intake) -> list[Tab]:
    actor, now = acting(), clock.now()
    offered = [
        ("applications", "Applications", "admin.intake", policy.run_intake),
        ("assignments", "Reviewers", "admin.assignments", reviews_policy.assign),
        ("deadlines", "Deadlines", "admin.deadlines", applications_policy.run_deadlines),
        ("decisions", "Decisions", "admin.decisions", policy.run_intake),
        ("letters", "Letters", "admin.letters", policy.edit_letters),
        ("exports", "Exports", "admin.exports", exports_policy.export),
    ]
    return [
        Tab(key, label, url_for(endpoint, intake_id=intake.id))
        for key, label, endpoint, may in offered
        if may(actor, intake, now)
    ]
