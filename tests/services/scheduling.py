"""Which tests share a process of the parallel runner: what a folder starts once must not be started twice."""

from typing import Any

import pytest

# The browser's tests share one seeded portal, and the stack's start whole portals of their own.
TOGETHER = ("tests/e2e/", "tests/stack/")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    from xdist.scheduler import LoadScopeScheduling

    class ByFile(LoadScopeScheduling):  # type: ignore[misc]
        def _split_scope(self, nodeid: str) -> str:
            path = nodeid.split("::", 1)[0]
            return next((folder for folder in TOGETHER if path.startswith(folder)), path)

    return ByFile(config, log)
