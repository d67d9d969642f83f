"""The browser is the machine's Chromium: nothing is downloaded."""

import shutil
from pathlib import Path

import pytest

from tests.services.lacking import lacking

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC_APPLICATIONS = (
    Path("/Applications/Chromium.app/Contents/MacOS/Chromium"),
    Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
)


def find_chromium() -> Path | None:
    on_path = (shutil.which(name) for name in NAMES)
    found = [Path(path) for path in on_path if path] + [path for path in MAC_APPLICATIONS if path.exists()]
    return found[0] if found else None


@pytest.fixture(scope="session")
def chromium_path() -> Path:
    return find_chromium() or lacking("Chromium", remedy="install it (Debian: apt install chromium)")
