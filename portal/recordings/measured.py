"""Stored reports, read one at a time: what was measured can be judged by any rules without decoding anything again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from portal.checks.check import Audience, Severity
from portal.checks.evaluate import UNMEASURED_TOLD_BY, Effect, RuleSpec, Verdict, evaluate
from portal.checks.registry import get_check
from portal.checks.report import SCHEMA_VERSION, AudioReport
from portal.core.db import db
from portal.recordings.models import FileVersion, Recording, Report
from portal.recordings.states import SETTLED

AT_A_TIME = 50
REMARKS = frozenset({Effect.WARN, Effect.INFORM})
SAID = frozenset(Effect) - {Effect.NONE}


@dataclass(frozen=True)
class Measured:
    """A recording that stands, with its newest report; `report` is None when it has a shape that we read no more."""

    version_id: str
    slot_id: str
    verdict: Verdict | None
    engine: str
    report: AudioReport | None


@dataclass(frozen=True)
class Effects:
    """What other rules would do to recordings: how many they turn away now and then, how many they newly remark on.

    `examined` counts the recordings; `reasons` the checks (by key) that stop one which was not stopped before, and
    `remarks` those that remark on one of which they said nothing before.
    """

    examined: int
    stopped_now: int
    stopped_then: int
    newly_stopped: int
    reasons: Counter[str]
    newly_remarked: int
    remarks: Counter[str]


def newest_reports(slot_ids: Sequence[str], *, limit: int | None = None) -> Iterator[Measured]:
    """The reports of what stands in these slots, newest first. Holds AT_A_TIME of them."""
    statement = (
        sa.select(
            FileVersion.id, Recording.slot_id, FileVersion.verdict, Report.engine, Report.schema_version, Report.body
        )
        .join(Recording, Recording.id == FileVersion.recording_id)
        .join(Report, sa.and_(Report.file_version_id == FileVersion.id, Report.generation == FileVersion.generation))
        .where(Recording.slot_id.in_(slot_ids), Recording.removed_at.is_(None), FileVersion.state.in_(SETTLED))
        .order_by(Report.created_at.desc(), Report.id)
        .limit(limit)
    )
    rows = db.session.execute(statement.execution_options(yield_per=AT_A_TIME))
    for version_id, slot_id, found, engine, schema_version, body in rows:
        report = AudioReport.from_json(body) if schema_version == SCHEMA_VERSION else None
        yield Measured(version_id, slot_id, found, engine, report)


def effects(reports: Iterable[AudioReport], old: Sequence[RuleSpec], new: Sequence[RuleSpec]) -> Effects:
    """Judge reports by two sets of rules; count those that must not be submitted, and those with a new remark. Pure.

    What both sets ask is judged once: whether a recording is turned away does not depend on the order of its reasons.
    """
    told_by_old, told_by_new = concerned(old, old, new), concerned(new, old, new)
    common = blocking(rule for rule in old if rule in new)
    dropped, added = (blocking(rule for rule in one if rule not in other) for one, other in ((old, new), (new, old)))
    examined = stopped_now = stopped_then = newly_stopped = newly_remarked = 0
    reasons: Counter[str] = Counter()
    remarks: Counter[str] = Counter()
    for report in reports:
        in_both = stopped_by(report, common)
        now, then = in_both or stopped_by(report, dropped), in_both or stopped_by(report, added)
        examined += 1
        stopped_now += bool(now)
        stopped_then += bool(then)
        if then and not now:
            newly_stopped += 1
            reasons.update(then)
        further = _told(report, told_by_new, REMARKS) - _told(report, told_by_old, SAID)
        newly_remarked += bool(further)
        remarks.update(further)
    return Effects(examined, stopped_now, stopped_then, newly_stopped, reasons, newly_remarked, remarks)


def changed(old: Sequence[RuleSpec], new: Sequence[RuleSpec]) -> set[str]:
    """The checks (by key) that two sets of rules ask differently, in whatever order they stand."""
    return {rule.check_key for one, other in ((old, new), (new, old)) for rule in one if rule not in other}


def concerned(rules: Sequence[RuleSpec], old: Sequence[RuleSpec], new: Sequence[RuleSpec]) -> list[RuleSpec]:
    """Those of the rules whose remarks may be others after the change, with those that may speak in their place."""
    different = changed(old, new)
    tellers = {rule.check_key: {*get_check(rule.check_key).told_by, *UNMEASURED_TOLD_BY} for rule in (*old, *new)}
    touched = {key for key, speakers in tellers.items() if key in different or speakers & different}
    needed = touched.union(*(tellers[key] for key in touched))
    return [rule for rule in rules if rule.check_key in needed]


def _told(report: AudioReport, rules: Sequence[RuleSpec], wanted: frozenset[Effect]) -> set[str]:
    return {
        finding.check_key
        for finding in evaluate(report, rules)
        if finding.effect in wanted and finding.audience is Audience.APPLICANT
    }


def blocking(rules: Iterable[RuleSpec]) -> list[RuleSpec]:
    """The rules that can turn a recording away. The others have no say in that."""
    return [rule for rule in rules if rule.severity is Severity.BLOCK]


def stopped_by(report: AudioReport, rules: Sequence[RuleSpec]) -> list[str]:
    """The keys of the checks that forbid submitting this recording under these rules. Pure."""
    return [
        finding.check_key
        for finding in evaluate(report, rules)
        if finding.effect is Effect.BLOCK and finding.audience is Audience.APPLICANT
    ]
