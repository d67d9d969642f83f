"""`make screenshots`: every main screen at two widths in light and dark, into screenshots/.

SOUNDCHECK_URL takes a portal that runs already (with the demo's people); else one is started and stopped. Words on the
command line choose screens by name.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import groupby, product
from operator import attrgetter
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.e2e.browsing import launch
from tests.e2e.running import running_portal
from tests.e2e.screens import SCREENS, Screen, go_to, session_of

FOLDER = Path("screenshots")
WIDTHS_PX = (1440, 390)
SCHEMES = ("light", "dark")
HEIGHT_PX = 900
SETTLE_MS = 700


def main(names: list[str]) -> int:
    wanted = [screen for screen in SCREENS if not names or any(name in screen.name for name in names)]
    FOLDER.mkdir(exist_ok=True)
    with _portal() as url, sync_playwright() as playwright:
        browser = launch(playwright)
        missed = [
            name for width, scheme in product(WIDTHS_PX, SCHEMES) for name in _walk(browser, url, wanted, width, scheme)
        ]
        browser.close()
    print(f"{len(wanted) * len(WIDTHS_PX) * len(SCHEMES) - len(missed)} pictures in {FOLDER}/")  # noqa: T201
    return 1 if missed else 0


@contextmanager
def _portal() -> Iterator[str]:
    given = os.environ.get("SOUNDCHECK_URL")
    if given:
        yield given.rstrip("/")
        return
    with tempfile.TemporaryDirectory() as folder, running_portal(Path(folder) / "state") as url:
        yield url


def _walk(browser: Browser, url: str, screens: Iterable[Screen], width: int, scheme: str) -> Iterator[str]:
    """Take the pictures; yields what could not be reached."""
    for role, of_role in groupby(sorted(screens, key=attrgetter("role")), key=attrgetter("role")):
        session = session_of(browser, url, role)
        context = browser.new_context(
            viewport={"width": width, "height": HEIGHT_PX}, color_scheme=scheme, storage_state=session
        )
        page = context.new_page()
        for screen in of_role:
            try:
                go_to(page, url, screen)
            except LookupError as reason:
                print(f"{screen.name}: {reason}", file=sys.stderr)  # noqa: T201
                yield screen.name
                continue
            page.wait_for_timeout(SETTLE_MS)
            page.screenshot(path=FOLDER / f"{screen.name}-{width}-{scheme}.png", full_page=True)
        context.close()


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
