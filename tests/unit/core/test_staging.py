"""The reserve that keeps the server alive holds while a file arrives, too."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest

from portal.core import staging
from portal.core.errors import Unavailable


def test_a_file_stops_when_others_have_taken_the_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    free = iter([2, 1, 1, 0])

    def usage(_folder: Path) -> object:
        return type("Usage", (), {"free": staging.FREE_RESERVE_BYTES + (next(free) or -1)})()

    monkeypatch.setattr("portal.core.staging.shutil.disk_usage", usage)
    stream = BytesIO(bytes(5 * staging.GUARD_EVERY_BYTES))

    with (
        pytest.raises(Unavailable, match="no room"),
        staging.received(stream, staging=tmp_path, max_bytes=stream.getbuffer().nbytes),
    ):
        pytest.fail("it was received")

    assert list(tmp_path.iterdir()) == []
    assert stream.tell() < 4 * staging.GUARD_EVERY_BYTES
