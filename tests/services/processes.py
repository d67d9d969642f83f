"""Looking at real processes from outside."""

import time
from collections.abc import Callable, Iterable

import psutil


def until(holds: Callable[[], object], *, within_s: float = 30, story: Callable[[], str] = str) -> None:
    """Wait for something that will happen soon; when it does not, `story` tells what was seen."""
    deadline = time.monotonic() + within_s
    while not holds():
        assert time.monotonic() < deadline, story()
        time.sleep(0.05)


def family_of(pid: int) -> list[psutil.Process]:
    """A process and everything it started."""
    parent = psutil.Process(pid)
    return [parent, *parent.children(recursive=True)]


def all_gone(processes: Iterable[psutil.Process]) -> bool:
    """Ended; a dead one that nobody has collected yet counts as ended."""
    return not any(process.is_running() and process.status() != psutil.STATUS_ZOMBIE for process in processes)
