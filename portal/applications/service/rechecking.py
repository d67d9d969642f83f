"""Today's rules over yesterday's measurements: see what would change, then let it. Nothing is decoded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from portal.applications.models import Application
from portal.checks.evaluate import Finding, Verdict, evaluate, verdict
from portal.checks.report import ENGINE
from portal.core.db import db
from portal.core.errors import Stale
from portal.programmes.models import RuleSet, Slot
from portal.programmes.queries import current_rule_sets
from portal.programmes.technical_rules import specs_of
from portal.recordings import queries
from portal.recordings.measured import Measured, newest_reports
from portal.recordings.models import FileVersion, Recording
from portal.recordings.service.judging import comparison_checks, measure_again, rejudge

REASON = "Measured again because the engine has changed since."
_AT_A_TIME = 500


@dataclass(frozen=True)
class Named:
    """A recording as people speak of it."""

    version_id: str
    number: str
    title: str


@dataclass(frozen=True)
class Change:
    """A recording whose verdict would be another one, and the checks that now decide it."""

    recording: Named
    before: Verdict | None
    after: Verdict
    because: tuple[str, ...]


@dataclass(frozen=True)
class Preview:
    """`outdated` were measured by another engine, or lie in a shape that we read no more: they are not judged."""

    examined: int
    changes: Sequence[Change]
    outdated: Sequence[tuple[Named, str]]


def preview(*, intake_id: str | None = None) -> Preview:
    """Judge everything that stands, in one intake or in all, by the rules that are in force. Changes nothing.

    Memory grows with the changes alone: reports are read one after the other.
    """
    slot_ids = db.session.scalars(
        sa.select(Slot.id).where(sa.true() if intake_id is None else Slot.intake_id == intake_id)
    ).all()
    rule_sets = current_rule_sets(slot_ids)
    examined = 0
    found: dict[str, tuple[Verdict | None, Verdict, tuple[str, ...]]] = {}
    outdated: dict[str, str] = {}
    for one in newest_reports(slot_ids):
        examined += 1
        if one.report is None or one.engine != ENGINE:
            outdated[one.version_id] = one.engine
            continue
        after, because = _judged(one, rule_sets.get(one.slot_id))
        if after is not one.verdict:
            found[one.version_id] = (one.verdict, after, because)
    names = {name.version_id: name for name in _named([*found, *outdated])}
    return Preview(
        examined=examined,
        changes=[Change(name, *found[key]) for key, name in names.items() if key in found],
        outdated=[(name, outdated[key]) for key, name in names.items() if key in outdated],
    )


def apply(changes: Iterable[Change]) -> int:
    """Judge these again, each in a transaction of its own with its audit entry. Returns how many now differ."""
    return sum(rejudge(change.recording.version_id) is not change.before for change in changes)


def measure(outdated: Iterable[tuple[Named, str]]) -> int:
    """Ask the workers to measure these again. Returns how many were asked for."""
    asked = 0
    for name, _engine in outdated:
        version = db.session.get(FileVersion, name.version_id)
        if version is None:
            continue
        try:
            measure_again(version, actor=None, reason=REASON)
        except Stale:
            continue  # replaced or measured meanwhile
        asked += 1
    return asked


def _judged(one: Measured, rule_set: RuleSet | None) -> tuple[Verdict, tuple[str, ...]]:
    report = one.report
    assert report is not None  # noqa: S101 - for the type checker; outdated reports are left out before
    findings = [*evaluate(report, specs_of(rule_set)), *_beside_others(one.version_id)]
    after = verdict(findings)
    deciding = tuple(finding.check_key for finding in findings if verdict([finding]) is after is not Verdict.CLEAN)
    return after, deciding


def _beside_others(version_id: str) -> list[Finding]:
    beside_others = comparison_checks()
    return [finding for finding in queries.findings_of(version_id) if finding.check_key in beside_others]


def _named(version_ids: Sequence[str]) -> Iterator[Named]:
    """In the order of the applications within each part."""
    for start in range(0, len(version_ids), _AT_A_TIME):
        rows = db.session.execute(
            sa.select(FileVersion.id, Application.number, Recording.title)
            .join(Recording, Recording.id == FileVersion.recording_id)
            .join(Application, Application.id == Recording.application_id)
            .where(FileVersion.id.in_(version_ids[start : start + _AT_A_TIME]))
            .order_by(Application.number, Recording.position)
        )
        yield from (Named(version_id, number, title) for version_id, number, title in rows)
