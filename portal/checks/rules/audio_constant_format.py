"""Do sample rate and channels stay the same to the end?

Every decoded frame is compared with the first. Files that were joined from different exports change on the way, and
players differ in what they make of it.
"""

from portal.checks.check import Check, Judgement, Severity, State, known
from portal.checks.params import RuleParams
from portal.checks.report import AudioReport
from portal.checks.wording import count


def judge(report: AudioReport, params: RuleParams) -> Judgement:
    changes = known(report.decoded.format_changes)
    limit = "no change"
    if not changes:
        message = "Sample rate and channels stay the same."
        return Judgement(state=State.PASS, message=message, value=0, measured=limit, limit=limit)
    return Judgement(
        state=State.FAIL,
        message=f"Sample rate or channels change {'once' if changes == 1 else f'{changes} times'} inside the file, "
        "so players will render it differently.",
        action="Export the whole piece in one go from the session.",
        value=changes,
        measured=count(changes, "change"),
        limit=limit,
    )


CHECK = Check(
    key="audio.constant_format",
    version=1,
    title="Constant format",
    about=__doc__,
    subject=AudioReport,
    params=RuleParams,
    needs=("decoded.format_changes",),
    severity=Severity.WARN,
    standard="Own method: every decoded frame against the first",
    false_alarm="AAC files that switch to parametric stereo.",
    judge_known=judge,
    describe=lambda params: None,
)
