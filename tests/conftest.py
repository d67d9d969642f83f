"""Services and the application for every test; what each gives stands in tests/services."""

pytest_plugins = [
    "tests.services.application",
    "tests.services.broker",
    "tests.services.browser",
    "tests.services.database",
    "tests.services.mail",
]
