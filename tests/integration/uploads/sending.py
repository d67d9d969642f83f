"""A client of tus, and a small recording for it to send."""

from __future__ import annotations

import base64
from typing import Any

import sqlalchemy as sa
from flask import g
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portal.core.db import db
from portal.recordings.models import FileVersion, Recording

WAVE = b"RIFF\0\0\0\0WAVE"
SOUND = WAVE + bytes(range(256)) * 4000
OFFSET = "application/offset+octet-stream"


class Sender:
    """A client of tus with the session of one person."""

    def __init__(self, browser: FlaskClient) -> None:
        self.browser = browser

    def ask(self, method: str, url: str, **headers: Any) -> TestResponse:
        body = headers.pop("body", None)
        named = {name.replace("_", "-"): str(value) for name, value in headers.items()}
        named = {"Tus-Resumable": "1.0.0", **named}
        for name in list(g):
            g.pop(name)
        answer = self.browser.open(url, method=method, headers=named, data=body)
        db.session.rollback()
        return answer

    def create(
        self, recording: Recording, size: int = len(SOUND), name: str = "night bus.wav", **more: Any
    ) -> TestResponse:
        label = base64.b64encode(name.encode()).decode()
        said = f"filename {label}" + more.pop("metadata", "")
        return self.ask("POST", f"/apply/uploads/{recording.id}", Upload_Length=size, Upload_Metadata=said, **more)

    def patch(self, url: str, body: bytes, at: int, **more: Any) -> TestResponse:
        return self.ask("PATCH", url, Upload_Offset=at, Content_Type=OFFSET, body=body, **more)


def the_version() -> FileVersion:
    return db.session.scalars(sa.select(FileVersion)).one()
