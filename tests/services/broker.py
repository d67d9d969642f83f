"""A real Valkey for everything about delivery and counters."""

from collections.abc import Iterator

import pytest
import redis

from portal.stack import valkey
from portal.stack.process import wait_until_ready
from portal.stack.warden import warden


@pytest.fixture(scope="session")
def valkey_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("valkey")
    server = valkey.prepare(folder / "data", log=folder / "valkey.log")
    with warden() as watch:
        watch.watch(server.child.start())
        wait_until_ready(server.child, server.is_ready, within_s=20)
        yield server.url
        server.child.stop()


@pytest.fixture
def valkey_url(valkey_server: str) -> str:
    """The server's address; it holds nothing from the tests before."""
    with redis.Redis.from_url(valkey_server) as client:
        client.flushall()
    return valkey_server
