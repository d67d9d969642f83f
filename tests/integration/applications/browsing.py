"""A browser for tests that look at the database between two pages."""

from __future__ import annotations

from typing import Any

from flask import Flask, g
from flask.testing import FlaskClient

from portal.accounts.models import Person
from tests.services.page import sign_in


class Browser(FlaskClient):
    """Within the test's own application context every request would share one `g`, and with it the person signed in."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        for name in list(g):
            g.pop(name)
        return super().open(*args, **kwargs)


def signed_in_as(app: Flask, person: Person) -> FlaskClient:
    browser = Browser(app, app.response_class, use_cookies=True)
    sign_in(browser, person)
    return browser
