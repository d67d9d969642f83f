"""One file, one confined child: fork, measure or copy, collect at most so many bytes within at most so many seconds.

Only a process with a single thread may call this: the command line, and the helper of `server.py`.
"""

import contextlib
import errno
import json
import os
import select
import signal
import stat
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from workers.audio.confine import confine, tag_fence
from workers.audio.limits import Limits
from workers.audio.listening_copy import CannotCopy, make_copy
from workers.audio.measure import Measured, measure
from workers.audio.wire import Tell, tell_nobody

_CHUNK = 1 << 16
_TELL_EVERY_S = 1.0
_OUT_OF_MEMORY, _ENGINE_ERROR = 3, 4  # exit codes of the child


@dataclass(frozen=True)
class Outcome:
    """What came back from a child. `failure` is None, or one of the keys of `child.FAILURES`."""

    result: bytes  # JSON: {"report": …, "waveform": …, "fingerprint": …}, or what a copy gives; empty on failure
    failure: str | None
    detail: str
    cpu_s: float
    peak_rss_bytes: int


# Gets the open file and what holds of the confinement; returns the bytes of the result.
Job = Callable[[BinaryIO, tuple[str, ...]], bytes]


def measure_in_fork(path: Path, *, file_name: str, limits: Limits, tell: Tell = tell_nobody) -> Outcome:
    """Measure the file at `path` in a child of its own. Raises OSError when it is no file to open."""

    def job(file: BinaryIO, held: tuple[str, ...]) -> bytes:
        return packed(measure(file, file_name=file_name, limits=limits, tag_guard=tag_fence(), confinement=held))

    return _in_fork(path, job, limits=limits, tell=tell)


def copy_in_fork(path: Path, *, target: Path, limits: Limits) -> Outcome:
    """Write the listening copy of `path` into the new file `target`, the only one that the child can write.

    The result is JSON: {"mime": …} or {"refused": a sentence}. Raises OSError as above, and when `target` exists.
    """
    writable = os.open(target, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)

    def job(file: BinaryIO, held: tuple[str, ...]) -> bytes:
        with open(writable, "w+b", closefd=False) as out:
            try:
                return json.dumps({"mime": make_copy(file, out, limits=limits).mime}).encode()
            except CannotCopy as refused:
                return json.dumps({"refused": str(refused)}).encode()

    try:
        return _in_fork(path, job, limits=limits, keep=(writable,))
    finally:
        os.close(writable)


def _in_fork(path: Path, job: Job, *, limits: Limits, keep: tuple[int, ...] = (), tell: Tell = tell_nobody) -> Outcome:
    source = _open_file(path)
    reading, writing = os.pipe()
    try:
        try:
            child = os.fork()
            if child == 0:
                _be_child(source, writing, job, limits, keep)
        finally:
            os.close(writing)
        result, failure = _collect(reading, limits, lambda: tell(_part_read(source)))
    finally:
        os.close(reading)
        os.close(source)
    if failure:
        _kill_group(child)
    _, status, usage = os.wait4(child, 0)
    if failure is None:
        failure = _failure_of(status)
    return Outcome(
        result=b"" if failure else result,
        failure=failure,
        detail=_say_status(status) + (f": {result[-300:].decode(errors='replace')}" if failure == "engine" else ""),
        cpu_s=usage.ru_utime + usage.ru_stime,
        peak_rss_bytes=usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024),
    )


def _open_file(path: Path) -> int:
    """Return the descriptor of a regular file; a pipe or a device may make us wait for ever, or do something."""
    if not stat.S_ISREG(path.stat().st_mode):
        raise OSError(errno.EINVAL, "not a regular file", str(path))
    source = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    if not stat.S_ISREG(os.fstat(source).st_mode):  # exchanged since we looked
        os.close(source)
        raise OSError(errno.EINVAL, "not a regular file", str(path))
    return source


def _be_child(source: int, writing: int, job: Job, limits: Limits, keep: tuple[int, ...]) -> None:
    """Never returns, whatever happens: a child that ran on would be a second server."""
    code = _ENGINE_ERROR
    try:
        held = confine(limits, keep=(source, writing, *keep))
        with open(source, "rb") as file:
            result = job(file, held)
        _write(writing, result)
        code = 0
    except MemoryError:
        code = _OUT_OF_MEMORY
    except BaseException as error:  # noqa: BLE001 - the child's last word, whatever it stumbled over
        with contextlib.suppress(BaseException):
            _write(writing, f"{type(error).__name__}: {error}".encode())
    finally:
        os._exit(code)


def packed(measured: Measured) -> bytes:
    """Return everything that was measured as one JSON object."""
    parts: dict[str, Any] = {
        "report": measured.report.to_json(),
        "waveform": measured.waveform.to_json() if measured.waveform else None,
        "fingerprint": measured.fingerprint,
    }
    return json.dumps(parts, allow_nan=False).encode()


def _write(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def _part_read(source: int) -> float:
    """How far the child is: a descriptor that was open at the fork has one position for both."""
    size = os.fstat(source).st_size
    return min(1.0, os.lseek(source, 0, os.SEEK_CUR) / size) if size else 0.0


def _collect(reading: int, limits: Limits, tick: Callable[[], None]) -> tuple[bytes, str | None]:
    parts: list[bytes] = []
    size, deadline = 0, time.monotonic() + limits.wall_s
    while True:
        left = max(deadline - time.monotonic(), 0)
        ready, _, _ = select.select([reading], [], [], min(left, _TELL_EVERY_S))
        if not ready and left > _TELL_EVERY_S:
            tick()
            continue
        if not ready:
            return b"", "time"
        part = os.read(reading, _CHUNK)
        if not part:
            return b"".join(parts), None
        parts.append(part)
        size += len(part)
        if size > limits.result_bytes:
            return b"", "result"


def _kill_group(child: int) -> None:
    for kill in (os.killpg, os.kill):  # the group does not exist yet when the child is only just born
        with contextlib.suppress(ProcessLookupError):
            kill(child, signal.SIGKILL)


def _failure_of(status: int) -> str | None:
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        # A kill that is not ours is the kernel's: the machine or the container ran out of memory.
        return {int(signal.SIGXCPU): "time", int(signal.SIGKILL): "memory"}.get(number, "crash")
    return {0: None, _OUT_OF_MEMORY: "memory", _ENGINE_ERROR: "engine"}.get(os.WEXITSTATUS(status), "crash")


def _say_status(status: int) -> str:
    if os.WIFSIGNALED(status):
        return f"ended by {signal.Signals(os.WTERMSIG(status)).name}"
    return f"exit code {os.WEXITSTATUS(status)}"
