"""The main screens, for the screenshots and for the accessibility tests: whose they are and how a person gets there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from playwright.sync_api import Page

from portal.seed.cast import SIGN_INS

VISITOR = "visitor"


@dataclass(frozen=True)
class Screen:
    """`steps` are patterns of link addresses, followed one after the other from `start`."""

    name: str
    role: str
    start: str
    steps: tuple[str, ...] = ()


SCREENS = (
    Screen("start", VISITOR, "/"),
    Screen("programme", VISITOR, "/", ("^/programmes/mm-",)),
    Screen("sign-in", VISITOR, "/login"),
    Screen("register", VISITOR, "/register"),
    Screen("forgotten-password", VISITOR, "/reset"),
    Screen("not-found", VISITOR, "/nowhere"),
    Screen("style-guide", VISITOR, "/styleguide"),
)


def sign_in(page: Page, base_url: str, role: str) -> None:
    """As the role's person of the demo; a visitor stays a visitor."""
    if role == VISITOR:
        return
    person = next(person for person in SIGN_INS if person.role == role)
    page.goto(f"{base_url}/login")
    page.get_by_label("Mail address").fill(person.email)
    page.get_by_label("Password", exact=True).fill(person.password)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: urlsplit(url).path != "/login")


def go_to(page: Page, base_url: str, screen: Screen) -> None:
    """Open the screen as a person would. Raises LookupError when a link on the way is missing."""
    page.goto(base_url + screen.start)
    for pattern in screen.steps:
        page.goto(base_url + _link(page, pattern))
    page.wait_for_load_state("networkidle")


def _link(page: Page, pattern: str) -> str:
    hrefs = page.eval_on_selector_all("a[href]", "links => links.map(link => link.getAttribute('href'))")
    found = next((href for href in hrefs if re.search(pattern, href)), None)
    if found is None:
        raise LookupError(f"no link like {pattern} on {page.url}: {sorted(set(hrefs))}")
    return str(found)
