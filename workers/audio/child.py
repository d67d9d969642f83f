"""Measuring a stranger's file from a process that must not be harmed: the one entry point for the workers.

    analysis = analyse(path, file_name="take 3.wav")

A file can make the decoder crash, hang or eat memory; each of these comes back as a result with a sentence, never as an
exception. What does raise is our own trouble: a missing file, or a helper that cannot be started.
"""

import contextlib
import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from portal.checks.file_facts import Container, Health
from portal.checks.report import AudioReport
from workers.audio.blas import blas_environment
from workers.audio.limits import ENGINE, Limits
from workers.audio.listening_copy import CannotCopy
from workers.audio.tone import tone_wav
from workers.audio.wire import PROGRESS, Tell, receive, tell_nobody

FAILURES = {
    "time": "This file took too long to read, so it could not be checked. Export it again as WAV or FLAC.",
    "memory": "This file needs too much memory to read, so it could not be checked. Remove cover pictures and tags and "
    "export it again as WAV or FLAC.",
    "crash": "This file is damaged in a way that stopped our reader. Export it again from the session.",
    "result": "This file gave more results than a recording can have. Export it again from the session.",
    "engine": "Our analysis failed on this file. It is not your fault: staff have been told and will look at it.",
}
COPY_FAILURES = {
    "time": "Making the listening copy took too long.",
    "memory": "Making the listening copy needs too much memory.",
    "crash": "Our reader stopped while the listening copy was made: the file is damaged.",
    "result": "Our reader gave a senseless answer while the listening copy was made.",
    "engine": "Making the listening copy failed on our side, perhaps because the copy became too large.",
}
_ANSWER_GRACE_S = 30.0


@dataclass(frozen=True)
class Analysis:
    """What is known of a file now. `failure` is None, or a key of FAILURES when the report is only that sentence."""

    report: AudioReport
    waveform_json: str | None = None  # see waveform.WaveformData
    fingerprint: tuple[int, ...] | None = None
    failure: str | None = None
    detail: str = ""  # for the log


def analyse(path: Path, *, file_name: str, limits: Limits | None = None, tell: Tell = tell_nobody) -> Analysis:
    """Measure the file at `path`, which the applicant called `file_name`, in a confined child.

    `tell` gets, about every second, how much of the file has been read, from 0 to 1.
    Raises FileNotFoundError when the file is not there, HelperError when the helper process cannot be used.
    """
    limits = limits or Limits()
    request = {"path": str(Path(path).resolve()), "file_name": file_name, "limits": asdict(limits)}
    answer = _helper().ask(request, timeout_s=limits.wall_s + _ANSWER_GRACE_S, tell=tell)
    if answer["failure"] == "missing":
        raise FileNotFoundError(answer["detail"])
    return unpacked(answer, file_name=file_name)


COPY_LIMITS = Limits(cpu_s=240, wall_s=300.0)
_COPY_ROOM_BYTES, _COPY_GROWTH = 64 * 1024**2, 16  # an MP3 that can only be copied as WAV grows about tenfold


def make_listening_copy(path: Path, *, target: Path) -> str:
    """Write the listening copy of the file at `path` into the new file `target`; return its mime type.

    Raises CannotCopy with a sentence for staff, FileNotFoundError when the file is not there, HelperError.
    """
    limits = replace(COPY_LIMITS, output_bytes=_COPY_ROOM_BYTES + _COPY_GROWTH * Path(path).stat().st_size)
    request = {"path": str(Path(path).resolve()), "target": str(Path(target).absolute()), "limits": asdict(limits)}
    answer = _helper().ask(request, timeout_s=limits.wall_s + _ANSWER_GRACE_S)
    if answer["failure"] == "missing":
        raise FileNotFoundError(answer["detail"])
    if answer["failure"] is not None:
        raise CannotCopy(COPY_FAILURES[answer["failure"]])
    result = json.loads(answer["result"])
    if "refused" in result:
        raise CannotCopy(result["refused"])
    return str(result["mime"])


