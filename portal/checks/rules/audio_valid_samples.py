"""Is every sample a number?

Floating-point files can hold values that are no number or infinite. Players fall silent or crack on them, and every
loudness after them is unknown.
"""

from portal.checks.check import Check, Judgement, Place, Severity, State, known
from portal.checks.params import RuleParams
from portal.checks.report import AudioReport
from portal.checks.wording import clock, count


def judge(report: AudioReport, params: RuleParams) -> Judgement:
    invalid = known(report.decoded.non_finite_samples)
    limit = "none"
    if not invalid:
        message = "Every sample is a valid number."
        return Judgement(state=State.PASS, message=message, value=0, measured="none", limit=limit)
    at = report.decoded.non_finite_at_s
    where = "" if at is None else f", the first at {clock(at)}"
    return Judgement(
        state=State.FAIL,
        message=f"{count(invalid, 'invalid sample value')}{where}: players crack or fall silent there.",
        action="Find the plug-in that produces them, and bounce the file again.",
        value=invalid,
        measured=count(invalid, "invalid sample"),
        limit=limit,
        places=() if at is None else (Place(start_s=at, end_s=at, label="first invalid sample"),),
        place_count=invalid,
    )


CHECK = Check(
    key="audio.valid_samples",
    version=1,
    title="Valid samples",
    about=__doc__,
    subject=AudioReport,
    params=RuleParams,
    needs=("decoded.non_finite_samples",),
    severity=Severity.BLOCK,
    standard="IEEE 754: samples that are NaN or infinite",
    false_alarm="None known.",
    judge_known=judge,
    describe=lambda params: None,
)
