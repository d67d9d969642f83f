"""Every main screen, as its person sees it: no barrier that axe can find, no sideways scrolling, no complaint."""

from __future__ import annotations

from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from tests.e2e.conftest import Complaints
from tests.e2e.screens import SCREENS, Screen, go_to, session_of

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
LOOKS: tuple[tuple[Literal["light", "dark"], int], ...] = (("light", 1440), ("dark", 390))
# A page that is not there is an error to the browser, too.
EXPECTED = {"not-found": 1}


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.name)
def test_a_screen_has_no_barriers(browser: Browser, portal_url: str, screen: Screen):
    context = browser.new_context(storage_state=session_of(browser, portal_url, screen.role))
    page = context.new_page()
    complaints = Complaints()
    complaints.listen_to(page)

    go_to(page, portal_url, screen)

    assert len(complaints) == EXPECTED.get(screen.name, 0), complaints
    for scheme, width in LOOKS:
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_timeout(200)
        sideways_px = page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert sideways_px == 0, f"{scheme} {width}"
        found = Axe().run(page, options=RULES)
        assert found.violations_count == 0, f"{scheme} {width}: {found.generate_report()}"
    context.close()
