"""A disk that is full, for real: a small file system of the test's own. It is said in words, and nothing is lost."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.applications.service import uploads
from portal.core import clock
from portal.core.db import db
from portal.core.errors import Unavailable
from portal.core.settings import Settings
from portal.recordings.models import FileVersion, Upload
from portal.recordings.states import UploadState
from tests.factories.applications import NOW, make_application
from tests.factories.cast import acting_as
from tests.integration.uploads.test_replacing import SOUND, begin_whole
from tests.services.lacking import lacking

REPO = Path(__file__).resolve().parents[3]
OPENING = """
import hashlib, subprocess, sys
from io import BytesIO
from pathlib import Path
from portal.core import staging
from portal.core.errors import Unavailable
from portal.core.local_storage import LocalStorage

staging.FREE_RESERVE_BYTES = 0
disk = Path(sys.argv[1])
sound = bytes(range(256)) * 1000
"""
# The file is all there, but not one more name fits on the disk: neither a folder nor a file.
NO_ROOM_FOR_A_NAME = """
store = LocalStorage(disk / "store")
staged = store.staging / "arrived"
staged.write_bytes(sound)
key = staging.new_key("recordings")
try:
    store.adopt(staged, key=key)
except Unavailable as refused:
    print(refused.message)
print(staged.read_bytes() == sound, store.size(key))
subprocess.run(["mount", "-o", "remount,nr_inodes=50", str(disk)], check=True)
kept = store.adopt(staged, key=key)
print(kept.sha256 == hashlib.sha256(sound).hexdigest(), store.size(key), staged.exists())
"""
NO_ROOM_FOR_THE_BYTES = """
store = LocalStorage(disk / "store")
first = store.put(BytesIO(sound), kind="recordings", max_bytes=10**9)
try:
    store.put(BytesIO(sound * 10), kind="recordings", max_bytes=10**9)
except Unavailable as refused:
    print(refused.message)
print(list(store.keys("recordings")) == [first.key], list(store.staging.iterdir()))
with store.open(first.key) as file:
    print(file.read() == sound)
print(store.put(BytesIO(sound), kind="recordings", max_bytes=10**9).size_bytes)
"""
NO_ROOM_FOR_A_PIECE = """
from portal.core.resumable import StagedUpload

class Meanwhile(BytesIO):
    def read(self, size=-1):
        (disk / "another").write_bytes(bytes(700_000))
        return super().read(size)

upload = StagedUpload(disk, "a1")
upload.create()
try:
    upload.append(Meanwhile(sound * 3), at=0, most=len(sound) * 3)
except Unavailable as refused:
    print(refused.message)
arrived = upload.offset()
print(0 < arrived < len(sound) * 3, upload.path.read_bytes() == (sound * 3)[:arrived])
"""
FULL = "The server has no room for more files just now. Please try again later."


def on_a_small_disk(script: str, options: str, tmp_path: Path) -> list[str]:
    """Run a script in a mount namespace of its own, with a file system of this size. What it printed, by lines."""
    disk, program = tmp_path / "disk", tmp_path / "script.py"
    disk.mkdir()
    program.write_text(OPENING + script)
    mounted = f'mount -t tmpfs -o {options} tmpfs "$1" && exec "$0" "$2" "$1"'
    command = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", mounted, sys.executable, disk, program]
    try:
        subprocess.run([*command[:4], "mount", "-t", "tmpfs", "tmpfs", disk], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        lacking("a file system of one's own", remedy="allow user namespaces on this machine")
    done = subprocess.run(
        command, cwd=REPO, env={"PYTHONPATH": str(REPO)}, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_a_file_that_cannot_be_moved_stays_in_staging_and_is_moved_later(tmp_path: Path) -> None:
    # The file system's own folder, the store, its staging, and the file: four names, and there is no fifth.
    said = on_a_small_disk(NO_ROOM_FOR_A_NAME, "size=2m,nr_inodes=4", tmp_path)
    assert said == [FULL, "True None", "True 256000 False"]


def test_a_disk_that_fills_up_on_the_way_is_said_and_leaves_nothing_half(tmp_path: Path) -> None:
    said = on_a_small_disk(NO_ROOM_FOR_THE_BYTES, "size=1m", tmp_path)
    assert said == [FULL, "True []", "True", "256000"]


def test_a_disk_that_fills_up_under_a_piece_is_said_and_what_arrived_stays(tmp_path: Path) -> None:
    assert on_a_small_disk(NO_ROOM_FOR_A_PIECE, "size=1m", tmp_path) == [FULL, "True True"]


def test_an_upload_whose_file_cannot_be_moved_is_finished_later(session: Session, settings: Settings) -> None:
    with clock.frozen(NOW):
        application = make_application()
        upload_id = begin_whole(application.recordings[0])
        # A file lies where the folder should be: the move fails in the operating system.
        in_the_way = settings.storage_dir / "recordings"
        in_the_way.write_bytes(b"")
        found = uploads.placed_upload(upload_id)
        assert found is not None
        actor = acting_as(application.applicant)
        with pytest.raises(Unavailable, match="could not store the file just now"):
            uploads.finish(found, actor=actor)
        assert db.session.get_one(Upload, upload_id).state is UploadState.OPEN
        assert session.scalars(sa.select(FileVersion.number)).all() == [1]

        in_the_way.unlink()
        version = uploads.finish(found, actor=actor)
    assert version is not None
    assert (version.number, version.size_bytes) == (2, len(SOUND))
