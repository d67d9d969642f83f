"""Accounts by Flask-Security: register, confirm, sign in, reset, change. Our mail, our words, our limits."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Flask, g, request
from flask_security import Security, SQLAlchemyUserDatastore

from portal.accounts.models import Person, Role
from portal.core import clock
from portal.core.db import db, write_intent
from portal.core.settings import Settings
from portal.web import limits
from portal.web.auth import words
from portal.web.auth.forms import RegisterForm
from portal.web.auth.mail import OutboxMailUtil

PASSWORD_MIN_LENGTH = 12


def register(app: Flask, settings: Settings) -> None:
    app.config.update(_accounts(settings), **words.settings())
    app.config.update(_cookies(settings))
    datastore = SQLAlchemyUserDatastore(db, Person, Role)
    security = Security(app, datastore, mail_util_cls=OutboxMailUtil, register_form=RegisterForm)
    # Else each style sheet and script would ask the database who wants it.
    security.principal.skip_static = True
    limits.guard_sign_in(app)

    @app.before_request
    def sign_in_writes_from_the_start() -> None:
        """Flask-Security reads, then writes, in one transaction; on SQLite that must begin as a writer.

        Signing in only reads, and while a password is hashed nobody else may have to wait for the database.
        """
        if request.blueprint == "security" and request.method == "POST" and request.endpoint != "security.login":
            g.auth_write = write_intent()
            g.auth_write.__enter__()

    @app.teardown_request
    def sign_in_done(error: BaseException | None) -> None:
        context: Any = g.pop("auth_write", None)
        if context is not None:
            db.session.rollback()
            context.__exit__(None, None, None)


def _accounts(settings: Settings) -> dict[str, Any]:
    return {
        "SECURITY_PASSWORD_SALT": settings.password_salt,
        "SECURITY_PASSWORD_HASH": "argon2",
        "SECURITY_PASSWORD_LENGTH_MIN": PASSWORD_MIN_LENGTH,
        "SECURITY_REGISTERABLE": True,
        "SECURITY_CONFIRMABLE": True,
        "SECURITY_RECOVERABLE": True,
        "SECURITY_CHANGEABLE": True,
        "SECURITY_USE_REGISTER_V2": True,
        "SECURITY_RETURN_GENERIC_RESPONSES": True,
        "SECURITY_EMAIL_VALIDATOR_ARGS": {"check_deliverability": False, "test_environment": settings.demo_mode},
        "SECURITY_CONFIRM_EMAIL_WITHIN": timedelta(days=2),
        "SECURITY_RESET_PASSWORD_WITHIN": timedelta(hours=2),
        "SECURITY_AUTO_LOGIN_AFTER_CONFIRM": False,
        "SECURITY_POST_LOGIN_VIEW": "/home",
        "SECURITY_POST_LOGOUT_VIEW": "/",
        "SECURITY_POST_CONFIRM_VIEW": "/login",
        "SECURITY_CSRF_IGNORE_UNAUTH_ENDPOINTS": False,
        "SECURITY_LOGOUT_METHODS": ["POST"],
        "SECURITY_SUBDOMAIN": None,
        "SECURITY_EMAIL_SENDER": settings.mail_from,
        # Mails are plain text; the names of files in templates/security/email are the library's.
        "SECURITY_EMAIL_HTML": False,
        "SECURITY_SCHOOL_NAME": settings.school_name,
        # Its own gives naive times, which our columns refuse.
        "SECURITY_DATETIME_FACTORY": clock.now,
    }


def _cookies(settings: Settings) -> dict[str, Any]:
    return {
        "SECURITY_REMEMBER_SALT": "remember",
        "REMEMBER_COOKIE_SECURE": settings.secure_cookies,
        "REMEMBER_COOKIE_HTTPONLY": True,
        "REMEMBER_COOKIE_SAMESITE": "Lax",
        "REMEMBER_COOKIE_DURATION": timedelta(days=14),
    }
