"""Comments at a moment or a range. With script only the list is exchanged, so that the music plays on."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.core.errors import Invalid
from portal.reviews import policy
from portal.reviews.policy import Access
from portal.reviews.queries.access import access as find_access
from portal.reviews.queries.sheet import review_sheet
from portal.reviews.service import moments
from portal.web.authz import acting, requires
from portal.web.errors import status_of
from portal.web.faculty.blueprint import bp
from portal.web.forms.reviews import TypedMoment


@bp.post("/<assignment_id>/moments")
@requires(policy.read, load=find_access)
def add_moment(access: Access) -> ResponseReturnValue:
    typed = TypedMoment.of(request.form)
    try:
        values: dict[str, Any] = typed.values()
        moments.add_moment(access.assignment_id, actor=acting(), **values)
    except Invalid as refused:
        return _answer(access, typed, refused)
    return _answer(access, TypedMoment(recording=typed.recording))


@bp.post("/<assignment_id>/moments/remove")
@requires(policy.read, load=find_access)
def remove_moment(access: Access) -> ResponseReturnValue:
    moments.remove_moment(access.assignment_id, actor=acting(), moment_id=request.form.get("moment", ""))
    return _answer(access, TypedMoment())


def _answer(access: Access, typed: TypedMoment, refused: Invalid | None = None) -> ResponseReturnValue:
    if "HX-Request" in request.headers or refused is not None:
        template = "faculty/_comments.html" if "HX-Request" in request.headers else "faculty/comments.html"
        page = render_template(template, sheet=review_sheet(access), typed=typed, comment_error=refused)
        return page, status_of(refused) if refused is not None else 200
    flash("Your comments are saved.", "success")
    return redirect(url_for("faculty.sheet", assignment_id=access.assignment_id, _anchor="comments"), code=303)
