"""How many requests of one process may receive bytes at a time, and how long one may stay silent.

A thread that waits for a slow sender serves nobody else. What is over the limit waits a moment, or is told to come back
(503: clients of tus take any 4xx but 409 and 423 for the end of the upload).
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from flask import request
from gunicorn.http.errors import ParseException
from werkzeug.exceptions import BadRequest

from portal.core.errors import Unavailable

MAX_WRITERS = 10
# So few more may wait a moment at the door: to send them away and hear them again costs more than their wait.
AT_THE_DOOR, MOMENT_S = 3, 2.0
SILENCE_S = 8.0
RESUMES = "Many files are arriving at this moment. Yours goes on by itself in a few seconds."

_writers = threading.BoundedSemaphore(MAX_WRITERS)
_door = threading.BoundedSemaphore(AT_THE_DOOR)


@contextmanager
def receiving(places: threading.BoundedSemaphore = _writers, *, when_full: str = RESUMES) -> Iterator[None]:
    """Hold one of the places for writers, with a limit on the sender's silence. Raises Unavailable with `when_full`."""
    if not _enter(places):
        raise Unavailable(when_full)
    try:
        with impatiently(SILENCE_S):
            yield
    finally:
        places.release()


def _enter(places: threading.BoundedSemaphore) -> bool:
    if places.acquire(blocking=False):
        return True
    if not _door.acquire(blocking=False):
        return False
    try:
        return places.acquire(timeout=MOMENT_S)
    finally:
        _door.release()


@contextmanager
def impatiently(silence_s: float) -> Iterator[None]:
    """Let reading from the sender fail after so many seconds without a byte, where the server lets us.

    Raises BadRequest for a body that is not HTTP: the server finds out only while it is read.
    """
    connection = request.environ.get("gunicorn.socket")
    before = connection.gettimeout() if connection is not None else None
    try:
        if connection is not None:
            connection.settimeout(silence_s)
        yield
    except ParseException as error:
        raise BadRequest from error
    finally:
        if connection is not None:
            with suppress(OSError):
                connection.settimeout(before)
