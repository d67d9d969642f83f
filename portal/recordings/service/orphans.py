"""Rows and files must agree. Files that no row names are left by a process that died between the two; they are deleted
once they are old enough to belong to no running upload. Rows without files are never touched: they are reported."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

from portal.core import clock
from portal.core.db import db
from portal.core.ids import ID_LENGTH
from portal.core.storage import storage
from portal.recordings.models import FileVersion, Trial, Upload
from portal.recordings.service import trials
from portal.recordings.service.receive import KIND
from portal.recordings.states import Processing

GRACE = timedelta(hours=6)
# A form that still sends writes at least this often.
SILENCE = timedelta(hours=1)

# An upload writes its key down before its file moves there.
NAMED_BY: dict[str, tuple[InstrumentedAttribute[str], ...]] = {
    KIND: (FileVersion.storage_key, Upload.storage_key),
    "waveforms": (FileVersion.waveform_key,),
    "copies": (FileVersion.copy_key,),
    trials.KIND: (Trial.storage_key,),
}


def files_without_rows() -> Iterator[str]:
    """Keys older than GRACE that no row names. Looks up a few hundred at a time."""
    for kind, columns in NAMED_BY.items():
        batch: list[str] = []
        for key in storage().keys(kind):
            if clock.now() - storage().stored_at(key) > GRACE:
                batch.append(key)
            if len(batch) == 500:
                yield from _unnamed(batch, columns)
                batch = []
        yield from _unnamed(batch, columns)


def delete_files_without_rows() -> int:
    """Delete them. Returns how many."""
    count = 0
    for key in files_without_rows():
        storage().delete(key)
        count += 1
    return count


def delete_staged_leftovers() -> int:
    """Delete what forms had sent when their process was killed. Returns how many.

    Resumable uploads have names of their own, and a sweep that knows them.
    """
    silent = clock.now().timestamp() - SILENCE.total_seconds()
    left = [
        path
        for path in storage().staging.iterdir()
        if len(path.name) == ID_LENGTH and path.is_file() and path.stat().st_mtime < silent
    ]
    for path in left:
        path.unlink(missing_ok=True)
    return len(left)


def rows_without_files() -> Iterator[str]:
    """Ids of file versions whose file is missing: loss, to be looked at by a person."""
    statement = sa.select(FileVersion.id, FileVersion.storage_key).where(FileVersion.state != Processing.PURGED)
    for version_id, key in db.session.execute(statement.execution_options(yield_per=500)):
        if storage().size(key) is None:
            yield version_id


def _unnamed(keys: list[str], columns: tuple[InstrumentedAttribute[str], ...]) -> Iterator[str]:
    named = {key for column in columns for key in db.session.scalars(sa.select(column).where(column.in_(keys)))}
    yield from (key for key in keys if key not in named)
