"""`python -m workers.audio FILE…`, as a program."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.signals.files import flac, wav
from tests.signals.music import music
from workers.audio.__main__ import main
from workers.audio.blas import blas_environment
from workers.audio.forked import Outcome
from workers.audio.limits import ENGINE

# The keys that others build on; each must be there for a recording and for a text file.
KEYS = {
    "container": ("sniffed",),
    "declared": ("codec", "duration_s", "sample_rate_hz", "channels", "bits_per_sample"),
    "decoded": (
        "codec", "duration_s", "frames", "sample_rate_hz", "channels", "bits_per_sample", "effective_bits",
        "bad_packets", "pcm_sha256", "flac_md5",
    ),
    "loudness": (
        "integrated_lufs", "range_lu", "max_momentary_lufs", "max_short_term_lufs", "true_peak_dbtp",
        "sample_peak_dbfs", "plr_lu",
    ),
    "levels": ("clip_runs", "dc_offset"),
    "silence": ("head_s", "tail_s", "gaps"),
    "stereo": ("correlation", "dead_channel", "dual_mono"),
    "health": ("engine", "cpu_s", "peak_rss_bytes", "not_measured"),
}  # fmt: skip


def _run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "workers.audio", *map(str, arguments)],
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip


def _refuse(constant: str) -> float:
    raise AssertionError(f"{constant} is not JSON")


def test_one_strict_report_per_line_and_a_verdict_for_each(tmp_path: Path) -> None:
    piece = music(4, 44_100)
    (tmp_path / "a.wav").write_bytes(wav(piece, 44_100, kind="pcm24"))
    (tmp_path / "b.flac").write_bytes(flac(piece, 44_100))
    (tmp_path / "-c.mp3").write_bytes(b"a text file")
    done = _run("--", tmp_path / "a.wav", tmp_path / "b.flac", tmp_path / "-c.mp3")
    assert done.returncode == 0
    assert done.stderr == ""
    reports = [json.loads(line, parse_constant=_refuse) for line in done.stdout.splitlines()]
    assert [report["readable"] for report in reports] == [True, True, False]
    assert reports[1]["decoded"]["flac_md5"] is True
    for report in reports:
        assert report["health"]["engine"] == ENGINE
        assert "own process group" in report["health"]["confinement"]
        for group, names in KEYS.items():
            assert set(names) <= set(report[group])


def test_each_line_says_first_which_file_it_is_about(tmp_path: Path) -> None:
    for name in (os.fsencode(tmp_path) + b"/caf\xe9.t\xe9", os.fsencode(tmp_path / "Übung.txt")):
        Path(os.fsdecode(name)).write_bytes(b"a text file")
    done = _run(*sorted(tmp_path.iterdir()))
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [Path(line["file"]).name for line in lines] == ["caf\\xe9.t\\xe9", "Übung.txt"]
    assert {next(iter(line)) for line in lines} == {"file"}
    assert done.returncode == 0


def test_the_help_says_how_to_name_a_file_that_begins_with_a_dash() -> None:
    done = _run("--help")
    assert done.returncode == 0
    assert "python -m workers.audio -- -take.wav" in " ".join(done.stdout.split())
    refused = _run("-take.wav")
    assert refused.returncode == 2
    assert "python -m workers.audio -- -take.wav" in refused.stderr


def test_wrong_usage_is_2_and_every_argument_gets_its_line(tmp_path: Path) -> None:
    assert _run().returncode == 2
    (tmp_path / "a.wav").write_bytes(wav(music(1, 8000), 8000))
    os.mkfifo(tmp_path / "p.wav")
    arguments = [tmp_path / "missing.wav", tmp_path / "p.wav", tmp_path, Path("/dev/zero"), tmp_path / "a.wav"]
    done = _run(*arguments)
    assert done.returncode == 2
    assert "missing.wav: No such file or directory" in done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["file"] for line in lines] == [str(argument) for argument in arguments]
    assert [line["readable"] for line in lines] == [False, False, False, False, True]
    assert [line["reason"] for line in lines] == [
        "Cannot be opened: No such file or directory.",
        "This is a pipe, not a file. Name the recording itself.",
        "This is a folder, not a file. Name the recording itself.",
        "This is a device, not a file. Name the recording itself.",
        None,
    ]


def test_what_is_no_file_gets_the_verdict_unreadable(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "p.wav")
    done = _run(tmp_path / "p.wav", tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["readable"] for line in lines] == [False, False]


def test_nobody_is_promised_help_that_was_not_called(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    (tmp_path / "a.wav").touch()
    failed = Outcome(b"", "engine", "exit code 4", 0.1, 1000)
    for name, value in blas_environment().items():
        monkeypatch.setenv(name, value)  # main sets them for its process
    monkeypatch.setattr("workers.audio.forked.measure_in_fork", lambda path, **_: failed)
    assert main([str(tmp_path / "a.wav")]) == 0
    line = json.loads(capfdbinary.readouterr().out)
    assert line["reason"].startswith("Our analysis failed on this file")
    assert "staff" not in line["reason"]


def test_a_reader_that_leaves_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"a text file")
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as closed:
        done = subprocess.run(
            [sys.executable, "-m", "workers.audio", str(tmp_path / "a.txt")],
            stdout=closed, stderr=subprocess.PIPE, text=True, check=False, timeout=120,
        )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
