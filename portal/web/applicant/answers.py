"""How the applicant's screens answer: a form that was kept, one that was not, a fragment that is asked for again."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

from flask import Response, flash, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm

from portal.core.errors import Invalid
from portal.web.errors import wants_json
from portal.web.rendering import error_lines


def done(back: str, said: str) -> ResponseReturnValue:
    """After a change: the page again, with a sentence."""
    flash(said, "success")
    return redirect(back, code=303)


def kept(back: str) -> ResponseReturnValue:
    """After a form that may have saved itself: then nothing but the good news is answered."""
    return ("", 204) if wants_json() else done(back, "Saved.")


def tell_in_background(form: FlaskForm) -> None:
    """For a form that saves itself and was refused: every reason as JSON. For all others the page is shown again."""
    if wants_json():
        lines = [f"{label}: {message}" if label else message for _, label, message in error_lines(form)]
        raise Invalid("Please look at this again.", details=lines)


def fragment(template: str, *, facts: object, **context: Any) -> Response:
    """A part of a page that is asked for again and again: 304 while the facts that it shows are the same."""
    return unless_same(facts, lambda: render_template(template, **context))


def unless_same(facts: object, render: Callable[[], str]) -> Response:
    """The same for a part whose facts are known before anything else is read: nothing is rendered for a 304."""
    tag = hashlib.sha256(repr(facts).encode()).hexdigest()[:32]
    same = request.if_none_match.contains(tag)
    response = Response(status=304) if same else make_response(render())
    response.set_etag(tag)
    response.headers["Cache-Control"] = "private, no-cache"
    return response
