"""Attacks that worked on stock tools, against our reader: no request leaves, no foreign byte is read, every one is a
sentence."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from tests.signals.files import wav
from tests.signals.hostile import (
    huge_picture,
    many_chunks,
    mp4_with_foreign_sound,
    nested_mp4,
    playlists,
    silent_flac,
    zlib_tag_bomb,
)
from tests.signals.music import music
from workers.audio import child
from workers.audio.child import FAILURES, Analysis, analyse
from workers.audio.landlock import landlock_abi
from workers.audio.limits import Limits
from workers.audio.measure import measure

MOST_MEMORY = 400 * 2**20
NAMES = tuple(playlists("http://127.0.0.1:1/x.mp3", Path("/neighbour.wav")))


class Canary:
    """A web server on loopback that remembers who called."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        canary = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                canary.calls.append(self.path)
                self.send_error(404)

            def log_message(self, *_: object) -> None:
                pass

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        self.port = self._server.server_port
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture(scope="module")
def canary() -> Iterator[Canary]:
    server = Canary()
    yield server
    server.stop()


@pytest.fixture(scope="module", autouse=True)
def helper_ends_with_the_module() -> Iterator[None]:
    yield
    child.close_helper()


@pytest.fixture
def neighbour(tmp_path: Path) -> Path:
    path = tmp_path / "neighbour.wav"
    path.write_bytes(wav(music(3, 44_100), 44_100))
    return path


@pytest.mark.parametrize("name", NAMES)
def test_a_playlist_fetches_nothing_and_reads_no_neighbour(name: str, canary: Canary, neighbour: Path) -> None:
    attack = neighbour.with_name("song.mp3")
    attack.write_bytes(playlists(f"http://127.0.0.1:{canary.port}/x.mp3", neighbour)[name])
    confined = analyse(attack, file_name="song.mp3").report
    with attack.open("rb") as file:
        whitelists_alone = measure(file, file_name="song.mp3").report
    for report in (confined, whitelists_alone):
        assert not report.readable
        assert report.reason is not None
        assert report.reason.endswith(".")
        assert report.decoded.pcm_sha256 is None
    assert canary.calls == []


def test_a_container_that_points_elsewhere_reads_only_its_own_bytes(neighbour: Path) -> None:
    attack = neighbour.with_name("song.m4a")
    attack.write_bytes(mp4_with_foreign_sound(neighbour))
    confined = analyse(attack, file_name="song.m4a").report
    with attack.open("rb") as file:
        whitelists_alone = measure(file, file_name="song.m4a").report
    for report in (confined, whitelists_alone):
        assert (report.decoded.frames or 0) * 4 <= attack.stat().st_size


def _bomb(name: str, path: Path) -> Limits:
    """Write the bomb; return limits that let a test end soon without changing what is tested."""
    short = Limits(max_duration_s=600)
    match name:
        case "zlib in ID3":
            path.write_bytes(zlib_tag_bomb(512 * 2**20))
        case "200 MB picture":
            huge_picture(path, 200 * 10**6)
        case "chunks without end":
            path.write_bytes(many_chunks(100_000))
        case "atoms in atoms":
            path.write_bytes(nested_mp4(20_000))
        case "10 h of FLAC silence":
            path.write_bytes(silent_flac(10))
        case "10 h of FLAC silence, unannounced":
            path.write_bytes(silent_flac(10, announce=False))
        case "an hour in 8 channels":
            path.write_bytes(silent_flac(1, channels=8))
        case "WavPack":
            path.write_bytes(b"wvpk" + bytes(4096))
    return short


@pytest.mark.parametrize(
    ("name", "readable", "says"),
    [
        ("zlib in ID3", True, "more memory than a recording's tags"),
        ("200 MB picture", False, "200 MB of tags and pictures"),
        ("chunks without end", False, "more than 1,000 parts"),
        ("atoms in atoms", False, "damaged"),
        ("10 h of FLAC silence", True, "Decoding stopped"),
        ("10 h of FLAC silence, unannounced", True, "Decoding stopped"),
        ("an hour in 8 channels", True, "Decoding stopped"),
        ("WavPack", False, "This is a WavPack file"),
    ],
)
def test_a_bomb_stays_small_and_gets_a_sentence(name: str, readable: bool, says: str, tmp_path: Path) -> None:
    path = tmp_path / "bomb"
    limits = _bomb(name, path)
    analysis = analyse(path, file_name="bomb.mp3", limits=limits)
    report = analysis.report
    assert report.readable is readable
    said = (report.reason, report.declared.read_error, *report.health.limits_hit)
    assert any(says in sentence for sentence in said if sentence), said
    assert report.health.peak_rss_bytes is not None
    assert report.health.peak_rss_bytes < MOST_MEMORY


@pytest.mark.parametrize(
    ("limits", "failure"),
    [
        (Limits(wall_s=0.05), "time"),
        (Limits(result_bytes=1000), "result"),
        (Limits(memory_bytes=64 * 2**20), "memory"),
    ],
)
def test_a_limit_that_is_hit_is_a_result(limits: Limits, failure: str, tmp_path: Path) -> None:
    path = tmp_path / "long.flac"
    path.write_bytes(silent_flac(1))
    analysis = analyse(path, file_name="long.flac", limits=limits)
    assert analysis.failure == failure
    assert analysis.report.reason == FAILURES[failure]
    assert analysis.report.container.extension == "flac"


def test_the_helper_is_started_again_when_it_was_killed(neighbour: Path) -> None:
    first = analyse(neighbour, file_name="a.wav")
    os.kill(child.helper_pid(), signal.SIGKILL)
    second = analyse(neighbour, file_name="a.wav")
    assert _without_costs(first) == _without_costs(second)


def _without_costs(analysis: Analysis) -> dict[str, object]:
    plain = analysis.report.to_plain()
    return {name: plain[name] for name in plain if name != "health"}


def test_a_missing_file_is_our_own_trouble(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        analyse(tmp_path / "gone.wav", file_name="gone.wav")


def test_what_the_kernel_offers_is_used(neighbour: Path) -> None:
    held = analyse(neighbour, file_name="a.wav").report.health.confinement
    assert child.confinement() == held
    assert "own process group" in held
    assert "at most 1024 MB of memory" in held
    if landlock_abi():
        assert any(layer.startswith("Landlock") for layer in held)


@pytest.mark.skipif(not landlock_abi(), reason="this kernel has no Landlock")
def test_a_hijacked_decoder_can_do_nothing(tmp_path: Path) -> None:
    outside = tmp_path / "written"
    with socket.create_server(("127.0.0.1", 0)) as server:
        probe = subprocess.run(
            [sys.executable, "-m", "tests.security.probe", str(outside), str(server.getsockname()[1])],
            capture_output=True,
            check=True,
            timeout=60,
        )
    said = json.loads(probe.stdout)
    assert said["succeeded"] == []
    assert said["environment"] == {"LANG": "C.UTF-8"}
    assert not outside.exists()
