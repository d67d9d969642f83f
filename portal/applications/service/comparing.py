"""Recordings of a programme compared with each other: sent twice, sent by two people, or the same sound again.

It is a task of its own, after the check: nobody waits for it. Equal files and equal samples are found by an index.
Likeness is found by reading all acoustic fingerprints of the programme once, BATCH at a time: about 4 kB and 2 ms for
each recording that is there already, so 6 s among 3,000, in memory that does not grow with them. An index of single
words would read less, and would miss what this is for: at 20 % differing bits hardly one word in a thousand is equal.
Other programmes are never looked into: their staff and ours may not know of each other's applicants.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from portal.applications.models import Application
from portal.checks.evaluate import Effect
from portal.checks.portfolio import Comparison, Twin
from portal.core import audit, clock
from portal.core.db import db, transaction
from portal.programmes.models import Intake, Slot
from portal.recordings.models import FileVersion, Fingerprint, Recording, Report
from portal.recordings.service import fingerprints
from portal.recordings.service.judging import judge_comparison

BATCH = 200
MOST_TWINS = 20


@dataclass(frozen=True)
class Subject:
    """The recording that is compared. `words` is empty when it has too little sound to be recognised by."""

    version_id: str
    generation: int
    application_id: str
    programme_id: str
    pcm_sha256: str
    sha256: str
    words: tuple[int, ...]


@dataclass(frozen=True)
class Other:
    """A recording of another application of the programme."""

    version_id: str
    words: tuple[int, ...]


@dataclass(frozen=True)
class Likeness:
    """What the acoustic comparison found: share of differing bits, and where the common part begins in both."""

    version_id: str
    bit_error_rate: float
    here_s: float
    there_s: float


def begin(version_id: str, *, generation: int) -> Subject | None:
    """Read what is to be compared. None when nothing is owed, or it was tried MAX_ATTEMPTS times."""
    with transaction():
        found = db.session.execute(
            _with_its_place(Fingerprint, Recording.application_id, Intake.programme_id, FileVersion.sha256).where(
                Fingerprint.file_version_id == version_id,
                Fingerprint.generation == generation,
                Fingerprint.compared_at.is_(None),
                Fingerprint.attempt < fingerprints.MAX_ATTEMPTS,
            )
        ).first()
        if found is None:
            return None
        row, application_id, programme_id, sha256 = found
        row.attempt += 1
        words = fingerprints.unpacked(row.words)
        return Subject(version_id, generation, application_id, programme_id, row.pcm_sha256, sha256, words)


def others(subject: Subject) -> Iterator[Other]:
    """Everything in the programme that may sound like it: of other applications, and not equal to the last sample.

    Holds BATCH rows, and no transaction while the caller compares.
    """
    after = ""
    while True:
        rows = db.session.execute(
            _with_its_place(Fingerprint.file_version_id, Fingerprint.words)
            .where(
                Intake.programme_id == subject.programme_id,
                Recording.application_id != subject.application_id,
                Fingerprint.pcm_sha256 != subject.pcm_sha256,
                Fingerprint.file_version_id > after,
            )
            .order_by(Fingerprint.file_version_id)
            .limit(BATCH)
        ).all()
        db.session.rollback()
        yield from (Other(version_id, fingerprints.unpacked(words)) for version_id, words in rows)
        if len(rows) < BATCH:
            return
        after = rows[-1][0]


def record(subject: Subject, likenesses: Sequence[Likeness]) -> bool:
    """Let the checks say what was found, and let the others say it too. False when the version has moved on."""
    with transaction():
        row = db.session.scalar(
            sa.select(Fingerprint)
            .where(Fingerprint.file_version_id == subject.version_id, Fingerprint.generation == subject.generation)
            .with_for_update()
        )
        report_id = _report_of(subject)
        if row is None or report_id is None:
            return False
        version = db.session.get_one(FileVersion, subject.version_id)
        exact = _exact_twins(subject)
        acoustic = _acoustic_twins(subject, likenesses)
        comparison = Comparison(exact=tuple(exact.values()), acoustic=tuple(acoustic.values()))
        findings = judge_comparison(version, comparison, report_id=report_id)
        row.compared_at, row.alike = clock.now(), [*exact, *acoustic]
        _tell(row)
        audit.record(
            "recording.compare",
            version,
            after={one.check_key: one.measured for one in findings if one.effect is not Effect.NONE},
            application_id=subject.application_id,
            programme_id=subject.programme_id,
        )
        return True


def _tell(row: Fingerprint) -> None:
    """Those that were compared before this one was there do not name it yet."""
    unaware = sa.select(Fingerprint.file_version_id).where(
        Fingerprint.file_version_id.in_(row.alike), Fingerprint.compared_at < row.created_at
    )
    fingerprints.ask_again(db.session.scalars(unaware).all())


def _exact_twins(subject: Subject) -> dict[str, Twin]:
    same_sound = sa.and_(Fingerprint.pcm_sha256 == subject.pcm_sha256, Fingerprint.pcm_sha256 != "")
    same_bytes = FileVersion.sha256 == subject.sha256
    rows = db.session.execute(
        _named(same_bytes.label("same_bytes"))
        .where(_beside(subject), sa.or_(same_sound, same_bytes))
        .order_by(Application.number, Recording.position)
        .limit(MOST_TWINS)
    )
    return {row.version_id: _twin(subject, row, same_bytes=bool(row.same_bytes), same_sound=True) for row in rows}


def _acoustic_twins(subject: Subject, likenesses: Sequence[Likeness]) -> dict[str, Twin]:
    found = {one.version_id: one for one in likenesses[:MOST_TWINS]}
    rows = db.session.execute(_named().where(_beside(subject), FileVersion.id.in_(found)))
    twins = {}
    for row in rows:
        like = found[row.version_id]
        twins[row.version_id] = _twin(
            subject, row, bit_error_rate=like.bit_error_rate, here_s=like.here_s, there_s=like.there_s
        )
    return twins


def _twin(subject: Subject, row: sa.Row[Any], **said: Any) -> Twin:
    """An applicant reads file and slot of the own recording, which stay; staff the other application's number."""
    if row.application_id == subject.application_id:
        return Twin(name=f"another recording (“{row.original_name}” in “{row.slot_title}”)", own=True, **said)
    title = row.title.strip() or "a recording without a title"
    return Twin(name=f"{row.number} (“{title}”)", own=False, **said)


