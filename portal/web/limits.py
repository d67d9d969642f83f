"""How often something may be tried: by address, and by the account that is named.

Counted in the broker's server, so that all web processes count together. When that server is away the limiter falls
back to counting in each process: slower to stop a guesser, but never a closed door.
"""

from __future__ import annotations

from typing import Any, cast

from flask import Flask, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import current_user

from portal.core.settings import Settings

PER_ADDRESS = "60 per minute; 600 per hour"
# What visitors may send without an account, and how often.
FOR_VISITORS = {
    "public.send_trial": "4 per minute; 20 per hour",
    "public.check_receipt": "20 per minute; 200 per hour",
}
# Access codes are far too many to guess; who tries all the same soon has to wait.
CODES_PER_PERSON = "6 per minute; 30 per hour"
PER_ACCOUNT = "8 per minute; 40 per hour"
# security.<endpoint> that an attacker would hammer.
GUARDED = ("login", "register", "forgot_password", "reset_password", "send_confirmation", "verify", "change_password")


def _account_named() -> str:
    return (request.form.get("email") or "").strip().lower()[:255] or get_remote_address()


def _person_signed_in() -> str:
    return current_user.get_id() or get_remote_address()


def make_limiter(settings: Settings) -> Limiter:
    return Limiter(
        key_func=get_remote_address,
        storage_uri=_storage_uri(settings.redis_url),
        in_memory_fallback=[PER_ADDRESS],
        in_memory_fallback_enabled=True,
        enabled=settings.rate_limits_enabled,
        headers_enabled=False,
        strategy="moving-window",
        key_prefix="limit",
    )


def _storage_uri(redis_url: str) -> str:
    """`limits` writes redis over a unix socket differently from Celery."""
    return redis_url.replace("redis+socket://", "redis+unix://", 1)


def register(app: Flask, settings: Settings) -> None:
    limiter = make_limiter(settings)
    limiter.init_app(app)
    app.extensions["soundcheck_limiter"] = limiter


def guard_visitors(app: Flask) -> None:
    """Limit what visitors may send; called once the views are registered."""
    limiter: Limiter = app.extensions["soundcheck_limiter"]
    for endpoint, often in FOR_VISITORS.items():
        limited = limiter.limit(often, methods=["POST"])
        app.view_functions[endpoint] = cast(Any, limited(app.view_functions[endpoint]))


def guard_access_codes(app: Flask) -> None:
    """Limit how often a person, and an address, may try an access code; called once the view is registered."""
    limiter: Limiter = app.extensions["soundcheck_limiter"]
    by_person = limiter.limit(CODES_PER_PERSON, key_func=_person_signed_in, methods=["POST"])
    by_address = limiter.limit(PER_ADDRESS, methods=["POST"])
    view = app.view_functions["applicant.start_late"]
    app.view_functions["applicant.start_late"] = cast(Any, by_address(by_person(view)))


def guard_sign_in(app: Flask) -> None:
    """Limit the views of Flask-Security; called once they are registered."""
    limiter: Limiter = app.extensions["soundcheck_limiter"]
    for name in GUARDED:
        endpoint = f"security.{name}"
        view = app.view_functions.get(endpoint)
        if view is None:
            continue
        by_account = limiter.limit(PER_ACCOUNT, key_func=_account_named, methods=["POST"])
        by_address = limiter.limit(PER_ADDRESS, methods=["POST"])
        app.view_functions[endpoint] = cast(Any, by_address(by_account(view)))
