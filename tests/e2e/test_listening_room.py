"""A reviewer listens, scores and comments without touching the mouse; everything typed is on the server afterwards."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.e2e.browsing import wait_for
from tests.e2e.conftest import Complaints
from tests.e2e.screens import Screen, go_to, session_of

SHEET = Screen("sheet", "faculty", "/review/", (r"^/review/[0-9a-f]{32}$",))


@pytest.fixture
def context(browser: Browser, portal_url: str) -> Iterator[BrowserContext]:
    session = session_of(browser, portal_url, SHEET.role)
    context = browser.new_context(viewport={"width": 1440, "height": 900}, storage_state=session)
    yield context
    context.close()


@pytest.fixture
def room(page: Page, portal_url: str) -> Page:
    go_to(page, portal_url, SHEET)
    wait_until_heard(page)
    expect(page.locator("[data-criterion][data-current]")).to_be_visible()
    expect(page.locator("sc-waveform [data-readout]").first).to_be_visible()
    return page


def wait_until_heard(page: Page, *, within_s: int = 240) -> None:
    """The workers of a portal that has just started listen to the seeded recordings one after the other."""
    for _ in range(within_s // 3):
        if not page.get_by_text("This recording is being prepared").count():
            return
        page.wait_for_timeout(3_000)
        page.reload()


def chosen(page: Page) -> list[str | None]:
    """The score of each criterion in order, None where there is none."""
    criteria = page.locator("[data-criterion]")
    return criteria.evaluate_all("all => all.map(one => one.querySelector('input:checked')?.value ?? null)")


def place_s(page: Page) -> float:
    return float(page.evaluate("() => document.querySelector('audio').currentTime"))


def test_number_keys_score_and_the_draft_saves_itself(room: Page, complaints: Complaints):
    room.keyboard.press("4")
    room.keyboard.press("n")
    room.keyboard.press("2")
    expect(room.locator("[data-save-state]")).to_contain_text("Saved")

    room.reload()

    assert chosen(room)[:2] == ["4", "2"]
    assert complaints == []


def test_space_plays_and_c_writes_at_the_moment_that_plays(room: Page):
    room.keyboard.press(" ")
    wait_for(room, "() => document.querySelector('audio').currentTime > 0.3")
    for _ in range(4):
        room.keyboard.press("l")
    room.keyboard.press("c")
    assert room.evaluate("() => document.querySelector('audio').paused")
    expect(room.get_by_role("textbox", name="From")).to_have_value(re.compile(r"^0:2\d\.\d$"))

    room.keyboard.type("The snare sits well here.")
    room.keyboard.press("Tab")
    room.keyboard.press("Enter")

    expect(room.locator(".comment", has_text="The snare sits well here.")).to_be_visible()
    assert not room.evaluate("() => document.querySelector('audio').paused")
    room.locator(".comment", has_text="The snare sits well here.").get_by_role(
        "button", name=re.compile("Remove")
    ).click()
    expect(room.locator(".comment", has_text="The snare sits well here.")).to_have_count(0)


def test_typing_a_number_in_a_remark_scores_nothing(room: Page):
    before = chosen(room)

    room.get_by_label("Overall comment").fill("")
    room.get_by_label("Overall comment").press_sequentially("5 of 5")

    assert chosen(room) == before


def test_the_keys_can_be_turned_off_for_good(room: Page):
    room.locator("summary", has_text="Keyboard").click()
    room.get_by_role("button", name="Use these keys").click()
    room.reload()
    before = chosen(room)

    room.keyboard.press("1")
    room.keyboard.press("l")

    assert chosen(room) == before
    assert place_s(room) == 0


def test_the_page_says_when_a_draft_could_not_be_saved_and_saves_it_later(room: Page, complaints: Complaints):
    room.route("**/review/**", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    room.keyboard.press("3")
    expect(room.locator("[data-save-state]")).to_contain_text("Not saved: no connection. Trying again")

    room.unroute("**/review/**")

    expect(room.locator("[data-save-state]")).to_contain_text("Saved", timeout=15_000)
    assert len(complaints) == 1
    assert "net::ERR_FAILED" in complaints[0]


def test_a_refused_comment_is_told_in_place_and_nothing_typed_is_lost(room: Page):
    refusal = "<!doctype html><html><main><p class='lead'>A decision has been drafted.</p></main></html>"
    room.route("**/moments", lambda route: route.fulfill(status=409, content_type="text/html", body=refusal))
    room.get_by_role("textbox", name="From").fill("0:10")
    room.get_by_role("textbox", name="What do you hear there?").fill("A fine fade.")
    room.get_by_role("button", name="Save the comment").click()

    expect(room.locator(".notice", has_text="A decision has been drafted.")).to_be_visible()
    expect(room.get_by_role("textbox", name="What do you hear there?")).to_have_value("A fine fade.")
