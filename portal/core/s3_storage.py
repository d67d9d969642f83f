"""Files in an S3-compatible store. They are staged, hashed and synced on a local disk first: direct uploads would give
no byte count and no hash before somebody reads everything again."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, BinaryIO

import boto3
from boto3.exceptions import Boto3Error
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from portal.core import staging
from portal.core.errors import Unavailable
from portal.core.settings import S3Place
from portal.core.storage import StoredFile

PART_BYTES = 16 * 1024**2
READ_AHEAD_BYTES = 1024**2
MISSING = ("404", "NoSuchKey", "NoSuchBucket", "NotFound")
SHA256_OF_WHOLE = "soundcheck-sha256"


class S3Storage:
    def __init__(self, place: S3Place, *, staging_folder: Path) -> None:
        self.bucket = place.bucket
        self.staging = staging.prepare(staging_folder.resolve())
        self.client: Any = _client(place, place.endpoint)
        # A link is signed for the address at which the browser will ask.
        self._linker: Any = _client(place, place.public_endpoint) if place.public_endpoint else None

    def put(self, stream: BinaryIO, *, kind: str, max_bytes: int) -> StoredFile:
        with staging.received(stream, staging=self.staging, max_bytes=max_bytes) as staged:
            return self.adopt(staged, key=staging.new_key(kind))

    def adopt(self, staged: Path, *, key: str) -> StoredFile:
        """Each part carries a checksum that the store verifies; size and hash of the whole are compared afterwards."""
        size, sha256 = staging.size_and_sha256(staged)
        try:
            self.client.upload_file(
                str(staged),
                self.bucket,
                key,
                ExtraArgs={"ChecksumAlgorithm": "SHA256", "Metadata": {SHA256_OF_WHOLE: sha256}},
                Config=TransferConfig(
                    multipart_threshold=PART_BYTES, multipart_chunksize=PART_BYTES, max_concurrency=2
                ),
            )
            kept = self._head(key)
        except (Boto3Error, BotoCoreError, ClientError, OSError) as error:
            raise Unavailable(staging.BROKEN) from error
        if kept is None or kept["ContentLength"] != size or not _same_checksum(kept, size, sha256):
            self.delete(key)
            raise Unavailable(staging.BROKEN)
        staged.unlink(missing_ok=True)
        return StoredFile(key=key, size_bytes=size, sha256=sha256)

    @contextmanager
    def local_path(self, key: str) -> Iterator[Path]:
        with NamedTemporaryFile(dir=self.staging, prefix=staging.FETCHED) as copy:
            with _answers(key):
                self.client.download_fileobj(self.bucket, key, copy)
            copy.flush()
            yield Path(copy.name)

    def open(self, key: str) -> io.BufferedReader:
        size = self.size(key)
        if size is None:
            raise FileNotFoundError(key)
        return io.BufferedReader(_RangedObject(self.client, self.bucket, key, size), READ_AHEAD_BYTES)

    def size(self, key: str) -> int | None:
        head = self._head(key)
        return None if head is None else int(head["ContentLength"])

    def delete(self, key: str) -> None:
        with _answers(key):
            self.client.delete_object(Bucket=self.bucket, Key=key)

    def keys(self, kind: str, *, stored_before: datetime | None = None) -> Iterator[str]:
        pages = iter(self.client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=f"{kind}/"))
        while True:
            with _answers(kind):
                page = next(pages, None)
            if page is None:
                return
            for entry in page.get("Contents", ()):
                if stored_before is None or entry["LastModified"] < stored_before:
                    yield entry["Key"]

    def link(self, key: str, *, mime: str, file_name: str, seconds: int) -> str | None:
        if self._linker is None:
            return None
        address: str = self._linker.generate_presigned_url(
            "get_object",
            Params={
                "Bucket": self.bucket,
                "Key": key,
                "ResponseContentType": mime,
                "ResponseContentDisposition": f'inline; filename="{file_name}"',
                "ResponseCacheControl": "private, no-store",
            },
            ExpiresIn=seconds,
        )
        return address

    def ensure_bucket(self) -> None:
        """Make the bucket when it is not there yet."""
        try:
            with _answers(self.bucket):
                self.client.head_bucket(Bucket=self.bucket)
        except FileNotFoundError:
            with _answers(self.bucket):
                self.client.create_bucket(Bucket=self.bucket)

    def _head(self, key: str) -> dict[str, Any] | None:
        if not key:
            return None
        try:
            with _answers(key):
                found: dict[str, Any] = self.client.head_object(Bucket=self.bucket, Key=key, ChecksumMode="ENABLED")
        except FileNotFoundError:
            return None
        return found


def _client(place: S3Place, endpoint: str | None) -> Any:
    return boto3.client(
        "s3",
        endpoint_url=endpoint,
        region_name=place.region,
        aws_access_key_id=place.access_key,
        aws_secret_access_key=place.secret_key,
        config=Config(
            signature_version="s3v4",
            s3={"addressing_style": "path"},
            connect_timeout=5,
            read_timeout=60,
            retries={"max_attempts": 4, "mode": "standard"},
        ),
    )


class _RangedObject(io.RawIOBase):
    """An object as a seekable file: each read is a ranged request, so seeking in a long recording costs one of them."""

    def __init__(self, client: Any, bucket: str, key: str, size: int) -> None:
        self._client, self._bucket, self._key, self._size, self._at = client, bucket, key, size, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        origin = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(0, origin + offset)
        return self._at

    def readinto(self, buffer: Any, /) -> int:
        wanted = min(len(buffer), self._size - self._at)
        if wanted <= 0:
            return 0
        span = f"bytes={self._at}-{self._at + wanted - 1}"
        with _answers(self._key):
            body = self._client.get_object(Bucket=self._bucket, Key=self._key, Range=span)["Body"].read()
        buffer[: len(body)] = body
        self._at += len(body)
        return len(body)


@contextmanager
def _answers(key: str) -> Iterator[None]:
    """What the store's client raises, in the words of this house: FileNotFoundError, or Unavailable."""
    try:
        yield
    except ClientError as error:
        if error.response["Error"]["Code"] in MISSING:
            raise FileNotFoundError(key) from error
        raise Unavailable(staging.AWAY) from error
    except BotoCoreError as error:
        raise Unavailable(staging.AWAY) from error


def _same_checksum(head: dict[str, Any], size: int, sha256: str) -> bool:
    """Whether the store says the same hash. A file in several parts has a hash of hashes, which says less: the parts
    were verified one by one, and the size of the whole has been compared."""
    said = head.get("ChecksumSHA256")
    if said is None or "-" in said or size > PART_BYTES:
        return True
    return base64.b64decode(said).hex() == sha256
