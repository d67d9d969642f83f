"""Reading recordings: what is current, what was found, what still moves."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import aliased, selectinload

from portal.checks.check import Audience
from portal.checks.evaluate import Effect, Finding, Verdict, remarks
from portal.checks.file_facts import Health
from portal.checks.report import AudioReport
from portal.core import clock
from portal.core.db import db
from portal.recordings.models import FileVersion, Outcome, Recording, Report, Waiver
from portal.recordings.states import MOVING, Processing

GONE = (Processing.SUPERSEDED, Processing.PURGED)


def recording(recording_id: str) -> Recording | None:
    """A recording that has not been removed."""
    found = db.session.get(Recording, recording_id)
    return None if found is None or found.removed_at is not None else found


def recordings_of(application_id: str) -> Sequence[Recording]:
    """All recordings of an application in order, with credits and versions. Three queries."""
    return db.session.scalars(
        sa.select(Recording)
        .where(Recording.application_id == application_id, Recording.removed_at.is_(None))
        .options(selectinload(Recording.credits), selectinload(Recording.versions))
        .order_by(Recording.slot_id, Recording.position, Recording.created_at)
    ).all()


def current_version(item: Recording) -> FileVersion | None:
    """The newest version that stands, from the loaded versions. What was handed in stands also without its files."""
    newest = [v for v in item.versions if v.state is not Processing.SUPERSEDED][-1:]
    gone = [v for v in newest if v.state is Processing.PURGED and v.submitted_at is None]
    return newest[0] if newest and not gone else None


def stands() -> sa.ColumnElement[bool]:
    """Whether a `FileVersion` is its recording's current one, as a condition in SQL."""
    newer = aliased(FileVersion)
    is_newest = ~sa.exists().where(newer.recording_id == FileVersion.recording_id, newer.number > FileVersion.number)
    handed_in = sa.and_(FileVersion.state == Processing.PURGED, FileVersion.submitted_at.is_not(None), is_newest)
    return sa.or_(FileVersion.state.not_in(GONE), handed_in)


def version(version_id: str) -> FileVersion | None:
    return db.session.get(FileVersion, version_id)


def findings_of(version_id: str) -> list[Finding]:
    """Everything that the checks said, in the order of the rules."""
    rows = db.session.scalars(
        sa.select(Outcome.finding).where(Outcome.file_version_id == version_id).order_by(Outcome.position)
    )
    return [Finding.from_plain(row) for row in rows]


def waived_checks(version_id: str) -> dict[str, Waiver]:
    """The waivers of a version by check key."""
    rows = db.session.scalars(sa.select(Waiver).where(Waiver.file_version_id == version_id))
    return {waiver.check_key: waiver for waiver in rows}


def remarks_for(version_id: str, *, audience: Audience) -> list[Finding]:
    """What this reader must be told, strongest first."""
    return remarks(findings_of(version_id), audience=audience)


def standing_verdicts(version_ids: Sequence[str]) -> dict[str, Verdict]:
    """The verdict of each checked version, with waived checks left out. Two queries for any number of versions.

    BLOCKED stays only while a blocking finding has no waiver; what is waived counts as a remark.
    """
    if not version_ids:
        return {}
    rows = db.session.execute(sa.select(FileVersion.id, FileVersion.verdict).where(FileVersion.id.in_(version_ids)))
    verdicts = {version_id: found for version_id, found in rows if found is not None}
    strict = [key for key, value in verdicts.items() if value in (Verdict.BLOCKED, Verdict.NOT_MEASURED)]
    if strict:
        verdicts.update(_after_waivers(strict))
    return verdicts


def _after_waivers(version_ids: list[str]) -> dict[str, Verdict]:
    rows = db.session.execute(
        sa.select(Outcome.file_version_id, Outcome.finding)
        .outerjoin(
            Waiver, sa.and_(Waiver.file_version_id == Outcome.file_version_id, Waiver.check_key == Outcome.check_key)
        )
        .where(Outcome.file_version_id.in_(version_ids), Waiver.id.is_(None))
    )
    left: dict[str, Verdict] = dict.fromkeys(version_ids, Verdict.REMARKS)
    for version_id, finding in rows:
        if finding["audience"] != Audience.APPLICANT.value:
            continue
        if finding["effect"] == Effect.BLOCK.value:
            left[version_id] = Verdict.BLOCKED
        elif finding["effect"] == Effect.NEEDS_STAFF.value and left[version_id] is not Verdict.BLOCKED:
            left[version_id] = Verdict.NOT_MEASURED
    return left


def standing_blocks(version_ids: Sequence[str]) -> dict[str, list[Finding]]:
    """The findings that forbid submitting and that nobody has waived, by version, in order. One query."""
    rows = db.session.execute(
        sa.select(Outcome.file_version_id, Outcome.finding)
        .outerjoin(
            Waiver, sa.and_(Waiver.file_version_id == Outcome.file_version_id, Waiver.check_key == Outcome.check_key)
        )
        .where(Outcome.file_version_id.in_(version_ids), Waiver.id.is_(None))
        .order_by(Outcome.file_version_id, Outcome.position)
    )
    found: dict[str, list[Finding]] = {}
    for version_id, plain in rows:
        finding = Finding.from_plain(plain)
        if finding.audience is Audience.APPLICANT and finding.effect is Effect.BLOCK:
            found.setdefault(version_id, []).append(finding)
    return found


def lengths_of(version_ids: Sequence[str]) -> dict[str, float]:
    """Decoded length in seconds of those versions that were measured. One query."""
    rows = db.session.execute(
        sa.select(FileVersion.id, FileVersion.duration_s).where(
            FileVersion.id.in_(version_ids), FileVersion.duration_s.is_not(None)
        )
    )
    return {version_id: duration_s for version_id, duration_s in rows if duration_s is not None}


def newest_report(version_id: str) -> AudioReport | None:
    """The newest measurement of a version, or None when there is none."""
    body = db.session.scalar(
        sa.select(Report.body).where(Report.file_version_id == version_id).order_by(Report.generation.desc()).limit(1)
    )
    return AudioReport.from_json(body) if body is not None else None


def is_moving(item: FileVersion) -> bool:
    """Whether a page that shows this version should ask again."""
    return item.state in MOVING


def counts_by_state() -> dict[str, int]:
    """How many file versions stand where; for the status page."""
    rows = db.session.execute(sa.select(FileVersion.state, sa.func.count()).group_by(FileVersion.state))
    return {state.value: count for state, count in rows}


def newest_health() -> Health | None:
    """How the newest measurement went, and what confined it. None when nothing readable was measured yet."""
    body = db.session.scalar(sa.select(Report.body).order_by(Report.created_at.desc()).limit(1))
    return AudioReport.from_json(body).health if body is not None else None


def waiting_longest_s() -> float | None:
    """Seconds since the oldest unchecked version was received; for the status page."""
    oldest = db.session.scalar(
        sa.select(sa.func.min(FileVersion.received_at)).where(
            FileVersion.state.in_((Processing.RECEIVED, Processing.CHECKING))
        )
    )
    return (clock.now() - oldest).total_seconds() if oldest is not None else None
