"""Both homes of files keep the same promises: nothing is said to be stored before it is, and nothing is half there."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from io import SEEK_END, BytesIO
from pathlib import Path

import pytest

from portal.core import staging
from portal.core.errors import TooLarge, Unavailable
from portal.core.local_storage import LocalStorage
from portal.core.s3_storage import PART_BYTES, S3Storage
from portal.core.settings import S3Place
from portal.core.storage import Storage

SOUND = bytes(range(256)) * 5000


@pytest.fixture(params=["folder", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    if request.param == "folder":
        return LocalStorage(tmp_path / "store")
    bucket = S3Storage(request.getfixturevalue("s3_place"), staging_folder=tmp_path / "staging")
    bucket.ensure_bucket()
    bucket.ensure_bucket()
    return bucket


def put(store: Storage, content: bytes = SOUND, *, kind: str = "recordings", most: int = 10**8) -> str:
    return store.put(BytesIO(content), kind=kind, max_bytes=most).key


def test_a_stored_file_has_its_hash_and_comes_back(store: Storage) -> None:
    stored = store.put(BytesIO(SOUND), kind="recordings", max_bytes=10_000_000)

    assert stored.size_bytes == len(SOUND)
    assert stored.sha256 == hashlib.sha256(SOUND).hexdigest()
    assert store.size(stored.key) == len(SOUND)
    with store.open(stored.key) as file:
        assert file.read() == SOUND
    with store.local_path(stored.key) as path:
        assert path.read_bytes() == SOUND
    assert list(store.keys("recordings")) == [stored.key]
    now = datetime.now(UTC)
    assert list(store.keys("recordings", stored_before=now - timedelta(minutes=5))) == []
    assert list(store.keys("recordings", stored_before=now + timedelta(minutes=5))) == [stored.key]
    assert list(store.staging.iterdir()) == []


def test_a_part_can_be_read_without_the_whole(store: Storage) -> None:
    with store.open(put(store)) as file:
        assert file.seek(-256, SEEK_END) == len(SOUND) - 256
        assert file.read() == SOUND[-256:]
        file.seek(300_000)
        assert file.read(64) == SOUND[300_000:300_064]


def test_a_file_of_many_parts_is_whole(store: Storage) -> None:
    content = SOUND * (PART_BYTES // len(SOUND) * 2 + 1)

    key = put(store, content)

    with store.local_path(key) as path:
        assert hashlib.sha256(path.read_bytes()).hexdigest() == hashlib.sha256(content).hexdigest()


def test_a_staged_file_is_taken_over(store: Storage) -> None:
    staged = store.staging / "arrived"
    staged.write_bytes(SOUND)

    stored = store.adopt(staged, key=staging.new_key("recordings"))

    assert (stored.size_bytes, stored.sha256) == (len(SOUND), hashlib.sha256(SOUND).hexdigest())
    assert not staged.exists()
    assert store.size(stored.key) == len(SOUND)


def test_kinds_are_kept_apart_and_deleting_is_for_good(store: Storage) -> None:
    recording, copy = put(store), put(store, b"copy", kind="copies")

    store.delete(recording)
    store.delete(recording)

    assert list(store.keys("recordings")) == []
    assert list(store.keys("copies")) == [copy]


def test_too_large_a_file_leaves_nothing_behind(store: Storage) -> None:
    with pytest.raises(TooLarge, match="larger than the 1 MB"):
        put(store, b"x" * 2_000_000, most=1024**2)

    assert list(store.keys("recordings")) == []
    assert list(store.staging.iterdir()) == []


def test_a_connection_that_breaks_leaves_nothing_behind(store: Storage) -> None:
    class Broken(BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            raise ConnectionResetError("the client went away")

    with pytest.raises(Unavailable, match="try again"):
        store.put(Broken(), kind="recordings", max_bytes=1024)

    assert list(store.keys("recordings")) == []
    assert list(store.staging.iterdir()) == []


def test_a_full_disk_is_said_before_the_first_byte(store: Storage, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = type("Usage", (), {"free": staging.FREE_RESERVE_BYTES - 1})()
    monkeypatch.setattr("portal.core.staging.shutil.disk_usage", lambda _path: usage)

    with pytest.raises(Unavailable, match="no room"):
        put(store, b"sound")


def test_a_missing_file_is_not_found(store: Storage) -> None:
    assert store.size("recordings/ab/none") is None
    with pytest.raises(FileNotFoundError):
        store.open("recordings/ab/none")
    with pytest.raises(FileNotFoundError), store.local_path("recordings/ab/none"):
        pass


@pytest.mark.parametrize("key", ["../secret", "recordings/../../secret", "/etc/passwd", "", "."])
def test_no_key_leads_out_of_the_folder(tmp_path: Path, key: str) -> None:
    with pytest.raises(ValueError, match="outside of the store"):
        LocalStorage(tmp_path / "store").open(key)


def test_a_store_that_is_away_is_said_in_words(tmp_path: Path) -> None:
    place = S3Place(
        bucket="b", endpoint="http://127.0.0.1:1", region="us-east-1", access_key="k" * 12, secret_key="s" * 12
    )
    store = S3Storage(place, staging_folder=tmp_path)

    with pytest.raises(Unavailable, match="try again in a few minutes"):
        put(store, b"sound")
    assert list(store.staging.iterdir()) == []
