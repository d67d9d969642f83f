"""Files that are sent by a form, read as they arrive: straight into storage, without a copy in between.

Flask would first write the whole body to a temporary file, and would do so before it knows who is asking. Here the
view's policy comes first, then the size, then the fields before the file (the CSRF token among them), then the bytes.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import suppress
from typing import BinaryIO, TypeVar, cast

from flask import Flask, Response, request
from flask_login import current_user
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.exceptions import HTTPException
from werkzeug.sansio.multipart import NEED_DATA, Data, Epilogue, Event, Field, File, MultipartDecoder

from portal.core.errors import Invalid, TooLarge
from portal.web.csrf import csrf
from portal.web.tus.protocol import OFFSET_TYPE
from portal.web.tus.slots import impatiently

READ_BYTES = 256 * 1024
REST_SILENCE_S = 2.0
# Clients of tus try again after these whether they have heard them or only lost the connection.
COME_BACK = (423, 503)
FIELD_BYTES = 64 * 1024
# What a form sends around its file: boundaries, headers, the token.
ENVELOPE_BYTES = 128 * 1024
# How much of a refused body is still read, by its kind: a form's whole file, one piece of a resumable upload.
MOST_DROPPED_BYTES = {"multipart/form-data": 4 * 1024**3, OFFSET_TYPE: 16 * 1024**2}

V = TypeVar("V")


class SentFile:
    """The file of a form: its name, and its bytes as they arrive. Read once, from the front."""

    def __init__(self, name: str, events: _Events) -> None:
        self.name = name
        self._events = events
        self._pending = bytearray()
        self._more = True

    def read(self, size: int = -1) -> bytes:
        """Up to `size` bytes; empty at the end. Raises Invalid when the body ends before the form does."""
        while self._more and (size < 0 or len(self._pending) < size):
            event = self._events.next()
            if isinstance(event, Data):
                self._pending += event.data
                self._more = event.more_data
        cut = len(self._pending) if size < 0 else size
        taken = bytes(self._pending[:cut])
        del self._pending[:cut]
        return taken

    @property
    def stream(self) -> BinaryIO:
        """The same for those who ask for a stream: they read and do nothing else."""
        return cast(BinaryIO, self)


def take_file(field: str, *, max_bytes: int) -> SentFile:
    """The file that this request's form sends in `field`, for a view that is exempt from the general CSRF check.

    Raises Invalid when there is none, TooLarge before the first byte when the browser says how much it will send, and a
    CSRFError when the form is not ours. The limit on the bytes themselves is the reader's.
    """
    request.max_content_length = max_bytes + ENVELOPE_BYTES
    if (request.content_length or 0) > max_bytes + ENVELOPE_BYTES:
        raise TooLarge(f"This file is larger than the {max_bytes / 1000**2:,.0f} MB that can be taken here.")
    events = _Events(_boundary())
    fields: list[tuple[str, str]] = []
    while not isinstance(event := events.next(), File | Epilogue):
        if isinstance(event, Field):
            fields.append((str(event.name or ""), events.text()))
    # The guard reads the form; the general parser would read the whole body for it.
    request.form = ImmutableMultiDict(fields)
    csrf.protect()
    if isinstance(event, Epilogue) or event.name != field or not event.filename:
        raise Invalid("Choose a file first, then send it.", fields={field: "Choose a file."})
    return SentFile(event.filename, events)


def register(app: Flask) -> None:
    """Let a refusal be heard: browsers that still send when the door is closed show a lost connection instead of it."""

    @app.after_request
    def hear_out(response: Response) -> Response:
        most = MOST_DROPPED_BYTES.get(request.mimetype, 0)
        comes_back = request.mimetype == OFFSET_TYPE and response.status_code in COME_BACK
        if response.status_code >= 400 and most and not comes_back and current_user.is_authenticated:
            _drop_the_rest(most)
        return response


def _drop_the_rest(most: int) -> None:
    # Counts only where nothing was read yet; None would bring back the general limit.
    request.max_content_length = sys.maxsize
    left = most
    with suppress(OSError, HTTPException), impatiently(REST_SILENCE_S):
        while left > 0 and (chunk := request.stream.read(READ_BYTES)):
            left -= len(chunk)


class _Events:
    """The parts of the body in their order."""

    def __init__(self, boundary: bytes) -> None:
        self._decoder = MultipartDecoder(boundary, max_form_memory_size=4 * READ_BYTES, max_parts=100)

    def next(self) -> Event:
        while (event := _readable(self._decoder.next_event)) is NEED_DATA:
            chunk = request.stream.read(READ_BYTES)
            self._decoder.receive_data(chunk or None)
        return event

    def text(self) -> str:
        """The value of the field that has just begun."""
        value, more = bytearray(), True
        while more:
            event = self.next()
            if isinstance(event, Data):
                value += event.data
                more = event.more_data
            if len(value) > FIELD_BYTES:
                raise TooLarge("This form sends more text than can be taken here.")
        return value.decode("utf-8", errors="replace")


def _boundary() -> bytes:
    boundary = request.mimetype_params.get("boundary", "")
    if request.mimetype != "multipart/form-data" or not boundary:
        raise Invalid("Your browser did not send a file. Reload the page and try again.")
    return boundary.encode("latin-1", errors="replace")


def _readable(read: Callable[[], V]) -> V:
    """werkzeug says ValueError for a body that breaks off or was never a form."""
    try:
        return read()
    except (ValueError, UnicodeError) as error:
        raise Invalid("The file did not arrive whole. Please send it again.") from error
