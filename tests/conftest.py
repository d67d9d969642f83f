"""Services and the application for every test; what each gives stands in tests/services."""

import pytest

from tests.services.database import DATABASES

pytest_plugins = [
    "tests.services.application",
    "tests.services.broker",
    "tests.services.browser",
    "tests.services.database",
    "tests.services.mail",
]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=DATABASES, help="run the database tests on this one only (default: both)")
