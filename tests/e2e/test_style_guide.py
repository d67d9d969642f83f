"""Every part of the face in a real browser, under the real Content-Security-Policy."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.browsing import wait_for
from tests.e2e.conftest import Complaints


@pytest.fixture
def guide(page: Page, portal_url: str) -> Page:
    page.goto(f"{portal_url}/styleguide")
    expect(page.locator("sc-waveform [data-readout]")).to_be_visible()
    return page


def position_s(page: Page) -> float:
    return float(page.evaluate("() => document.querySelector('audio').currentTime"))


def is_playing(page: Page) -> bool:
    return bool(page.evaluate("() => !document.querySelector('audio').paused"))


def wait_until_playing(page: Page) -> None:
    page.wait_for_function(
        "() => { const a = document.querySelector('audio'); return !a.paused && a.currentTime > 0; }"
    )


def test_nothing_is_refused_and_no_script_fails(guide: Page, complaints: Complaints):
    guide.wait_for_load_state("networkidle")

    assert complaints == []


def test_one_click_on_a_finding_plays_that_place_and_stops_after_it(guide: Page):
    guide.get_by_role("button", name="Play 0:03.2").click()
    wait_until_playing(guide)

    assert 2.6 <= position_s(guide) <= 3.9
    wait_for(guide, "() => document.querySelector('audio').paused")
    assert 4.6 <= position_s(guide) <= 5.5


def test_a_click_on_the_picture_moves_there_and_a_fault_in_it_plays(guide: Page):
    stage = guide.locator("[data-stage]").bounding_box()
    assert stage is not None

    guide.mouse.click(stage["x"] + stage["width"] / 2, stage["y"] + 100)
    assert abs(position_s(guide) - 15) < 0.3
    assert not is_playing(guide)

    guide.mouse.click(stage["x"] + stage["width"] * 12 / 30, stage["y"] + 100)
    wait_until_playing(guide)
    assert 10.4 <= position_s(guide) <= 12


def test_keys_work_inside_the_waveform_and_nowhere_else(guide: Page):
    guide.keyboard.press("l")
    assert position_s(guide) == 0

    guide.locator("sc-waveform").focus()
    guide.keyboard.press("l")
    guide.keyboard.press("ArrowRight")
    assert abs(position_s(guide) - 7) < 0.01
    guide.keyboard.press("k")
    wait_until_playing(guide)


def test_the_level_match_is_off_until_asked_for_and_says_how_much(guide: Page):
    switch = guide.get_by_role("button", name="Heard as delivered")
    expect(switch).to_have_attribute("aria-pressed", "false")

    switch.click()

    expect(guide.get_by_role("button", name="Level-matched, \N{MINUS SIGN}8.8 dB")).to_have_attribute(
        "aria-pressed", "true"
    )


def test_a_confirmation_is_a_dialog_that_gives_the_focus_back(guide: Page):
    guide.locator("summary", has_text="Withdraw").click()
    dialog = guide.get_by_role("dialog", name="Withdraw this application?")
    expect(dialog).to_be_visible()

    guide.keyboard.press("Escape")

    expect(dialog).to_be_hidden()
    expect(guide.locator("summary", has_text="Withdraw")).to_be_focused()


def test_the_chosen_theme_stays(guide: Page):
    assert guide.locator("html").get_attribute("data-shown") == "light"

    guide.get_by_role("button", name="Switch between light and dark").click()
    guide.reload()

    expect(guide.locator("html")).to_have_attribute("data-theme", "dark")


def test_a_form_that_comes_back_leads_to_each_error(guide: Page):
    guide.get_by_role("button", name="Save", exact=True).click()

    expect(guide.locator("[data-error-summary]")).to_be_focused()
    guide.get_by_role("link", name="Title of the piece: Enter the title.").click()
    title = guide.get_by_label("Title of the piece")
    expect(title).to_be_focused()
    assert "title-error" in (title.get_attribute("aria-describedby") or "")


def test_without_script_the_player_and_the_confirmation_still_work(browser: Browser, portal_url: str):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{portal_url}/styleguide")

    page.locator("summary", has_text="Withdraw").click()

    expect(page.get_by_role("button", name="Yes, withdraw it")).to_be_visible()
    expect(page.locator("audio[controls]")).to_be_visible()
    context.close()
