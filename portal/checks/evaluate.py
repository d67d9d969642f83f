"""From a report and a programme's rules to findings and one verdict. Pure; nothing is decided anywhere else."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from portal.checks.check import Audience, Judgement, Severity, State
from portal.checks.registry import get_check
from portal.checks.report import AudioReport
from portal.checks.strict import field_types

READABLE = "file.readable"
SILENT = "silence.overall"
# What fails these leaves next to nothing to measure: they speak for what could not be.
UNMEASURED_TOLD_BY = (SILENT, "audio.valid_samples")


class Effect(StrEnum):
    """What a finding does to the recording, strongest first."""

    BLOCK = "block"  # cannot be submitted
    NEEDS_STAFF = "needs_staff"  # a blocking rule could not be measured: a person must look
    WARN = "warn"
    INFORM = "inform"
    NONE = "none"


class Verdict(StrEnum):
    """All findings in one word, strongest first."""

    BLOCKED = "blocked"
    NOT_MEASURED = "not_measured"
    REMARKS = "remarks"
    CLEAN = "clean"


@dataclass(frozen=True, kw_only=True)
class RuleSpec:
    """A technical rule of a programme. Parameters that are not given keep the check's default."""

    check_key: str
    severity: Severity
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Finding(Judgement):
    """A judgement together with the rule that asked for it; this is what is stored and shown.

    Stored findings are read back strictly: a new field needs a migration that adds it to the old ones.
    """

    check_key: str
    check_version: int
    title: str
    severity: Severity
    effect: Effect
    audience: Audience
    standard: str


def evaluate(subject: Any, rules: Sequence[RuleSpec]) -> list[Finding]:
    """Judge a subject (AudioReport, Comparison or Portfolio) by those rules that are about such a subject.

    A report is always judged first, and blocking, for being readable: nothing else can be said of a file that is not.
    Raises UnknownCheck or ParamsError for a rule that should never have been published.
    """
    if isinstance(subject, AudioReport):
        others = [rule for rule in rules if rule.check_key != READABLE]
        rules = [RuleSpec(check_key=READABLE, severity=Severity.BLOCK), *others]
    findings = [_apply(subject, rule) for rule in rules if isinstance(subject, get_check(rule.check_key).subject)]
    return [_tell_once(finding, subject, findings) for finding in findings]


def verdict(findings: Iterable[Finding]) -> Verdict:
    """Return the strongest effect on the applicant as one word. What only staff may read has no part in it."""
    effects = {finding.effect for finding in findings if finding.audience is Audience.APPLICANT}
    if Effect.BLOCK in effects:
        return Verdict.BLOCKED
    if Effect.NEEDS_STAFF in effects:
        return Verdict.NOT_MEASURED
    return Verdict.REMARKS if effects & {Effect.WARN, Effect.INFORM} else Verdict.CLEAN


def remarks(findings: Iterable[Finding], *, audience: Audience) -> list[Finding]:
    """Return what a reader must be told, strongest first. Applicants never get what is for staff."""
    order = list(Effect)
    told = [finding for finding in visible_to(findings, audience=audience) if finding.effect is not Effect.NONE]
    return sorted(told, key=lambda finding: order.index(finding.effect))


def visible_to(findings: Iterable[Finding], *, audience: Audience) -> list[Finding]:
    """Return the findings that a reader may see at all."""
    return [finding for finding in findings if audience is Audience.STAFF or finding.audience is Audience.APPLICANT]


def effect_of(state: State, severity: Severity) -> Effect:
    """Return what a state means under a rule's severity. WARN is one step milder; not measured is never a pass."""
    steps = [Effect.BLOCK, Effect.WARN, Effect.INFORM]
    step = [Severity.BLOCK, Severity.WARN, Severity.INFORM].index(severity)
    match state:
        case State.FAIL:
            return steps[step]
        case State.WARN:
            return steps[min(step + 1, 2)]
        case State.NOT_MEASURED:
            return [Effect.NEEDS_STAFF, Effect.INFORM, Effect.NONE][step]
    return Effect.NONE


def _apply(subject: Any, rule: RuleSpec) -> Finding:
    check = get_check(rule.check_key)
    judgement = check.judge(subject, check.params.parse(rule.params))
    said = {name: getattr(judgement, name) for name in field_types(Judgement)}
    return Finding(
        **said,
        check_key=check.key,
        check_version=check.version,
        title=check.title,
        severity=rule.severity,
        effect=effect_of(judgement.state, rule.severity),
        audience=check.audience,
        standard=check.standard,
    )


def _tell_once(finding: Finding, subject: Any, findings: Sequence[Finding]) -> Finding:
    """Take the effect from a finding that only repeats another one; its state stays as it is."""
    return replace(finding, effect=Effect.NONE) if _repeats(finding, subject, findings) else finding


def _repeats(finding: Finding, subject: Any, findings: Sequence[Finding]) -> bool:
    """Return whether a finding that is at least as strong says it already.

    That a file is unreadable speaks for everything; that it is silent or holds samples that are no numbers, for what
    could not be measured; and a failure, for those checks that name it in `told_by`.
    """
    if isinstance(subject, AudioReport) and not subject.readable:
        return finding.check_key != READABLE
    tellers: tuple[str, ...] = get_check(finding.check_key).told_by
    if finding.state is State.NOT_MEASURED:
        tellers = (*tellers, *UNMEASURED_TOLD_BY)
    order = list(Effect)
    return any(
        other.check_key in tellers
        and other.state is State.FAIL
        and order.index(other.effect) <= order.index(finding.effect)
        for other in findings
    )
