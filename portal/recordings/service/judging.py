"""From a stored report to stored outcomes, under the rules that the slot has now. Nothing is decoded here."""

from __future__ import annotations

import sqlalchemy as sa

from portal.accounts.actor import Actor
from portal.checks.check import Severity
from portal.checks.evaluate import Finding, RuleSpec, Verdict, evaluate, verdict
from portal.checks.portfolio import Comparison
from portal.checks.registry import all_checks
from portal.checks.report import AudioReport
from portal.core import audit, clock, queue
from portal.core.db import compare_and_set, db, transaction
from portal.core.errors import Stale
from portal.core.states import next_state
from portal.programmes.models import RuleSet
from portal.programmes.queries import current_rule_set
from portal.recordings import queries
from portal.recordings.errors import NoRules
from portal.recordings.models import FileVersion, Outcome, Recording, Report
from portal.recordings.service import fingerprints
from portal.recordings.states import STEPS, Processing, ProcessingAction

# What is said of a recording by itself stands before what is said of it beside others.
_AFTER_THE_REPORT = 1000


def judge_report(version: FileVersion, report: AudioReport, *, report_id: str) -> Verdict:
    """Write the outcomes of a report under the slot's current rules, in place of older ones. Inside a command.

    A blocking rule that could not be measured brings the version to the staff: not measured is never a pass.
    """
    rule_set = _rules_of(version)
    findings = evaluate(report, rule_specs(rule_set))
    _replace_outcomes(version, findings, of_comparison=False, rule_set=rule_set, report_id=report_id)
    found = verdict(queries.findings_of(version.id))
    values: dict[str, object] = {"verdict": found}
    if found is Verdict.NOT_MEASURED and version.state is Processing.CHECKED:
        values["state"] = Processing.NEEDS_STAFF
        values["staff_reason"] = "A check that this slot depends on could not be carried out."
    compare_and_set(FileVersion, version.id, expected={"generation": version.generation}, values=values)
    return found


def judge_comparison(version: FileVersion, comparison: Comparison, *, report_id: str) -> list[Finding]:
    """Write what the checks say of a recording beside others, in place of what they said before. Inside a command."""
    rule_set = _rules_of(version)
    findings = evaluate(comparison, rule_specs(rule_set))
    _replace_outcomes(version, findings, of_comparison=True, rule_set=rule_set, report_id=report_id)
    values = {"verdict": verdict(queries.findings_of(version.id))}
    compare_and_set(FileVersion, version.id, expected={"generation": version.generation}, values=values)
    return findings


def comparison_checks() -> list[str]:
    """The keys of the checks that judge a recording beside others."""
    return [key for key, check in all_checks().items() if check.subject is Comparison]


def rule_specs(rule_set: RuleSet) -> list[RuleSpec]:
    """The stored rules as `checks` takes them."""
    return [
        RuleSpec(check_key=rule["check_key"], severity=Severity(rule["severity"]), params=rule.get("params", {}))
        for rule in rule_set.rules
    ]


def rejudge(version_id: str) -> Verdict | None:
    """Judge the newest report again under the rules of today. None when there is no report that this code can read."""
    with transaction():
        version = db.session.get(FileVersion, version_id)
        row = db.session.scalar(
            sa.select(Report).where(Report.file_version_id == version_id).order_by(Report.generation.desc()).limit(1)
        )
        if version is None or row is None:
            return None
        before = version.verdict
        report = AudioReport.from_json(row.body)
        after = judge_report(version, report, report_id=row.id)
        fingerprints.ask_again([version.id])
        audit.record("recording.rejudge", version, before={"verdict": before}, after={"verdict": after})
        return after


def measure_again(version: FileVersion, *, actor: Actor | None, reason: str) -> None:
    """Ask for a new measurement, for instance after a failure of the house. The older report stays.

    Without an actor it is the command line that asks. Raises Stale, and Impossible while it is being measured.
    """
    with transaction():
        now = clock.now()
        generation = version.generation + 1
        done = compare_and_set(
            FileVersion,
            version.id,
            expected={"state": version.state, "generation": version.generation},
            values={
                "state": next_state(STEPS, version.state, ProcessingAction.REQUEUE),
                "generation": generation,
                "attempt": 0,
                "queued_at": now,
                "staff_reason": "",
                "copy_attempt": 0,
                "copy_error": "",
            },
        )
        if not done:
            raise Stale
        audit.record("recording.measure_again", version, actor=actor, reason=reason)
        queue.send_after_commit(queue.CHECK_RECORDING, version_id=version.id, generation=generation)


def _rules_of(version: FileVersion) -> RuleSet:
    slot_id = db.session.execute(sa.select(Recording.slot_id).where(Recording.id == version.recording_id)).scalar_one()
    rule_set = current_rule_set(slot_id)
    if rule_set is None:
        raise NoRules
    return rule_set


def _replace_outcomes(
    version: FileVersion, findings: list[Finding], *, of_comparison: bool, rule_set: RuleSet, report_id: str
) -> None:
    beside_others = Outcome.check_key.in_(comparison_checks())
    old = beside_others if of_comparison else sa.not_(beside_others)
    db.session.execute(sa.delete(Outcome).where(Outcome.file_version_id == version.id, old))
    first = _AFTER_THE_REPORT if of_comparison else 0
    db.session.add_all(
        _outcome(version, finding, position=first + i, rule_set=rule_set, report_id=report_id)
        for i, finding in enumerate(findings)
    )
    db.session.flush()


def _outcome(version: FileVersion, finding: Finding, *, position: int, rule_set: RuleSet, report_id: str) -> Outcome:
    return Outcome(
        file_version_id=version.id,
        report_id=report_id,
        rule_set_id=rule_set.id,
        position=position,
        check_key=finding.check_key,
        check_version=finding.check_version,
        severity=finding.severity.value,
        state=finding.state.value,
        finding=finding.to_plain(),
        judged_at=clock.now(),
    )
