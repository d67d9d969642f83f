"""The storm stays on this machine, sends everybody another file, and finds what is lost."""

from __future__ import annotations

import asyncio
import hashlib
from concurrent.futures import ThreadPoolExecutor

import pytest

from bench.storm.clients import Browser, Place
from bench.storm.people import Sender
from bench.storm.tally import Tally


@pytest.mark.parametrize("url", ["http://apply.example.edu", "http://192.0.2.7:8000", "https://localhost.example.org"])
def test_no_other_machine_is_stormed(url: str) -> None:
    with pytest.raises(ValueError, match="is not on this machine"):
        Place(url)


def test_this_machine_is() -> None:
    assert Place("http://localhost:8003").port == 8003


def test_a_line_on_which_the_server_hung_up_is_no_failure() -> None:
    async def twice() -> list[int]:
        says = iter(["keep-alive", "close"])

        async def answer_once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(f"HTTP/1.1 200 OK\r\nConnection: {next(says)}\r\nContent-Length: 2\r\n\r\nok".encode())
            writer.close()
            await writer.wait_closed()

        async with await asyncio.start_server(answer_once, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            browser = Browser(Place(f"http://localhost:{port}"), "cookie", Tally())
            seen = [(await browser.ask("look again", "GET", "/")).status for _ in range(2)]
        await asyncio.sleep(0.05)  # what is closed is gone a little later
        return seen

    with ThreadPoolExecutor(1) as aside:  # a browser's test before this one may have left its loop in this thread
        assert aside.submit(asyncio.run, twice()).result() == [200, 200]


def test_pieces_make_the_file_and_every_file_is_another_one() -> None:
    senders = [Sender(cookie="", recording_id="", number=number, sound=bytes(1000)) for number in (1, 2)]

    for sender in senders:
        pieces = [sender.piece(start, 300) for start in range(0, sender.size, 300)]
        assert hashlib.sha256(b"".join(pieces)).hexdigest() == sender.sha256()
    assert senders[0].sha256() != senders[1].sha256()


def test_less_than_was_acknowledged_is_a_loss_and_more_is_none() -> None:
    sender = Sender(cookie="", recording_id="", number=1, sound=bytes(1000), offset=500)

    sender.notice_loss(700)
    assert sender.lost_bytes == 0
    sender.notice_loss(400)
    assert sender.lost_bytes == 100


def test_percentiles_are_in_milliseconds() -> None:
    tally = Tally()
    for hundredth in range(1, 101):
        tally.note("look again", "200", hundredth / 100)

    assert [round(value) for value in tally.percentiles_ms("look again")] == [505, 950, 990, 1000]
