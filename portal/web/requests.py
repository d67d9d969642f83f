"""What every request gets: an id for the logs, size limits, cookie rules."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask, Response, request, session

from portal.core import log
from portal.core.errors import NotFound
from portal.core.ids import new_id
from portal.core.settings import Settings

MAX_FORM_BYTES = 1024**2
MAX_FORM_PARTS = 400
# A built file's name is that of its content (see `assets`), so a browser need never ask for it again.
BUILT, FOR_EVER = "/static/build/", "public, max-age=31536000, immutable"


def register(app: Flask, settings: Settings) -> None:
    app.config.update(
        # Views that take files raise the limit for their own request (`request.max_content_length`).
        MAX_CONTENT_LENGTH=MAX_FORM_BYTES,
        MAX_FORM_MEMORY_SIZE=MAX_FORM_BYTES,
        MAX_FORM_PARTS=MAX_FORM_PARTS,
        SESSION_COOKIE_NAME="__Host-session" if settings.secure_cookies else "session",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=timedelta(hours=12),
        # A form left open over lunch must still save; the token lives as long as the session.
        WTF_CSRF_TIME_LIMIT=None,
        TEMPLATES_AUTO_RELOAD=False,
    )

    @app.before_request
    def name_the_request() -> None:
        log.set_request_id(new_id()[:12])

    @app.before_request
    def know_no_page_with_a_nul() -> None:
        # PostgreSQL takes no NUL in a text, so such an address must not get as far as a query.
        if "\0" in request.path:
            raise NotFound

    @app.after_request
    def tell_the_id(response: Response) -> Response:
        response.headers["X-Request-Id"] = log.request_id()
        if not request.path.startswith("/static/"):
            response.headers.setdefault("Cache-Control", "private, no-store")
        elif request.path.startswith(BUILT) and response.status_code in (200, 304):
            response.headers["Cache-Control"] = FOR_EVER
            session.accessed = False  # Flask-Login looks into it on every way out; the file is the same for everybody
        return response
