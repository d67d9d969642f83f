"""Nothing is said to be stored before it is on disk, and nothing leaves the store's folder."""

from __future__ import annotations

import hashlib
from io import BytesIO
from pathlib import Path

import pytest

from portal.core.errors import TooLarge, Unavailable
from portal.core.storage import FREE_RESERVE_BYTES, LocalStorage


@pytest.fixture
def store(tmp_path: Path) -> LocalStorage:
    return LocalStorage(tmp_path / "store")


def test_a_stored_file_has_its_hash_and_comes_back(store: LocalStorage) -> None:
    sound = bytes(range(256)) * 5000

    stored = store.put(BytesIO(sound), kind="recordings", max_bytes=10_000_000)

    assert stored.size_bytes == len(sound)
    assert stored.sha256 == hashlib.sha256(sound).hexdigest()
    assert store.size(stored.key) == len(sound)
    with store.open(stored.key) as file:
        assert file.read() == sound
    with store.local_path(stored.key) as path:
        assert path.read_bytes() == sound
    assert list(store.keys("recordings")) == [stored.key]
    assert list(store.staging.iterdir()) == []


def test_too_large_a_file_leaves_nothing_behind(store: LocalStorage) -> None:
    with pytest.raises(TooLarge, match="larger than the 1 MB"):
        store.put(BytesIO(b"x" * 2_000_000), kind="recordings", max_bytes=1024**2)

    assert list(store.keys("recordings")) == []
    assert list(store.staging.iterdir()) == []


def test_a_connection_that_breaks_leaves_nothing_behind(store: LocalStorage) -> None:
    class Broken(BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            raise ConnectionResetError("the client went away")

    with pytest.raises(Unavailable, match="try again"):
        store.put(Broken(), kind="recordings", max_bytes=1024)

    assert list(store.staging.iterdir()) == []


def test_a_full_disk_is_said_before_the_first_byte(store: LocalStorage, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = type("Usage", (), {"free": FREE_RESERVE_BYTES - 1})()
    monkeypatch.setattr("portal.core.storage.shutil.disk_usage", lambda _path: usage)

    with pytest.raises(Unavailable, match="no room"):
        store.put(BytesIO(b"sound"), kind="recordings", max_bytes=1024)


@pytest.mark.parametrize("key", ["../secret", "recordings/../../secret", "/etc/passwd", "", "."])
def test_no_key_leads_out_of_the_store(store: LocalStorage, key: str) -> None:
    with pytest.raises(ValueError, match="outside of the store"):
        store.open(key)


def test_a_missing_file_is_not_found_and_deleting_it_is_harmless(store: LocalStorage) -> None:
    store.delete("recordings/ab/abcd")

    assert store.size("recordings/ab/abcd") is None
    with pytest.raises(FileNotFoundError), store.local_path("recordings/ab/abcd"):
        pass
