"""A very small HTTP client: one connection per request, so that one may be cut in the middle."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from bench.storm.tally import Tally

LOOPBACK = {"localhost", "127.0.0.1", "::1"}
PATIENCE_S = 60.0


@dataclass(frozen=True)
class Place:
    """Where the portal listens. Raises ValueError for any other machine than this one."""

    url: str

    def __post_init__(self) -> None:
        if urlsplit(self.url).hostname not in LOOPBACK:
            raise ValueError(f"{self.url} is not on this machine, and a storm belongs nowhere else")

    @property
    def port(self) -> int:
        return urlsplit(self.url).port or 80


@dataclass(frozen=True)
class Answer:
    """`status` is 0 when the line broke."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""


NOTHING = Answer(0)


class Browser:
    """Somebody's browser: a cookie and a place."""

    def __init__(self, place: Place, cookie: str, tally: Tally) -> None:
        self._place, self._cookie, self._tally = place, cookie, tally

    async def ask(
        self, kind: str, method: str, path: str, *, body: bytes = b"", cut_after: int | None = None, **headers: str
    ) -> Answer:
        """Send, and give the answer. With `cut_after` the line breaks after so many bytes of the body."""
        began = time.monotonic()
        try:
            async with asyncio.timeout(PATIENCE_S):
                answer = await self._exchange(method, path, body, cut_after, headers)
        except (OSError, TimeoutError, asyncio.IncompleteReadError, ValueError):
            answer = NOTHING
        if cut_after is None:
            name = f"{kind} (not modified)" if answer.status == 304 else kind
            self._tally.note(name, str(answer.status or "no answer"), time.monotonic() - began)
        return answer

    async def _exchange(
        self, method: str, path: str, body: bytes, cut_after: int | None, headers: Mapping[str, str]
    ) -> Answer:
        reader, writer = await asyncio.open_connection("127.0.0.1", self._place.port)
        try:
            writer.write(self._head(method, path, len(body), headers))
            writer.write(body if cut_after is None else body[:cut_after])
            await writer.drain()
            if cut_after is not None:
                return NOTHING
            return _parsed(await reader.read())
        finally:
            writer.transport.abort() if cut_after is not None else writer.close()

    def _head(self, method: str, path: str, length: int, headers: Mapping[str, str]) -> bytes:
        said = {name.replace("_", "-"): value for name, value in headers.items()}
        lines = {
            "Host": f"localhost:{self._place.port}",
            "Cookie": f"session={self._cookie}",
            "Connection": "close",
            "Content-Length": str(length),
            **said,
        }
        text = f"{method} {path} HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        return f"{text}\r\n".encode()


def _parsed(raw: bytes) -> Answer:
    head, found, body = raw.partition(b"\r\n\r\n")
    if not found:
        return NOTHING
    first, *rest = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in rest)}
    return Answer(int(first.split()[1]), headers, body.decode("utf-8", "replace"))
