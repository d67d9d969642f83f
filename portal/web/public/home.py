"""The start page: which programmes take applications, and until when."""

from __future__ import annotations

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal.accounts import policy as accounts_policy
from portal.core import clock
from portal.programmes import policy, queries
from portal.web.authz import acting, public, requires
from portal.web.navigation import home_of
from portal.web.public.blueprint import bp


@bp.get("/")
@public
def home() -> ResponseReturnValue:
    now = clock.now()
    listings = queries.published_programmes(now=now)
    return render_template("public/home.html", listings=listings, is_open=policy.is_open, now=now)


@bp.get("/home")
@requires(accounts_policy.signed_in)
def go_home() -> ResponseReturnValue:
    """Where this person's work is."""
    return redirect(url_for(home_of(acting()).endpoint), code=303)
