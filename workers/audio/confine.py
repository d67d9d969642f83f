"""Takes from a forked child everything that measuring one open file does not need.

Each layer stands alone and says whether it could be had on this machine: what the kernel does not offer is left out,
and the whitelists of the decoder hold without it.
"""

import ctypes
import os
import resource
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from workers.audio.landlock import give_up_files_and_network
from workers.audio.limits import MAX_TAG_CPU_S, Limits

TAG_MEMORY_BYTES = 192 * 1024 * 1024  # what reading tags may take beyond the engine itself
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000
_PR_SET_PDEATHSIG = 1
_OPEN_FILES = 16
_NICE = 10


def confine(limits: Limits, *, keep: tuple[int, ...]) -> tuple[str, ...]:
    """Confine this process for good and return what held, in words. `keep` are the file descriptors that stay open.

    Call it in a fresh fork only: it leaves the process group, closes what it inherited and empties the environment.
    """
    os.setsid()
    _die_with_parent()
    _close_all_but(keep)
    os.environ.clear()
    os.environ["LANG"] = "C.UTF-8"
    held = ["own process group", "empty environment", *_set_limits(limits)]
    if _leave_network():
        held.append("no network")
    abi = give_up_files_and_network()
    if abi:
        held.append(f"Landlock ABI {abi}: no files" + (", no TCP" if abi >= 4 else ""))
    return tuple(held)


@contextmanager
def little_memory(extra_bytes: int = TAG_MEMORY_BYTES) -> Iterator[None]:
    """Within this block the process may grow by no more than `extra_bytes`; more raises MemoryError."""
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    lowered = _BASELINE_BYTES + extra_bytes
    if _BASELINE_BYTES and (soft == resource.RLIM_INFINITY or lowered < soft):
        resource.setrlimit(resource.RLIMIT_AS, (lowered, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


class TagTimeUp(BaseException):
    """Reading tags took too long. No Exception, as the reader of the tags holds those back."""


@contextmanager
def tag_fence(cpu_s: float = MAX_TAG_CPU_S) -> Iterator[None]:
    """Within this block memory is little, and after `cpu_s` of CPU TagTimeUp is raised. In the main thread only."""

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise TagTimeUp

    before = signal.signal(signal.SIGPROF, stop)
    try:
        with little_memory():
            signal.setitimer(signal.ITIMER_PROF, cpu_s)
            yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


_BASELINE_BYTES = 0


def note_baseline() -> None:
    """Remember how much address space the process has now; `little_memory` counts from here."""
    global _BASELINE_BYTES  # noqa: PLW0603 - one number per process, read before the file system is given up
    statm = Path("/proc/self/statm")
    _BASELINE_BYTES = int(statm.read_text().split()[0]) * resource.getpagesize() if statm.exists() else 0


def _set_limits(limits: Limits) -> list[str]:
    note_baseline()
    megabytes = limits.memory_bytes // 2**20
    for kind, soft, hard in (
        (resource.RLIMIT_AS, limits.memory_bytes, limits.memory_bytes),
        (resource.RLIMIT_CPU, limits.cpu_s, limits.cpu_s + 2),
        (resource.RLIMIT_NOFILE, _OPEN_FILES, _OPEN_FILES),
        (resource.RLIMIT_FSIZE, limits.output_bytes, limits.output_bytes),
        (resource.RLIMIT_CORE, 0, 0),
    ):
        resource.setrlimit(kind, (soft, hard))
    os.nice(_NICE)
    written = f"one file of at most {limits.output_bytes // 2**20} MB" if limits.output_bytes else "no new files"
    return [f"at most {megabytes} MB of memory", f"at most {limits.cpu_s} s of CPU", written]


def _die_with_parent() -> None:
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def _close_all_but(keep: tuple[int, ...]) -> None:
    """Nothing of the parent stays open; stdin is closed, what the decoder prints goes to /dev/null."""
    null = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(null, standard)
    start = 3
    for kept in sorted(keep):
        os.closerange(start, kept)
        start = kept + 1
    os.closerange(start, os.sysconf("SC_OPEN_MAX"))


def _leave_network() -> bool:
    """Move into an empty network namespace; where that needs rights we lack, with a user namespace of our own."""
    if not sys.platform.startswith("linux"):
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    return any(libc.unshare(flags) == 0 for flags in (_CLONE_NEWNET, _CLONE_NEWUSER | _CLONE_NEWNET))
