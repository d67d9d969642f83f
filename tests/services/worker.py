"""Real Celery workers, as production starts them, that a test may kill."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from portal.core.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
READY_WITHIN_S = 60


def wait_for(condition: Callable[[], bool], *, within_s: float, what: str) -> None:
    """Look until the condition holds. Fails with `what` when it does not in time."""
    end = time.monotonic() + within_s
    while not condition():
        if time.monotonic() > end:
            pytest.fail(f"{what} did not happen within {within_s:g} s")
        time.sleep(0.05)


class Worker:
    """One `celery worker` with its children, in a process group of its own."""

    def __init__(self, environment: dict[str, str], queues: tuple[str, ...], log: Path) -> None:
        self.log = log
        with log.open("wb") as output:
            self.process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "celery", "-A", "workers.celery_app", "worker", "-c", "1", "-l", "INFO"),
                    *("-Q", ",".join(queues), "--without-gossip", "--without-mingle"),
                ],
                cwd=ROOT,
                env=environment,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        wait_for(self._is_ready, within_s=READY_WITHIN_S, what=f"a worker that is ready ({log.read_text()[-2000:]})")

    def kill(self) -> None:
        """SIGKILL to the worker and everything it started: nobody gets to say good-bye."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(timeout=20)

    def _is_ready(self) -> bool:
        assert self.process.poll() is None, self.log.read_text()[-4000:]
        return " ready." in self.log.read_text()


@pytest.fixture
def start_worker(settings: Settings, tmp_path: Path) -> Iterator[Callable[..., Worker]]:
    """Start workers on the test's database, broker and store; all of them are gone after the test."""
    environment = {
        "PATH": os.environ["PATH"],
        "LANG": "C.UTF-8",
        "C_FORCE_ROOT": "1",
        "DATABASE_URL": settings.database_url,
        "REDIS_URL": settings.redis_url,
        "SECRET_KEY": settings.secret_key,
        "SECURITY_PASSWORD_SALT": settings.password_salt,
        "STORAGE_DIR": str(settings.storage_dir),
    }
    started: list[Worker] = []

    def start(*queues: str, **more: str) -> Worker:
        worker = Worker(environment | more, queues, tmp_path / f"worker-{len(started)}.log")
        started.append(worker)
        return worker

    yield start
    for worker in started:
        worker.kill()
