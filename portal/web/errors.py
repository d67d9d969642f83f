"""The one place that turns a broken rule into a status code and a page."""

from __future__ import annotations

import logging

from flask import Flask, current_app, g, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException

from portal.core import errors, log

logger = logging.getLogger(__name__)

STATUS_OF = {
    errors.NotFound: 404,
    errors.NotAllowed: 403,
    errors.Invalid: 422,
    errors.Stale: 409,
    errors.TooLarge: 413,
    errors.Unavailable: 503,
}

SENTENCES = {
    400: "We could not read what your browser sent. Go back, reload the page and try again.",
    401: "Please sign in first.",
    403: "You are not allowed to do that.",
    404: "We could not find that page.",
    405: "That address does not take this kind of request. Go back and try again.",
    413: "What you sent is larger than we can take here.",
    429: "That was tried too often. Please wait a few minutes and try again.",
    500: "Something went wrong on our side. Nothing that we had confirmed is lost. Please try again in a few minutes.",
    503: "The server is busy just now. Please try again in a minute.",
}


# The database is away or starts again; nothing that was asked now has happened.
AWAY = "The server is busy just now. What we had confirmed is safe. Please try again in a minute."
AWAY_FOR_S = 10


def status_of(error: errors.DomainError) -> int:
    for kind in type(error).__mro__:
        if kind in STATUS_OF:
            return STATUS_OF[kind]
    return 400


def wants_json() -> bool:
    best = request.accept_mimetypes.best_match(["text/html", "application/json"])
    return best == "application/json" and request.accept_mimetypes[best] > request.accept_mimetypes["text/html"]


def answer(status: int, message: str, details: list[str] | None = None, code: str = "") -> ResponseReturnValue:
    """An error as a page or, for programs, as JSON."""
    details = details or []
    if status >= 500:
        forget_who_asks()
    if wants_json():
        body = {"error": {"code": code or str(status), "message": message, "details": details}}
        return jsonify(body), status
    page = render_template(
        "errors/error.html", status=status, message=message, details=details, request_id=log.request_id()
    )
    return page, status


def forget_who_asks() -> None:
    """The answer to a fault must not ask the database who reads it: the database may be what is away."""
    current_app.login_manager._update_request_context_with_user()  # type: ignore[attr-defined]
    g.actor = None


def register(app: Flask) -> None:
    @app.errorhandler(errors.DomainError)
    def domain_error(error: errors.DomainError) -> ResponseReturnValue:
        status = status_of(error)
        logger.info("refused %s %s: %s %s", request.method, request.path, error.code, error.message)
        return answer(status, error.message, error.details, error.code)

    @app.errorhandler(CSRFError)
    def csrf_error(error: CSRFError) -> ResponseReturnValue:
        logger.info("refused %s %s: %s", request.method, request.path, error.description)
        return answer(400, "This form is from an older session. Go back, reload the page and send it again.")

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> ResponseReturnValue:
        status = error.code or 500
        if error.response is not None or status < 400:
            return error
        return answer(status, SENTENCES.get(status, SENTENCES[400 if status < 500 else 500]))

    @app.errorhandler(OperationalError)
    def database_away(error: OperationalError) -> ResponseReturnValue:
        logger.error("no database for %s %s", request.method, request.path, exc_info=error)
        if app.testing or app.debug:
            raise error
        response = app.make_response(answer(503, AWAY))
        response.headers["Retry-After"] = str(AWAY_FOR_S)
        return response

    @app.errorhandler(Exception)
    def unforeseen(error: Exception) -> ResponseReturnValue:
        logger.error("failed %s %s", request.method, request.path, exc_info=error)
        if app.testing or app.debug:
            raise error
        return answer(500, SENTENCES[500])
