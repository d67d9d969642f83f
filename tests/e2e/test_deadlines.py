"""A countdown that tells the truth on a computer whose clock is wrong, and says the reader's own time."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from playwright.sync_api import Browser, Page, Route, expect

from tests.e2e.conftest import Complaints
from tests.e2e.screens import go_to, session_of
from tests.e2e.test_uploading import APPLICATION

WRONG_BY_40_DAYS = """
const right = Date.now.bind(Date);
Date.now = () => right() + 40 * 86400 * 1000;
"""


def the_programme(page: Page, portal_url: str) -> None:
    page.goto(portal_url)
    page.locator('a[href^="/programmes/mm-"]').first.click()


def days_left(page: Page) -> str:
    found = re.match(r"\s*(\d+ days)", page.locator(".columns__aside .countdown__left").inner_text())
    assert found, "the demo's deadline is weeks away"
    return found[1]


def test_the_countdown_follows_the_server_not_this_computer(
    browser: Browser, portal_url: str, complaints: Complaints
) -> None:
    plain = browser.new_context(java_script_enabled=False)
    tokyo = browser.new_context(timezone_id="Asia/Tokyo")
    tokyo.add_init_script(WRONG_BY_40_DAYS)
    try:
        without_script, page = plain.new_page(), tokyo.new_page()
        complaints.listen_to(page)
        the_programme(without_script, portal_url)
        the_programme(page, portal_url)

        when = without_script.locator(".columns__aside .countdown__when")
        assert re.search(r"23:59 in New York \(E[SD]T\), which is \w+ \d+ \w+, 0[34]:59 UTC", when.inner_text())
        expect(page.locator(".columns__aside .countdown")).to_contain_text(
            re.compile(r"days? \d+ hours? left|days left")
        )
        assert days_left(page) == days_left(without_script)
        expect(page.locator(".columns__aside .countdown .reader-time")).to_have_text(
            re.compile(r"^That is \w+ \d+ \w+, 1[23]:59 where you are \(Tokyo\)\.$")
        )

        with page.expect_request(lambda request: request.method == "HEAD", timeout=60_000):
            page.evaluate("() => { const before = Date.now; Date.now = () => before() - 80 * 86400 * 1000; }")
        assert days_left(page) == days_left(without_script)
        assert complaints == []
    finally:
        plain.close()
        tokyo.close()


def test_at_the_deadline_an_open_page_shows_what_the_server_says(
    browser: Browser, portal_url: str, complaints: Complaints
) -> None:
    """In this page alone it comes after three seconds; the first time that it asks, the server is not reached."""
    context = browser.new_context(storage_state=session_of(browser, portal_url, APPLICATION.role))
    asked: list[str] = []

    def deadline_is_near(route: Route) -> None:
        near = (datetime.now(UTC) + timedelta(seconds=3)).isoformat()
        page_text = route.fetch().text()
        route.fulfill(
            body=re.sub(r'data-countdown="[^"]+"', f'data-countdown="{near}"', page_text), content_type="text/html"
        )

    def lost_at_first(route: Route) -> None:
        asked.append(route.request.url)
        if len(asked) == 1:
            return route.abort()
        return route.continue_()

    try:
        page = context.new_page()
        go_to(page, portal_url, APPLICATION)
        page.route(page.url, deadline_is_near)
        page.route("**/until", lost_at_first)
        page.reload()
        left = page.locator(".columns__aside .countdown__left")
        expect(left).to_have_text("Asking the server…", timeout=10_000)
        expect(page.locator("#announcer")).to_contain_text("left The deadline is", timeout=20_000)
        expect(left).to_contain_text("days")
        assert len(asked) == 2
        assert all("Closed" not in one for one in page.locator(".countdown").all_inner_texts())
    finally:
        context.close()
