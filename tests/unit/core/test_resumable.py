"""An upload is as far as its file is long; two writers never mix; what was read is on disk."""

from __future__ import annotations

import hashlib
import resource
import threading
from io import BytesIO
from pathlib import Path

import pytest

from portal.core import staging
from portal.core.errors import Unavailable
from portal.core.resumable import (
    READ_BYTES,
    Checksum,
    ChecksumMismatch,
    OffsetMismatch,
    StagedUpload,
    UploadBusy,
    UploadGone,
)

SOUND = bytes(range(256)) * 1000


@pytest.fixture
def upload(tmp_path: Path) -> StagedUpload:
    made = StagedUpload(tmp_path, "a1")
    made.create()
    return made


def test_pieces_make_the_whole(upload: StagedUpload) -> None:
    assert upload.append(BytesIO(SOUND[:1000]), at=0, most=len(SOUND)) == 1000
    assert upload.append(BytesIO(SOUND[1000:]), at=1000, most=len(SOUND)) == len(SOUND)
    assert upload.path.read_bytes() == SOUND


def test_a_piece_must_begin_where_the_file_ends(upload: StagedUpload) -> None:
    upload.append(BytesIO(SOUND[:1000]), at=0, most=len(SOUND))

    with pytest.raises(OffsetMismatch) as caught:
        upload.append(BytesIO(SOUND[:1000]), at=0, most=len(SOUND))

    assert caught.value.offset == 1000
    assert upload.offset() == 1000


def test_never_more_than_was_announced(upload: StagedUpload) -> None:
    assert upload.append(BytesIO(SOUND), at=0, most=300) == 300
    assert upload.path.read_bytes() == SOUND[:300]


def test_what_arrived_before_the_line_broke_stays(upload: StagedUpload) -> None:
    class Breaking(BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            if self.tell() >= 100_000:
                raise TimeoutError("silence")
            return super().read(size)

    with pytest.raises(TimeoutError):
        upload.append(Breaking(SOUND), at=0, most=len(SOUND))

    kept = upload.offset()
    assert kept >= 100_000
    assert upload.append(BytesIO(SOUND[kept:]), at=kept, most=len(SOUND)) == len(SOUND)
    assert upload.path.read_bytes() == SOUND


def test_a_piece_with_a_wrong_checksum_leaves_no_trace(upload: StagedUpload) -> None:
    right = Checksum("sha256", hashlib.sha256(SOUND[:500]).digest())
    upload.append(BytesIO(SOUND[:500]), at=0, most=len(SOUND), checksum=right)

    with pytest.raises(ChecksumMismatch):
        upload.append(BytesIO(b"other bytes"), at=500, most=len(SOUND), checksum=right)

    assert upload.path.read_bytes() == SOUND[:500]


def test_a_newcomer_makes_the_older_writer_stop(upload: StagedUpload) -> None:
    begun, more = threading.Event(), threading.Event()

    class Slow(BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            begun.set()
            more.wait(0.02)
            return super().read(size)

    older: list[int] = []
    thread = threading.Thread(target=lambda: older.append(upload.append(Slow(SOUND), at=0, most=len(SOUND))))
    thread.start()
    begun.wait(10)
    with upload.exclusively() as path:
        stopped_at = path.stat().st_size
    thread.join(20)

    assert 0 < stopped_at < len(SOUND)
    assert older == [stopped_at]


def test_waiting_for_a_writer_that_does_not_stop_has_an_end(
    upload: StagedUpload, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.core.resumable.LOCK_WAIT_S", 0.2)
    with upload.exclusively(), pytest.raises(UploadBusy, match="still sending"):
        StagedUpload(upload.path.parent, "a1").append(BytesIO(SOUND), at=0, most=len(SOUND))

    assert upload.append(BytesIO(SOUND), at=0, most=len(SOUND)) == len(SOUND)


def test_a_deleted_upload_is_gone(upload: StagedUpload) -> None:
    upload.delete()
    upload.delete()

    with pytest.raises(UploadGone):
        upload.offset()
    with pytest.raises(UploadGone):
        upload.append(BytesIO(SOUND), at=0, most=10)


def test_a_disk_that_fills_and_frees_up_in_the_middle_leaves_no_gap(upload: StagedUpload) -> None:
    class Freeing(BytesIO):
        """The third piece finds room for a part of it only; before the fourth there is room again."""

        def read(self, size: int | None = -1, /) -> bytes:
            if self.tell() >= 3 * READ_BYTES:
                resource.setrlimit(resource.RLIMIT_FSIZE, before)
            return super().read(size)

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2 * READ_BYTES + 100, before[1]))
    try:
        with pytest.raises(Unavailable):
            upload.append(Freeing(SOUND), at=0, most=len(SOUND))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)

    there = upload.offset()
    assert upload.path.read_bytes() == SOUND[:there]
    assert there == 2 * READ_BYTES + 100
    assert upload.append(BytesIO(SOUND[there:]), at=there, most=len(SOUND)) == len(SOUND)
    assert upload.path.read_bytes() == SOUND


def test_no_piece_is_taken_where_the_rest_would_find_no_room(
    upload: StagedUpload, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload.append(BytesIO(SOUND[:1000]), at=0, most=len(SOUND))
    monkeypatch.setattr(staging, "FREE_RESERVE_BYTES", 2**62)

    with pytest.raises(Unavailable, match="no room for more files just now"):
        upload.append(BytesIO(SOUND[1000:]), at=1000, most=len(SOUND))

    assert upload.offset() == 1000
