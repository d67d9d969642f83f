"""A page as somebody without script sees it: its words, its links, and its forms filled in as the server sent them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

from flask import has_app_context

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from portal.accounts.models import Person

INLINE = {"a", "strong", "em", "span", "abbr", "time", "b"}
UNSENT = {"submit", "button", "file", "image", "reset"}


@dataclass
class PageForm:
    action: str
    method: str
    fields: dict[str, list[str]] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)

    def value(self, name: str) -> str:
        return self.fields[name][0]


class Page(HTMLParser):
    """`words` is all visible text with single spaces; `links` and `forms` are in the order of the page."""

    def __init__(self, html: str, *, url: str = "", status: int = 200) -> None:
        super().__init__()
        self.url, self.status = url, status
        self.links: list[str] = []
        self.forms: list[PageForm] = []
        self.title = ""
        self._form: PageForm | None = None
        self._select: str | None = None
        self._area: str | None = None
        self._texts: list[str] = []
        self._hidden = 0
        self._in_title = False
        self.feed(html)
        self.words = re.sub(r"\s+", " ", "".join(self._texts)).strip()

    def form(self, ending: str) -> PageForm:
        """The one form whose address ends so; an empty action is the page's own address."""
        found = [form for form in self.forms if (form.action or self.url).partition("?")[0].endswith(ending)]
        assert len(found) == 1, f"{len(found)} forms go to {ending!r}: {[form.action for form in self.forms]}"
        return found[0]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._hidden += tag in ("script", "style")
        self._in_title = self._in_title or tag == "title"
        self._texts.append("" if tag in INLINE else " ")
        if tag == "a":
            self.links.append(given.get("href", ""))
        elif tag == "form":
            self._form = PageForm(given.get("action", ""), given.get("method", "get"))
            self.forms.append(self._form)
        elif self._form is not None:
            self._control(tag, given, self._form)

    def _control(self, tag: str, given: dict[str, str], form: PageForm) -> None:
        name = given.get("name", "")
        if tag == "button" and given.get("type", "submit") == "submit":
            form.buttons.append((name, given.get("value", "")))
        elif tag == "input" and name and given.get("type", "text") not in UNSENT:
            ticked = given.get("type") not in ("checkbox", "radio") or "checked" in given
            if ticked:
                form.fields.setdefault(name, []).append(given.get("value", "on"))
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and "selected" in given:
            form.fields.setdefault(self._select, []).append(given.get("value", ""))
        elif tag == "textarea":
            self._area = name
            form.fields[name] = [""]

    def handle_endtag(self, tag: str) -> None:
        self._texts.append("" if tag in INLINE else " ")
        self._hidden -= tag in ("script", "style")
        if tag == "title":
            self._in_title = False
        elif tag == "form":
            self._form = None
        elif tag == "select":
            self._select = None
        elif tag == "textarea":
            self._area = None

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.title += data
        elif self._area is not None and self._form is not None:
            # A browser drops the line break that follows the tag.
            self._form.fields[self._area][0] += data.removeprefix("\r\n").removeprefix("\n")
        elif not self._hidden:
            self._texts.append(data)


def _answer(client: FlaskClient, url: str, **request: Any) -> TestResponse:
    """One request in an application context of its own, as on a server; what the test has read before is read again."""
    from portal.core.db import db

    with client.application.app_context():
        answer = client.open(url, follow_redirects=True, **request)
    if has_app_context():
        db.session.rollback()
    return answer


def visit(client: FlaskClient, url: str, *, status: int = 200) -> Page:
    """Open a page and follow redirects. Fails when the answer is not the expected one."""
    answer = _answer(client, url)
    assert answer.status_code == status, f"GET {url}: {answer.status_code}\n{Page(answer.text).words[:600]}"
    return Page(answer.text, url=answer.request.full_path.rstrip("?"), status=answer.status_code)


def send(client: FlaskClient, page: Page, action_part: str, *, status: int = 200, **changes: Any) -> Page:
    """Fill in a form of the page and send it. A change to None unticks or leaves out; a list gives several values."""
    form = page.form(action_part)
    data: dict[str, Any] = {**form.fields, **{name.replace("__", "-"): value for name, value in changes.items()}}
    data = {name: value for name, value in data.items() if value is not None}
    answer = _answer(client, form.action or page.url, method=form.method.upper(), data=data)
    assert answer.status_code == status, f"{form.action}: {answer.status_code}\n{Page(answer.text).words[:900]}"
    return Page(answer.text, url=answer.request.full_path.rstrip("?"), status=answer.status_code)


def sign_in(client: FlaskClient, person: Person) -> None:
    """Give the browser a session of the person, as a successful sign-in does."""
    with client.session_transaction() as session:
        session["_user_id"] = person.fs_uniquifier
        session["_fresh"] = True
