"""Sound and its picture on their way to a player.

The bytes that were uploaded are never sent: what is sent is the listening copy, under a neutral name, without its date,
and with a tag that says nothing of its content. The browser may keep it but asks each time, so that a closed door is
closed at once; it may ask for any range, so that one can jump to any place.

Where the store can be reached by browsers, applicants and staff are sent there with a link that ends soon. Reviewers
never are: a link outlives a door that was closed, two of them could be compared, and the level match needs our origin.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from contextlib import ExitStack
from typing import Protocol

from flask import Response, current_app, redirect, request
from werkzeug.wrappers import Response as BaseResponse
from werkzeug.wsgi import FileWrapper

from portal.core.errors import NotFound
from portal.core.storage import storage

BLOCK_BYTES = 256 * 1024
# A player goes on asking at the link while one listens, and comes back for another one when it has ended.
LINK_S = 10 * 60
ENDINGS = {
    "audio/wav": "wav",
    "audio/flac": "flac",
    "audio/mpeg": "mp3",
    "audio/mp4": "m4a",
    "audio/ogg": "ogg",
}


class Playable(Protocol):
    """A file version, or as much of one as a player needs."""

    @property
    def copy_key(self) -> str: ...
    @property
    def copy_mime(self) -> str: ...
    @property
    def waveform_key(self) -> str: ...


def send_media(file_version: Playable, *, download_name: str, may_link: bool = False) -> BaseResponse:
    """The listening copy, whole or the range that was asked for. `download_name` comes without an ending.

    `may_link` allows to send the player to the store instead, under a name that says nothing. Raises NotFound while
    there is no copy.
    """
    ending = ENDINGS.get(file_version.copy_mime)
    if not file_version.copy_key or ending is None:
        raise NotFound("This recording cannot be heard yet. Please try again in a minute.")
    # What a script fetches has to come from here; only a player follows to another origin.
    if may_link and request.headers.get("Sec-Fetch-Dest") != "empty":
        name = f"recording.{ending}"
        link = storage().link(file_version.copy_key, mime=file_version.copy_mime, file_name=name, seconds=LINK_S)
        if link is not None:
            return _sent_to(link)
    return _send(file_version.copy_key, mime=file_version.copy_mime, name=f"{download_name}.{ending}")


def send_waveform(file_version: Playable) -> Response:
    """The data that the picture is drawn from, as JSON. Raises NotFound while there is none."""
    if not file_version.waveform_key:
        raise NotFound("There is no picture of this recording yet.")
    return _send(file_version.waveform_key, mime="application/json", name="waveform.json")


def _sent_to(link: str) -> BaseResponse:
    response = redirect(link, code=302)
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _send(key: str, *, mime: str, name: str) -> Response:
    with ExitStack() as opened:
        try:
            file = opened.enter_context(storage().open(key))
        except FileNotFoundError:
            raise NotFound("This recording cannot be heard just now. Please tell the staff.") from None
        size = file.seek(0, os.SEEK_END)
        file.seek(0)
        # This wrapper can seek. The web server's own would read and drop everything before a range.
        response = Response(FileWrapper(file, BLOCK_BYTES), mimetype=mime)
        response.content_length = size
        response.headers["Content-Disposition"] = f'inline; filename="{name}"'
        response.headers["Cache-Control"] = "private, no-cache"
        response.set_etag(_tag(key))
        response.make_conditional(request, accept_ranges=True, complete_length=size)
        response.call_on_close(opened.pop_all().close)
        return response


def _tag(key: str) -> str:
    """Another one at each address: two people cannot tell by it that they hear the same file."""
    secret = str(current_app.secret_key).encode()
    return hmac.new(secret, f"{request.path} {key}".encode(), hashlib.sha256).hexdigest()[:32]