def _named(*more: Any) -> sa.Select[Any]:
    return _with_its_place(
        FileVersion.id.label("version_id"),
        Recording.application_id,
        Recording.title,
        Application.number,
        Slot.title.label("slot_title"),
        FileVersion.original_name,
        *more,
    ).join(Slot, Slot.id == Recording.slot_id)


def _beside(subject: Subject) -> sa.ColumnElement[bool]:
    own_item = sa.select(FileVersion.recording_id).where(FileVersion.id == subject.version_id).scalar_subquery()
    return sa.and_(Intake.programme_id == subject.programme_id, Recording.id != own_item)


def _with_its_place(*columns: Any) -> sa.Select[Any]:
    """Fingerprints of what stands, with version, recording, application and intake."""
    return (
        sa.select(*columns)
        .select_from(Fingerprint)
        .join(FileVersion, FileVersion.id == Fingerprint.file_version_id)
        .join(Recording, Recording.id == FileVersion.recording_id)
        .join(Application, Application.id == Recording.application_id)
        .join(Intake, Intake.id == Application.intake_id)
        .where(fingerprints.standing())
    )


def _report_of(subject: Subject) -> str | None:
    found: str | None = db.session.scalar(
        sa.select(Report.id).where(
            Report.file_version_id == subject.version_id, Report.generation == subject.generation
        )
    )
    return found
