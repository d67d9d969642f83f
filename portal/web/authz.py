"""Who may see which page. Every view names its policy; a view that names none is closed to everybody.

    @bp.get("/applications/<application_id>")
    @requires(policy.view, load=queries.application)
    def show(application): ...

`load` gets the address's arguments by name and returns the thing or None; the view then gets the thing alone. Where the
policy refuses a thing, the answer is the same as if it did not exist.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from flask import Flask, current_app, g, redirect, request, url_for
from flask_login import current_user

from portal.accounts import policy as accounts_policy
from portal.accounts.actor import Actor
from portal.accounts.queries import actor_for
from portal.core import clock
from portal.core.errors import NotAllowed, NotFound
from portal.core.ruling import Ruling

Policy = Callable[[Actor | None, Any, datetime], Ruling]
View = Callable[..., Any]

# Pages of libraries that bring their own protection.
LIBRARY_ENDPOINTS = {"static"}
LIBRARY_BLUEPRINTS = {"security"}


def current_actor() -> Actor | None:
    """The signed-in person as policies see them; read once per request."""
    if "actor" not in g:
        g.actor = actor_for(current_user) if current_user.is_authenticated else None
    actor: Actor | None = g.actor
    return actor


def acting() -> Actor:
    """The signed-in person, in a view whose policy has made sure that there is one."""
    actor = current_actor()
    if actor is None:
        raise NotAllowed("Please sign in first.")
    return actor


def requires(policy: Policy, *, load: Callable[..., Any] | None = None) -> Callable[[View], View]:
    """Guard a view by a pure policy `(actor, thing, now) -> Ruling`, and hand it the thing."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(**arguments: Any) -> Any:
            actor = current_actor()
            if (
                actor is None
                and policy is not accounts_policy.anyone
                and not getattr(policy, "open_to_visitors", False)
            ):
                return _to_sign_in()
            thing = load(**arguments) if load else None
            if load and thing is None:
                raise NotFound
            ruling = policy(actor, thing, clock.now())
            if not ruling:
                raise NotFound if load else NotAllowed(ruling.reason)
            return view(thing) if load else view(**arguments)

        guarded.access_policy = policy  # type: ignore[attr-defined]
        return guarded

    return decorate


def public(view: View) -> View:
    """A page for everybody. The list of these is checked by a test."""
    return requires(accounts_policy.anyone)(view)


def open_to_visitors(policy: Policy) -> Policy:
    """Mark a policy that itself decides about people who have not signed in."""
    policy.open_to_visitors = True  # type: ignore[attr-defined]
    return policy


def _to_sign_in() -> Any:
    if request.method == "GET" and "HX-Request" not in request.headers:
        return redirect(url_for("security.login", next=request.full_path.rstrip("?")))
    raise NotAllowed("Please sign in first.")


def register(app: Flask) -> None:
    """Close every endpoint that does not name its policy."""

    @app.before_request
    def deny_what_names_no_policy() -> None:
        endpoint = request.endpoint
        if endpoint is None or endpoint in LIBRARY_ENDPOINTS or request.blueprint in LIBRARY_BLUEPRINTS:
            return
        if not hasattr(current_app.view_functions[endpoint], "access_policy"):
            raise NotAllowed("This page is closed.")
