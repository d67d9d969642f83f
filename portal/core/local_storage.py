"""Files in a folder. Staging lies beside them, so that a finished file is moved by a rename."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO

from portal.core import staging
from portal.core.storage import StoredFile


class LocalStorage:
    """Every path is resolved and verified to lie inside the folder."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        self.staging = staging.prepare(self.root / "staging")

    def put(self, stream: BinaryIO, *, kind: str, max_bytes: int) -> StoredFile:
        with staging.received(stream, staging=self.staging, max_bytes=max_bytes) as staged:
            return self.adopt(staged, key=staging.new_key(kind))

    def adopt(self, staged: Path, *, key: str) -> StoredFile:
        """When it cannot be moved, for instance into a full disk, it stays in staging and may be moved later."""
        target = self._path(key)
        try:
            size, sha256 = staging.size_and_sha256(staged)
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            staged.rename(target)
            staging.sync_folder(target.parent)
        except OSError as error:
            raise staging.refusal(error) from error
        return StoredFile(key=key, size_bytes=size, sha256=sha256)

    @contextmanager
    def local_path(self, key: str) -> Iterator[Path]:
        path = self._path(key)
        if not path.is_file():
            raise FileNotFoundError(key)
        yield path

    def open(self, key: str) -> BufferedReader:
        return self._path(key).open("rb")

    def size(self, key: str) -> int | None:
        path = self._path(key)
        return path.stat().st_size if path.is_file() else None

    def delete(self, key: str) -> None:
        self._path(key).unlink(missing_ok=True)

    def link(self, key: str, *, mime: str, file_name: str, seconds: int) -> str | None:
        return None

    def keys(self, kind: str, *, stored_before: datetime | None = None) -> Iterator[str]:
        for path in sorted((self.root / kind).glob("??/*")):
            key = path.relative_to(self.root).as_posix()
            with suppress(FileNotFoundError):
                if stored_before is None or path.stat().st_mtime < stored_before.timestamp():
                    yield key

    def _path(self, key: str) -> Path:
        path = (self.root / key).resolve()
        if not path.is_relative_to(self.root) or path == self.root:
            raise ValueError(f"{key!r} lies outside of the store")
        return path
