"""A real SeaweedFS for the S3 lane: the command of docker-compose.yml, on loopback, in a folder of its own."""

from __future__ import annotations

import http.client
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from portal.stack.process import Child, wait_until_ready
from portal.stack.valkey import LOOPBACK, free_port
from portal.stack.warden import warden
from tests.services.compose import FILLED_IN, services
from tests.services.lacking import lacking

if TYPE_CHECKING:
    from portal.core.settings import S3Place

READY_WITHIN_S = 60
# SeaweedFS opens a second port 10,000 above each of its own.
MOST_FOR_A_PORT = 55_000


@pytest.fixture(scope="session")
def s3_endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    program = Path(sys.executable).with_name("weed")
    if not program.exists():
        lacking("SeaweedFS", remedy="install requirements-dev.txt on a platform that it has a wheel for")
    folder = tmp_path_factory.mktemp("seaweedfs")
    port, *others = (free_port(below=MOST_FOR_A_PORT) for _ in range(4))
    server = Child(
        name="seaweedfs",
        argv=[str(program), *_arguments(folder, port, others)],
        log=folder / "weed.log",
        env=os.environ | services()["seaweedfs"]["environment"],
        cwd=folder,
        # It takes half a minute to say good-bye, and nothing of it is kept.
        stop_signal=signal.SIGKILL,
    )
    with warden() as watch:
        watch.watch(server.start())
        try:
            wait_until_ready(server, lambda: _answers(port), within_s=READY_WITHIN_S)
            yield f"http://{LOOPBACK}:{port}"
        finally:
            server.stop()


@pytest.fixture
def s3_place(s3_endpoint: str, request: pytest.FixtureRequest) -> S3Place:
    """A bucket name of this test's own; the bucket is not made yet."""
    from portal.core.settings import S3Place

    bucket = f"test-{abs(hash(request.node.nodeid)):x}"[:40]
    return S3Place(
        bucket=bucket,
        endpoint=s3_endpoint,
        region="us-east-1",
        access_key=FILLED_IN["S3_ACCESS_KEY"],
        secret_key=FILLED_IN["S3_SECRET_KEY"],
    )


def _arguments(folder: Path, port: int, others: list[int]) -> list[str]:
    """The service's own, at this machine's addresses; its small volumes take no room here.

    Each bucket takes several, and each test a bucket.
    """
    service = services()["seaweedfs"]
    here = {
        "-dir=/data": f"-dir={folder}",
        "-ip=seaweedfs": f"-ip={LOOPBACK}",
        "-ip.bind=0.0.0.0": f"-ip.bind={LOOPBACK}",
        "-s3.port=8333": f"-s3.port={port}",
        "-master.volumeSizeLimitMB=1024": "-master.volumeSizeLimitMB=64",
        "-volume.max=0": "-volume.max=500",
    }
    assert set(here) <= set(service["command"])
    command = [here.get(part, part) for part in service["command"]]
    ports = [f"-{part}.port={number}" for part, number in zip(("master", "volume", "filer"), others, strict=True)]
    return [*service["entrypoint"][1:], *command, *ports]


def _answers(port: int) -> bool:
    with closing(http.client.HTTPConnection(LOOPBACK, port, timeout=2)) as connection:
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status < http.HTTPStatus.INTERNAL_SERVER_ERROR
        except OSError:
            return False
