"""The listening room: the recordings of one application, and the score sheet beside them."""

from __future__ import annotations

from typing import Any

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.core import clock
from portal.core.errors import DomainError, Invalid, NotAllowed, Stale
from portal.panel.score import MIN_OBSERVED_SHARE
from portal.reviews import policy
from portal.reviews.policy import Access
from portal.reviews.queries.access import access as find_access
from portal.reviews.queries.queue import next_in_queue, progress
from portal.reviews.queries.sheet import other_reviews, review_sheet
from portal.reviews.service import conflicts, scoring
from portal.reviews.service.scoring import Entry
from portal.web.authz import acting, requires
from portal.web.errors import status_of, wants_json
from portal.web.faculty.blueprint import bp
from portal.web.faculty.pictures import marks_on
from portal.web.forms.reviews import TypedMoment, differences, typed_entry


@bp.get("/<assignment_id>")
@requires(policy.read, load=find_access)
def sheet(access: Access) -> ResponseReturnValue:
    return _page(access)


@bp.post("/<assignment_id>")
@requires(policy.read, load=find_access)
def save_sheet(access: Access) -> ResponseReturnValue:
    """Save, or save and go on, or hand in; a form that saves itself asks for JSON and gets the new version."""
    entry = typed_entry(request.form)
    then = "save" if wants_json() else request.form.get("then", "save")
    try:
        if then == "submit":
            return _handed_in(access, entry)
        version = scoring.save_draft(access.assignment_id, entry, actor=acting())
    except (Stale, NotAllowed, Invalid) as refused:
        if wants_json():
            raise
        return _refused(access, entry, refused)
    if wants_json():
        return jsonify(version=version)
    flash("Saved as a draft.", "success")
    return _go_on(access) if then == "next" else _back(access)


@bp.post("/<assignment_id>/conflict")
@requires(policy.declare_conflict, load=find_access)
def declare_conflict(access: Access) -> ResponseReturnValue:
    conflicts.declare_conflict(access.assignment_id, actor=acting(), reason=request.form.get("reason", ""))
    flash("Your conflict is noted. The application is closed to you, and the chair can ask somebody else.", "success")
    return redirect(url_for("faculty.queue"), code=303)


@bp.get("/<assignment_id>/next")
@requires(policy.read, load=find_access)
def go_on(access: Access) -> ResponseReturnValue:
    """To whatever waits after this one."""
    return _go_on(access)


def _handed_in(access: Access, entry: Entry) -> ResponseReturnValue:
    result = scoring.submit(access.assignment_id, entry, actor=acting())
    if result.complete:
        flash("Your scores are in.", "success")
    else:
        flash(
            f"Your scores are in. You could judge {result.observed_share:.0%} of the weight; below "
            f"{float(MIN_OBSERVED_SHARE):.0%} a review counts as incomplete and gets no overall value.",
            "warning",
        )
    return _back(access)


def _refused(access: Access, entry: Entry, refused: DomainError) -> ResponseReturnValue:
    """The page again with everything that was typed, and what stands saved beside it."""
    now_access = find_access(access.assignment_id)
    if now_access is None or not policy.read(acting(), now_access, clock.now()):
        raise refused
    return _page(now_access, entry=entry, refused=refused), status_of(refused)


def _page(access: Access, *, entry: Entry | None = None, refused: DomainError | None = None) -> str:
    found = review_sheet(access)
    shows_others = policy.see_other_scores(acting(), access, clock.now())
    collided = entry is not None and not isinstance(refused, Invalid)
    context: dict[str, Any] = {
        "sheet": found,
        "marks": entry.marks if entry is not None and found.editable else found.marks,
        "comment": entry.comment if entry is not None and found.editable else found.comment,
        "refused": refused,
        "fields": getattr(refused, "fields", {}),
        "differences": differences(entry, found) if entry is not None and collided else [],
        "others": other_reviews(access) if shows_others else None,
        "progress": progress(acting().person_id),
        "typed": TypedMoment(),
        "wave_marks": marks_on(found),
    }
    return render_template("faculty/sheet.html", **context)


def _back(access: Access) -> ResponseReturnValue:
    return redirect(url_for("faculty.sheet", assignment_id=access.assignment_id), code=303)


def _go_on(access: Access) -> ResponseReturnValue:
    following = next_in_queue(acting().person_id, after=access.assignment_id)
    if following is None:
        flash("Nothing else is waiting for you.", "info")
        return redirect(url_for("faculty.queue"), code=303)
    return redirect(url_for("faculty.sheet", assignment_id=following), code=303)
