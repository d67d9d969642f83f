"""Could everything be measured?

Limits of time, memory or length that the analysis ran into. The report lists tools, versions and what was not
measured.
"""

from portal.checks.check import Check, Judgement, Severity, State
from portal.checks.params import RuleParams
from portal.checks.report import AudioReport
from portal.checks.wording import count, sentence


def judge(report: AudioReport, params: RuleParams) -> Judgement:
    limits = report.health.limits_hit
    limit = "no limit reached"
    if not limits and not report.decoded.stopped_at_limit:
        took = "" if report.health.cpu_s is None else f" in {report.health.cpu_s:.1f} s"
        return Judgement(state=State.PASS, message=f"Analysed to the end{took}.", value=0, measured=limit, limit=limit)
    reason = report.reason or (limits[0] if limits else "the recording is longer than what we analyse")
    return Judgement(
        state=State.FAIL,
        message=f"The analysis is not complete. {sentence(reason)}",
        action=_remedy(report),
        value=len(limits),
        measured=count(max(len(limits), 1), "limit") + " reached",
        limit=limit,
    )


def _remedy(report: AudioReport) -> str:
    """Too many tags have nothing to do with how long the recording is."""
    limits = report.health.limits_hit
    if report.readable and limits and all(limit.startswith("The tags hold ") for limit in limits):
        return "Remove the tags and export again."
    return "If the recording is much longer than asked for, cut it; else a person will look at it."


CHECK = Check(
    key="health.analysis",
    version=1,
    title="Complete analysis",
    about=__doc__,
    subject=AudioReport,
    params=RuleParams,
    needs=(),
    severity=Severity.INFORM,
    standard="Own limits of time, memory and length",
    false_alarm="A busy server may run into the time limit.",
    judge_known=judge,
    describe=lambda params: None,
)