def unpacked(
    answer: dict[str, Any], *, file_name: str, sentences: Mapping[str, str] = MappingProxyType(FAILURES)
) -> Analysis:
    """Turn an answer of the helper, or a plain dict of a `forked.Outcome`, into an Analysis."""
    failure, detail = answer["failure"], answer["detail"]
    if failure is None:
        parts = json.loads(answer["result"])
        words = parts["fingerprint"]
        return Analysis(
            report=AudioReport.from_json(parts["report"]),
            waveform_json=parts["waveform"],
            fingerprint=tuple(words) if words is not None else None,
        )
    health = Health(
        engine=ENGINE,
        cpu_s=answer["cpu_s"],
        peak_rss_bytes=answer["peak_rss_bytes"],
        limits_hit=(f"{failure}: {detail}"[:500],),
    )
    extension = Path(file_name).suffix.lower().lstrip(".")[:20] or None
    report = AudioReport.unreadable(sentences[failure], health=health, container=Container(extension=extension))
    return Analysis(report=report, failure=failure, detail=detail)


class HelperError(RuntimeError):
    """The helper process could not be started or went silent twice."""


class _Helper:
    """One warm `server.py`, started when first needed and again when it died."""

    def __init__(self) -> None:
        self.owner = os.getpid()
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._socket: socket.socket | None = None

    def ask(self, request: dict[str, Any], *, timeout_s: float, tell: Tell = tell_nobody) -> dict[str, Any]:
        with self._lock:
            for _ in range(2):
                try:
                    return self._ask_once(request, timeout_s, tell)
                except OSError:  # the helper died or hangs, which no file should be able to cause: one fresh start
                    self._stop()
            raise HelperError("the audio helper process does not answer")

    def _ask_once(self, request: dict[str, Any], timeout_s: float, tell: Tell) -> dict[str, Any]:
        connection = self._socket or self._start()
        connection.settimeout(timeout_s)
        connection.sendall(json.dumps(request).encode() + b"\n")
        while True:
            answer: dict[str, Any] = json.loads(receive(connection))
            if PROGRESS not in answer:
                return answer
            tell(answer[PROGRESS])

    def _start(self) -> socket.socket:
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "workers.audio.server"],
                stdin=theirs.fileno(),
                env={
                    "PATH": os.defpath,
                    "LANG": "C.UTF-8",
                    **blas_environment(),
                    "PYTHONPATH": os.pathsep.join(part or str(Path.cwd()) for part in sys.path),
                },
            )
        self._socket = ours
        return ours

    @property
    def pid(self) -> int:
        with self._lock:
            if self._process is None:
                self._start()
            return self._process.pid if self._process else 0

    def close(self) -> None:
        with self._lock:
            self._stop()

    def _stop(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None
        if self._process is not None:
            with contextlib.suppress(OSError):
                self._process.kill()
            self._process.wait()
            self._process = None


_current: _Helper | None = None


def _helper() -> _Helper:
    """Return this process's helper; after a fork the child gets one of its own."""
    global _current  # noqa: PLW0603 - one helper per process is the point
    if _current is None or _current.owner != os.getpid():
        _current = _Helper()
    return _current


def confinement() -> tuple[str, ...]:
    """Return, in words, what holds the decoder on this machine, by measuring a tone of our own. For the status page."""
    with tempfile.NamedTemporaryFile(prefix="soundcheck-tone-", suffix=".wav") as file:
        file.write(tone_wav())
        file.flush()
        return analyse(Path(file.name), file_name="tone.wav").report.health.confinement


def helper_pid() -> int:
    """Return the process id of the helper; start one if there is none."""
    return _helper().pid


def close_helper() -> None:
    """End this process's helper, if it has one. The next `analyse` starts a new one."""
    global _current  # noqa: PLW0603 - see above
    if _current is not None and _current.owner == os.getpid():
        _current.close()
    _current = None
