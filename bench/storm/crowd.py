"""Two kinds of people: those who send, over a line that breaks now and then, and those who wait for their result."""

from __future__ import annotations

import argparse
import asyncio
import base64
import random
import re
import time
from urllib.parse import urlsplit

from bench.storm.clients import Browser, Place
from bench.storm.people import Sender, Waiter
from bench.storm.tally import Tally

OFFSET_TYPE = "application/offset+octet-stream"
PIECE_BYTES = 1024**2
# As tus-js-client waits in our page: longer each time.
RETRY_S = (0.2, 1.0, 3.0, 5.0, 10.0)
GOES_ON = {0, 204, 409, 423, 500, 502, 503, 504}


class Uploader:
    """Sends one recording in pieces. Whatever goes wrong, it asks how much is there and goes on from that byte."""

    def __init__(self, sender: Sender, place: Place, tally: Tally, wishes: argparse.Namespace) -> None:
        self._sender, self._tally = sender, tally
        self._browser = Browser(place, sender.cookie, tally)
        self._begins_after_s = random.uniform(0, 60 * wishes.minutes * 0.8)
        self._drops = wishes.drops
        self._failures = 0

    async def run(self, until: float) -> None:
        await asyncio.sleep(self._begins_after_s)
        while not self._sender.address and time.monotonic() < until:
            await self._create()
        while time.monotonic() < until and not self._sender.ended:
            await self._send_piece()

    async def _create(self) -> None:
        name = base64.b64encode(b"night bus.wav").decode()
        answer = await self._browser.ask(
            "begin an upload",
            "POST",
            f"/apply/uploads/{self._sender.recording_id}",
            Tus_Resumable="1.0.0",
            Upload_Length=str(self._sender.size),
            Upload_Metadata=f"filename {name}",
        )
        if answer.status == 201:
            self._sender.address = urlsplit(answer.headers["location"]).path
        elif answer.status in GOES_ON:
            await self._wait()
        else:
            self._give_up(f"begin: {answer.status} {answer.body[:80]}")

    async def _send_piece(self) -> None:
        sender = self._sender
        piece = sender.piece(sender.offset, PIECE_BYTES)
        breaks = random.random() < self._drops
        answer = await self._browser.ask(
            "send a piece",
            "PATCH",
            sender.address,
            body=piece,
            cut_after=random.randrange(len(piece)) if breaks else None,
            Tus_Resumable="1.0.0",
            Upload_Offset=str(sender.offset),
            Content_Type=OFFSET_TYPE,
        )
        if answer.status == 204:
            self._failures = 0
            self._acknowledged(int(answer.headers["upload-offset"]))
        elif answer.status in GOES_ON:
            self._tally.events["a line broke" if breaks else f"a piece was answered {answer.status or 'nothing'}"] += 1
            await self._wait()
            await self._look()
        else:
            self._give_up(f"piece: {answer.status} {answer.body[:80]}")

    async def _look(self) -> None:
        answer = await self._browser.ask("ask how much is there", "HEAD", self._sender.address, Tus_Resumable="1.0.0")
        if answer.status == 200:
            at = int(answer.headers["upload-offset"])
            self._sender.notice_loss(at)
            self._acknowledged(at)
        elif answer.status not in GOES_ON:
            self._give_up(f"look: {answer.status} {answer.body[:80]}")

    def _acknowledged(self, offset: int) -> None:
        self._tally.bytes_acknowledged += max(0, offset - self._sender.offset)
        self._sender.offset = offset
        if offset == self._sender.size:
            self._sender.done = True

    def _give_up(self, why: str) -> None:
        self._sender.refused = why
        self._tally.events[f"refused: {why}"] += 1

    async def _wait(self) -> None:
        pause = RETRY_S[min(self._failures, len(RETRY_S) - 1)]
        self._failures += 1
        await asyncio.sleep(pause * random.uniform(0.7, 1.3))


class Poller:
    """Has the page of a recording open and lets it ask again, as often as it says, until it says no more."""

    def __init__(self, waiter: Waiter, place: Place, tally: Tally, *, every_s: float | None) -> None:
        self._waiter, self._tally, self._every_s = waiter, tally, every_s
        self._browser = Browser(place, waiter.cookie, tally)

    async def run(self, until: float) -> None:
        # The rush: everybody opens the page within a quarter of a minute.
        await asyncio.sleep(random.uniform(0, 15))
        page = await self._browser.ask("open the page", "GET", f"/apply/recordings/{self._waiter.recording_id}")
        interval, etag = self._interval(page.body) or 3.0, ""
        while time.monotonic() + interval < until:
            await asyncio.sleep(interval)
            asked = {"If_None_Match": etag} if etag else {}
            answer = await self._browser.ask("look again", "GET", self._waiter.address, HX_Request="true", **asked)
            if answer.status != 200:
                continue
            etag = answer.headers.get("etag", "")
            found = self._interval(answer.body)
            if found is None:
                self._tally.events["a page said that nothing more will change"] += 1
                return
            interval = found

    def _interval(self, page: str) -> float | None:
        found = re.search(r'hx-trigger="every (\d+)s"', page)
        return (self._every_s or float(found[1])) if found else None
