"""What a machine lacks is skipped by name on a laptop and is an error in CI, where nothing may go untested unseen."""

import os
from typing import NoReturn

import pytest


def lacking(what: str, *, remedy: str) -> NoReturn:
    message = f"this machine lacks {what}; {remedy}"
    if os.environ.get("CI") == "true":
        pytest.fail(f"CI must run everything, but {message}", pytrace=False)
    pytest.skip(message)
