"""Is there sound in the file that can be decoded at all?

The bytes must be those of a known audio container, with at least one audio stream of which at least one packet
decodes. When the analysis had to be stopped at a limit of time or memory, the answer is unknown, and a person must
look.
"""

from portal.checks.check import Check, Judgement, Severity, State
from portal.checks.params import RuleParams
from portal.checks.report import AudioReport
from portal.checks.wording import sentence


def judge(report: AudioReport, params: RuleParams) -> Judgement:
    if report.readable:
        return Judgement(state=State.PASS, message="The file can be read.")
    reason = sentence(report.reason or "We could not find audio in this file")
    if report.health.limits_hit:
        return Judgement(state=State.NOT_MEASURED, message=reason)
    return Judgement(
        state=State.FAIL,
        message=reason,
        action="Play the new file before you upload it.",
    )


CHECK = Check(
    key="file.readable",
    version=1,
    title="Readable audio",
    about=__doc__,
    subject=AudioReport,
    params=RuleParams,
    needs=(),
    severity=Severity.BLOCK,
    standard="Own method: container by its bytes, then one full decode",
    false_alarm="None known.",
    judge_known=judge,
    describe=lambda params: None,
)
