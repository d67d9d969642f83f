"""The portal as real processes that a test may kill: broker, web and workers, by the commands that serve people."""

from __future__ import annotations

import base64
import hashlib
import http.client
import os
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import psutil

from portal.core.settings import Settings
from portal.stack import valkey
from portal.stack.address import claim
from portal.stack.process import wait_until_ready
from portal.stack.services import Processes
from portal.stack.state import State
from portal.stack.supervisor import Service
from portal.stack.warden import Warden, warden
from tests.services.processes import until

if TYPE_CHECKING:
    from flask import Flask

    from portal.accounts.models import Person

PATIENCE_S = 60
OFFSET_TYPE = "application/offset+octet-stream"


class RunningPortal:
    """Start what a test needs, kill it, start it again: it keeps its address, its data and its secrets."""

    def __init__(self, folder: Path, database_url: str, watch: Warden) -> None:
        self._state = State(folder)
        folder.mkdir(mode=0o700)
        self._state.prepare(fresh=False)
        self._address = claim(valkey.free_port())
        self._watch = watch
        broker = valkey.prepare(self._state.broker, log=self._state.log("broker"))
        self.settings = Settings(
            database_url=database_url,
            redis_url=broker.url,
            secret_key="k" * 48,
            password_salt="s" * 48,
            storage_dir=self._state.files,
            public_url=self._address.url,
        )
        processes = Processes(self._state, self._environment())
        self._services = {
            "broker": Service(broker.child, is_ready=broker.is_ready),
            "web": processes.web(self._address),
            "checks": processes.checkers(),
            "helpers": processes.helpers(),
        }

    @property
    def port(self) -> int:
        return self._address.port

    @property
    def broker_files(self) -> Path:
        return self._state.broker

    def start(self, *names: str) -> None:
        """Start what does not run yet, all at once, and wait until each answers."""
        services = [self._services[name] for name in names if not self._services[name].child.running]
        for service in services:
            self._watch.watch(service.child.start())
        for service in services:
            wait_until_ready(service.child, service.is_ready, within_s=PATIENCE_S)

    def kill(self, name: str) -> None:
        """SIGKILL to a service and everything that it started."""
        child = self._services[name].child
        assert child.popen is not None
        family = psutil.Process(child.popen.pid).children(recursive=True)
        with suppress(ProcessLookupError):
            os.killpg(child.popen.pid, signal.SIGKILL)
        child.popen.wait()
        for one in family:
            with suppress(psutil.NoSuchProcess):
                one.kill()
        self._watch.forget(child.popen.pid)

    def processes(self, name: str) -> list[psutil.Process]:
        """The direct children of a service: gunicorn's workers, Celery's pool."""
        child = self._services[name].child
        assert child.popen is not None
        return psutil.Process(child.popen.pid).children()

    def log_of(self, name: str) -> str:
        return self._services[name].child.log.read_text(errors="replace")

    def close(self) -> None:
        for service in reversed(self._services.values()):
            service.child.stop(grace_s=0)
        self._address.close()

    def _environment(self) -> dict[str, str]:
        settings = self.settings
        return {
            "PATH": os.environ["PATH"],
            "LANG": "C.UTF-8",
            "C_FORCE_ROOT": "1",
            "PYTHONUNBUFFERED": "1",
            "OPENBLAS_NUM_THREADS": "1",
            "DATABASE_URL": settings.database_url,
            "REDIS_URL": settings.redis_url,
            "SECRET_KEY": settings.secret_key,
            "SECURITY_PASSWORD_SALT": settings.password_salt,
            "STORAGE_DIR": str(settings.storage_dir),
            "PUBLIC_URL": settings.public_url,
        }


@contextmanager
def running(folder: Path, database_url: str) -> Iterator[RunningPortal]:
    with warden() as watch:
        portal = RunningPortal(folder, database_url, watch)
        try:
            yield portal
        finally:
            portal.close()


def session_cookie(app: Flask, person: Person) -> str:
    """The cookie that a successful sign-in gives."""
    sign = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    return f"session={sign.dumps({'_user_id': person.fs_uniquifier, '_fresh': True})}"


@dataclass(frozen=True)
class Answer:
    status: int
    headers: http.client.HTTPMessage
    text: str


class LineBroke(Exception):
    """The other side went away before it had answered."""


class Sender:
    """One person's client of tus over a real socket. `acknowledged` is the highest offset that the server has named."""

    def __init__(self, port: int, cookie: str, content: bytes, *, files: Path) -> None:
        self.port, self.cookie, self.content = port, cookie, content
        self._staging = files / "staging"
        self.address = ""
        self.acknowledged = 0

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()

    @property
    def upload_id(self) -> str:
        return self.address.rpartition("/")[2]

    def ask(self, method: str, path: str, body: bytes = b"", **headers: str) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_S)
        try:
            connection.request(method, path, body=body or None, headers=self._headers(headers))
            answer = connection.getresponse()
            return Answer(answer.status, answer.headers, answer.read().decode("utf-8", "replace"))
        except (OSError, http.client.HTTPException) as broken:
            raise LineBroke(str(broken)) from broken
        finally:
            connection.close()

    def begin(self, recording_id: str) -> Answer:
        name = base64.b64encode(b"night bus.wav").decode()
        length = str(len(self.content))
        path = f"/apply/uploads/{recording_id}"
        answer = self.ask("POST", path, Upload_Length=length, Upload_Metadata=f"filename {name}")
        if answer.status == 201:
            self.address = urlsplit(answer.headers["Location"]).path
        return answer

    def send(self, length: int | None = None) -> Answer:
        """A piece from where the server stands."""
        start = self.acknowledged
        piece = self.content[start : None if length is None else start + length]
        answer = self.ask("PATCH", self.address, piece, Upload_Offset=str(start), Content_Type=OFFSET_TYPE)
        if answer.status == 204:
            self.acknowledged = int(answer.headers["Upload-Offset"])
        return answer

    def look(self) -> int:
        """How much the server has; never less than it has acknowledged."""
        answer = self.ask("HEAD", self.address)
        assert answer.status == 200, answer
        there = int(answer.headers["Upload-Offset"])
        assert there >= self.acknowledged, "acknowledged bytes are lost"
        self.acknowledged = there
        return there

    @contextmanager
    def sending(self, length: int) -> Iterator[socket.socket]:
        """A piece on its way: all but its last byte is sent, and the server waits for that."""
        start, end = self.acknowledged, self.acknowledged + length
        said = self._headers({"Upload_Offset": str(start), "Content_Type": OFFSET_TYPE, "Content_Length": str(length)})
        head = f"PATCH {self.address} HTTP/1.1\r\nHost: localhost\r\n"
        head += "".join(f"{name}: {value}\r\n" for name, value in said.items())
        with socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE_S) as line:
            line.sendall(f"{head}\r\n".encode() + self.content[start : end - 1])
            staged = self._staging / f"upload-{self.upload_id}"
            until(lambda: staged.stat().st_size > start, story=lambda: "nothing of the piece was written")
            yield line

    def _headers(self, more: dict[str, str]) -> dict[str, str]:
        said = {name.replace("_", "-"): value for name, value in more.items()}
        return {"Cookie": self.cookie, "Tus-Resumable": "1.0.0", "Connection": "close", **said}
