"""A very small HTTP client: it uses its connection again, as browsers do, and may cut it in the middle of a request."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from bench.storm.tally import Tally

LOOPBACK = {"localhost", "127.0.0.1", "::1"}
PATIENCE_S = 60.0
# The server keeps an idle connection for five seconds.
IDLE_S = 4.0
NO_BODY = {204, 304}


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


@dataclass(frozen=True)
class Line:
    """A connection, and until when it may be used again."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    good_until: float = 0.0


class Browser:
    """Somebody's browser: a cookie, a place, and the line that its last answer came over. It asks for one at a time."""

    def __init__(self, place: Place, cookie: str, tally: Tally) -> None:
        self._place, self._cookie, self._tally = place, cookie, tally
        self._kept: Line | None = None

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
        line = await self._line()
        again = line.good_until > 0
        try:
            line.writer.write(self._head(method, path, len(body), headers))
            line.writer.write(body if cut_after is None else body[:cut_after])
            await line.writer.drain()
            if cut_after is not None:
                line.writer.transport.abort()
                return NOTHING
            answer, usable = await _answer(line.reader, method)
        except (OSError, asyncio.IncompleteReadError):
            line.writer.close()
            if not again:
                raise
            # The server had hung up on a line that was kept: browsers ask again over a new one.
            return await self._exchange(method, path, body, cut_after, headers)
        except BaseException:
            line.writer.close()
            raise
        if usable:
            self._kept = Line(line.reader, line.writer, time.monotonic() + IDLE_S)
        else:
            line.writer.close()
        return answer

    async def _line(self) -> Line:
        kept, self._kept = self._kept, None
        if kept is not None:
            if time.monotonic() < kept.good_until and not kept.reader.at_eof():
                return kept
            kept.writer.close()
        return Line(*await asyncio.open_connection("127.0.0.1", self._place.port))

    def _head(self, method: str, path: str, length: int, headers: Mapping[str, str]) -> bytes:
        said = {name.replace("_", "-"): value for name, value in headers.items()}
        lines = {
            "Host": f"localhost:{self._place.port}",
            "Cookie": f"session={self._cookie}",
            "Content-Length": str(length),
            **said,
        }
        text = f"{method} {path} HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        return f"{text}\r\n".encode()


async def _answer(reader: asyncio.StreamReader, method: str) -> tuple[Answer, bool]:
    """What came, and whether the line can be used again."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *rest = head.rstrip().split("\r\n")
    status = int(first.split()[1])
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in rest)}
    if method == "HEAD" or status in NO_BODY:
        body = b""
    elif "content-length" in headers:
        body = await reader.readexactly(int(headers["content-length"]))
    else:
        return Answer(status, headers, (await reader.read()).decode("utf-8", "replace")), False
    return Answer(status, headers, body.decode("utf-8", "replace")), headers.get("connection") == "keep-alive"
