"""`python -m workers.audio FILE…`, as a program."""

import json
import subprocess
import sys
from pathlib import Path

from tests.signals.files import flac, wav
from tests.signals.music import music
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


def test_wrong_usage_is_2_and_the_other_files_still_get_their_report(tmp_path: Path) -> None:
    assert _run().returncode == 2
    (tmp_path / "a.wav").write_bytes(wav(music(1, 8000), 8000))
    done = _run(tmp_path / "missing.wav", tmp_path / "a.wav")
    assert done.returncode == 2
    assert "missing.wav: No such file or directory" in done.stderr
    assert len(done.stdout.splitlines()) == 1
