"""Every main screen, as its person sees it: no barrier that axe can find, no sideways scrolling, no complaint."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from tests.e2e.conftest import Complaints
from tests.e2e.screens import SCREENS, Screen, go_to, sign_in

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
LOOKS = (("light", 1440), ("dark", 390))


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.name)
@pytest.mark.parametrize(("scheme", "width"), LOOKS, ids=str)
def test_a_screen_has_no_barriers(browser: Browser, portal_url: str, screen: Screen, scheme: str, width: int):
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    complaints = Complaints()
    sign_in(page, portal_url, screen.role)
    complaints.listen_to(page)

    go_to(page, portal_url, screen)

    if screen.name != "not-found":
        assert complaints == []
    sideways_px = page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert sideways_px == 0
    found = Axe().run(page, options=RULES)
    assert found.violations_count == 0, found.generate_report()
    context.close()
