"""A visitor without an account drops a file and reads what we hear, by a real worker, in a real browser."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.e2e.conftest import Complaints
from tests.factories.sounds import tone, wav


def test_a_visitor_tries_a_file_and_the_result_comes_by_itself(
    page: Page, portal_url: str, complaints: Complaints
) -> None:
    page.goto(portal_url)
    page.locator('a[href^="/programmes/mm-"]').first.click()
    page.get_by_role("link", name="Try a file without applying").first.click()
    expect(page.locator("main")).to_contain_text("This is not a submission.")

    page.get_by_label("A recording").set_input_files(
        files=[{"name": "sketch.wav", "mimeType": "audio/wav", "buffer": wav(tone(12.0))}]
    )
    page.get_by_role("button", name="Listen to it").click()

    expect(page.locator("#trial")).to_contain_text("This was not a submission", timeout=90_000)
    expect(page.locator("#trial")).to_contain_text("0:12.0")
    assert page.locator(".finding--block").count() > 0
    assert "/try/" in page.url
    assert complaints == []
