"""The whole web application: bootstrap, accounts, pages, errors, headers."""

from __future__ import annotations

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from portal.bootstrap import SETTINGS, base_app
from portal.core.settings import Settings
from portal.web import authz, errors, headers, limits, navigation, rendering, requests, streamed
from portal.web.admin.routes import bp as admin
from portal.web.applicant.routes import bp as applicant
from portal.web.auth import setup as auth
from portal.web.csrf import csrf
from portal.web.faculty.routes import bp as faculty
from portal.web.public.routes import bp as public
from portal.web.status.routes import bp as status
from portal.web.tus.routes import bp as tus


def create_app(settings: Settings | None = None) -> Flask:
    """Raises SettingsError, with every problem listed, when the environment is incomplete."""
    app = base_app(settings)
    settings = app.extensions[SETTINGS]
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    csrf.init_app(app)
    requests.register(app, settings)
    limits.register(app, settings)
    auth.register(app, settings)
    rendering.register(app)
    navigation.register(app)
    headers.register(app, settings)
    errors.register(app)
    streamed.register(app)
    for blueprint in (public, applicant, tus, faculty, admin, status):
        app.register_blueprint(blueprint)
    limits.guard_visitors(app)
    limits.guard_access_codes(app)
    authz.register(app)
    return app
