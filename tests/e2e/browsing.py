"""Chromium for tests and screenshots: the machine's own, quiet, without a sandbox that containers refuse."""

from __future__ import annotations

from playwright.sync_api import Browser, Page, Playwright

from tests.services.browser import find_chromium

QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
    "--mute-audio",
)


class NoBrowser(RuntimeError):
    """This machine has no Chromium."""


def launch(playwright: Playwright) -> Browser:
    path = find_chromium()
    if path is None:
        raise NoBrowser("Chromium was not found: install it (Debian: apt install chromium)")
    return playwright.chromium.launch(executable_path=path, args=list(QUIET))


def wait_for(page: Page, condition: str, *, within_ms: int = 10_000) -> None:
    """Wait until a script says true. Playwright's own waiting needs `eval`, which the page's policy refuses."""
    for _ in range(within_ms // 50):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(50)
    raise TimeoutError(f"still not true after {within_ms} ms: {condition}")
