"""From a dataset and a format to bytes. Reads one snapshot; holds a few hundred rows at a time."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from typing import BinaryIO

import sqlalchemy as sa

from portal.core import clock
from portal.exports.columns import Dataset, Sheet, values_of
from portal.exports.datasets.reading import snapshot
from portal.exports.format import Format
from portal.programmes.models import Intake, Programme

REPORT_EVERY = 500

Progress = Callable[[int], None]


def count(dataset: Dataset, intake_id: str) -> int:
    """How many rows the export would have now."""
    with snapshot() as read:
        return dataset.count(read, intake_id)


def write(
    stream: BinaryIO,
    *,
    dataset: Dataset,
    form: Format,
    intake_id: str,
    progress: Progress = lambda done: None,
) -> int:
    """Write the whole export into the stream and return the number of rows. `progress` hears of every few hundred."""
    done = 0
    with snapshot() as read, closing(dataset.rows(read, intake_id)) as rows:
        writer = form.open(stream, _sheet(read, dataset, intake_id))
        try:
            for done, row in enumerate(rows, start=1):
                writer.write(values_of(row))
                if done % REPORT_EVERY == 0:
                    progress(done)
        finally:
            writer.finish()
    return done


def file_name(intake: Intake, dataset: Dataset, form: Format) -> str:
    """`music-production-fall-2027-decisions.csv`: plain letters only, it travels in a header."""
    words = f"{intake.programme.slug} {intake.title} {dataset.key}".casefold()
    plain = "".join(letter if letter.isascii() and letter.isalnum() else " " for letter in words)
    return f"{'-'.join(plain.split())}.{form.extension}"


def _sheet(read: sa.Connection, dataset: Dataset, intake_id: str) -> Sheet:
    facts = read.execute(
        sa.select(Programme.degree, Programme.title, Intake.title.label("intake"), Intake.time_zone)
        .join(Programme, Programme.id == Intake.programme_id)
        .where(Intake.id == intake_id)
    ).one()
    return Sheet(
        dataset=dataset.key,
        columns=dataset.columns,
        programme=f"{facts.degree} {facts.title}".strip(),
        intake=facts.intake,
        time_zone=facts.time_zone,
        exported_at=clock.now(),
    )
