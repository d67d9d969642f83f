"""Rows and files must agree. Files that no row names are left by a process that died between the two; they are deleted
once they are old enough to belong to no running upload. Rows without files are never touched: they are reported."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from portal.core import audit, clock, staging, stored
from portal.core.db import compare_and_set, db, transaction
from portal.core.ids import ID_LENGTH
from portal.core.storage import storage
from portal.recordings.models import FileVersion
from portal.recordings.service import copies

GRACE = timedelta(hours=6)
# A form that still sends writes at least this often.
SILENCE = timedelta(hours=1)

# What is lost, and what is left to do. Only an upload and a proof cannot be made again from anything that is here.
LOST = {
    "recordings": "The file of version {row} is lost. Restore {key} from a backup, or ask the applicant for it.",
    "evidence": "The proof {row} is lost. Restore {key} from a backup, or ask the applicant for it.",
    "copies": "The listening copy of version {row} is lost. --apply lets it be made anew. ({key})",
    "waveforms": "The waveform of version {row} is lost. “Check it again” makes it anew. ({key})",
}


@dataclass(frozen=True)
class LostFile:
    """A file that a row promises and that the store does not have."""

    kind: str
    row_id: str
    key: str

    @property
    def sentence(self) -> str:
        words = LOST.get(self.kind, "The file of {row} is lost. ({key})")
        return words.format(row=self.row_id, key=self.key)


def files_without_rows() -> Iterator[str]:
    """Keys older than GRACE that no row names. Looks up a few hundred at a time."""
    for keys in stored.batches(storage(), stored_before=clock.now() - GRACE):
        named = stored.named(keys)
        yield from (key for key in keys if key not in named)


def delete_files_without_rows() -> int:
    """Delete them. Returns how many."""
    count = 0
    for key in files_without_rows():
        storage().delete(key)
        count += 1
    return count


def delete_staged_leftovers() -> int:
    """Delete what forms had sent, and what workers had fetched to read, when they were killed. Returns how many.

    Resumable uploads have names of their own, and a sweep that knows them.
    """
    silent = clock.now().timestamp() - SILENCE.total_seconds()
    left = [
        path
        for path in storage().staging.iterdir()
        if (len(path.name) == ID_LENGTH or path.name.startswith(staging.FETCHED))
        and path.is_file()
        and path.stat().st_mtime < silent
    ]
    for path in left:
        path.unlink(missing_ok=True)
    return len(left)


def rows_without_files() -> Iterator[LostFile]:
    """What rows promise and the store does not have: loss, to be looked at by a person."""
    for naming, row_id, key in stored.promised():
        if storage().size(key) is None:
            yield LostFile(naming.kind, row_id, key)


def make_copies_anew(lost: Iterable[LostFile]) -> int:
    """Let go of the listening copies among what is lost, so that the workers make them again. Returns how many."""
    count = 0
    for one in lost:
        if one.kind == copies.KIND:
            with transaction():
                version = db.session.get_one(FileVersion, one.row_id)
                anew = {"copy_key": "", "copy_mime": "", "copy_attempt": 0, "copy_error": ""}
                if compare_and_set(FileVersion, one.row_id, expected={"copy_key": one.key}, values=anew):
                    audit.record("recording.copy_lost", version, before={"copy": one.key})
                    count += 1
    return count
