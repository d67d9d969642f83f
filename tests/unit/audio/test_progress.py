"""While a file is listened to, the one who asked hears about every second how far it is."""

from __future__ import annotations

from pathlib import Path

from tests.factories.sounds import long_flac
from workers.audio.child import analyse, close_helper


def test_the_part_that_was_read_grows(tmp_path: Path) -> None:
    path = tmp_path / "long.flac"
    path.write_bytes(long_flac(1500))
    told: list[float] = []

    report = analyse(path, file_name=path.name, tell=told.append).report
    close_helper()

    assert report.decoded.duration_s == 1500.0
    assert told, "it takes longer than a second"
    assert told == sorted(told)
    assert all(0.0 < part <= 1.0 for part in told)
