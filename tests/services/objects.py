"""A real SeaweedFS for the S3 lane: loopback only, no telemetry, in a folder of its own."""

from __future__ import annotations

import http.client
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.services.lacking import lacking

if TYPE_CHECKING:
    from portal.core.settings import S3Place

ACCESS_KEY, SECRET_KEY = "soundcheck-tests", "only-for-this-test-run"
READY_WITHIN_S = 40


def _free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def _weed() -> str:
    beside_python = Path(sys.executable).parent / "weed"
    found = str(beside_python) if beside_python.exists() else shutil.which("weed")
    return found or lacking("SeaweedFS", remedy="install requirements-dev.txt on a platform that it has a wheel for")


@pytest.fixture(scope="session")
def s3_endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("seaweedfs")
    s3, master, volume, filer = _free_ports(4)
    command = [
        *(_weed(), "server", f"-dir={folder}", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-s3"),
        *(f"-s3.port={s3}", f"-master.port={master}", f"-volume.port={volume}", f"-filer.port={filer}"),
        *("-s3.port.iceberg=0", "-master.telemetry=false", "-volume.max=50", "-master.volumeSizeLimitMB=64"),
    ]
    environment = {**os.environ, "AWS_ACCESS_KEY_ID": ACCESS_KEY, "AWS_SECRET_ACCESS_KEY": SECRET_KEY}
    log = folder / "weed.log"
    with log.open("wb") as output:
        server = subprocess.Popen(command, env=environment, stdout=output, stderr=subprocess.STDOUT, cwd=folder)
    try:
        _wait_until_ready(s3, server, log)
        yield f"http://127.0.0.1:{s3}"
    finally:
        # It takes half a minute to say good-bye, and nothing of it is kept.
        server.kill()
        server.wait(timeout=30)


@pytest.fixture
def s3_place(s3_endpoint: str, request: pytest.FixtureRequest) -> S3Place:
    """A bucket name of this test's own; the bucket is not made yet."""
    from portal.core.settings import S3Place

    bucket = f"test-{abs(hash(request.node.nodeid)):x}"[:40]
    return S3Place(
        bucket=bucket, endpoint=s3_endpoint, region="us-east-1", access_key=ACCESS_KEY, secret_key=SECRET_KEY
    )


def _wait_until_ready(port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + READY_WITHIN_S
    while time.monotonic() < end:
        assert server.poll() is None, log.read_text(errors="replace")[-3000:]
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=2)) as connection:
            try:
                connection.request("GET", "/healthz")
                if connection.getresponse().status < 500:
                    return
            except OSError:
                pass
        time.sleep(0.2)
    pytest.fail(f"SeaweedFS was not ready in time: {log.read_text(errors='replace')[-3000:]}")
