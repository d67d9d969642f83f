"""An admin changes a technical rule and reads at once what applicants would read; nothing is in force yet."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.e2e.conftest import Complaints
from tests.e2e.screens import SCREENS, go_to, session_of

RULES = next(screen for screen in SCREENS if screen.name == "set-up-rules")


@pytest.fixture
def context(browser: Browser, portal_url: str) -> Iterator[BrowserContext]:
    session = session_of(browser, portal_url, RULES.role)
    context = browser.new_context(viewport={"width": 1440, "height": 900}, storage_state=session)
    yield context
    context.close()


@pytest.fixture
def editor(page: Page, portal_url: str) -> Page:
    go_to(page, portal_url, RULES)
    page.locator("summary", has_text="Sample rate").click()
    return page


def test_the_preview_follows_what_is_typed(editor: Page, complaints: Complaints) -> None:
    preview = editor.locator("#preview")
    expect(preview).to_contain_text("Nothing: these are the rules in force.")

    editor.get_by_label("Lowest sample rate (Hz)").fill("96000")
    editor.keyboard.press("Tab")

    expect(preview).to_contain_text("at least 96 kHz")
    expect(preview).to_contain_text(re.compile("Sample rate: “at least 44.1 kHz” becomes “at least 96 kHz”"))
    editor.reload()
    expect(preview).to_contain_text("Nothing: these are the rules in force.")
    assert complaints == []


def test_a_wrong_limit_is_named_with_a_link_to_its_field(editor: Page) -> None:
    editor.get_by_label("Lowest sample rate (Hz)").fill("fast")
    editor.keyboard.press("Tab")

    expect(editor.locator("#preview li", has_text="'fast' is not a number")).to_be_visible()
    editor.locator("#preview").get_by_role("link", name="Lowest sample rate (Hz)").click()
    expect(editor.get_by_label("Lowest sample rate (Hz)")).to_be_in_viewport()
