"""The portal's own processes: web, workers and beat. The same commands stand in docker-compose.yml."""

import http.client
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from portal.stack.address import Address
from portal.stack.process import Child
from portal.stack.state import State
from portal.stack.supervisor import Service

ROOT = Path(__file__).resolve().parents[2]
GUNICORN_SETTINGS = ROOT / "deploy" / "gunicorn.conf.py"
CELERY_APP = "workers.celery_app"
CHECKING = ("checks",)
EVERYTHING_ELSE = ("media", "mail", "exports", "trials", "housekeeping")
MOST_CHECKERS = 4
# A listening worker may need a moment to finish the file it is at; what it drops comes back from the database.
WORKER_GRACE_S = 8.0


@dataclass(frozen=True)
class Processes:
    """Makes the children of one installation: the same environment and state folder for all."""

    state: State
    env: Mapping[str, str]

    def command(self, name: str, *argv: str) -> Child:
        """One of the portal's own commands, run to its end."""
        return self._child(name, "portal.cli", *argv)

    def web(self, address: Address) -> Service:
        binds = [part for fd in address.file_descriptors for part in ("--bind", f"fd://{fd}")]
        child = self._child("web", "gunicorn", "--config", str(GUNICORN_SETTINGS), *binds)
        child.pass_fds = address.file_descriptors
        return Service(child, is_ready=lambda: answers(address.port))

    def checkers(self) -> Service:
        processes = max(1, min(MOST_CHECKERS, (os.cpu_count() or 2) - 1))
        return self._worker("checks", CHECKING, processes=processes)

    def helpers(self) -> Service:
        return self._worker("helpers", EVERYTHING_ELSE, processes=2)

    def beat(self) -> Service:
        child = self._child(
            *("beat", "celery", "-A", CELERY_APP, "beat", "--loglevel", "INFO", "--pidfile="),
            *("--schedule", str(self.state.beat_schedule)),
        )
        return Service(child, is_ready=lambda: says(child, "beat: Starting"), may_restart=True)

    def _worker(self, name: str, queues: tuple[str, ...], *, processes: int) -> Service:
        child = self._child(
            *(f"worker-{name}", "celery", "-A", CELERY_APP, "worker", "--loglevel", "INFO"),
            *("-Q", ",".join(queues), "-n", f"{name}@soundcheck", "-c", str(processes)),
            *("--without-gossip", "--without-mingle"),
        )
        child.grace_s = WORKER_GRACE_S
        return Service(child, is_ready=lambda: says(child, " ready."), may_restart=True)

    def _child(self, name: str, module: str, *arguments: str) -> Child:
        argv = [sys.executable, "-m", module, *arguments]
        return Child(name=name, argv=argv, log=self.state.log(name), env=self.env, cwd=ROOT)


def says(child: Child, words: str) -> bool:
    return child.log.exists() and words in child.log.read_text(errors="replace")


def answers(port: int) -> bool:
    """Whether the start page comes without a server error."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status < http.HTTPStatus.INTERNAL_SERVER_ERROR
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
