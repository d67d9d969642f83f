"""Services and the application for every test; what each gives stands in tests/services."""

import os

# Before numpy is loaded: on a busy machine its threads only wait for each other.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

pytest_plugins = [
    "tests.services.application",
    "tests.services.broker",
    "tests.services.browser",
    "tests.services.database",
    "tests.services.mail",
    "tests.services.scheduling",
    "tests.services.objects",
    "tests.services.worker",
]
