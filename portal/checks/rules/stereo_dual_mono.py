"""Are left and right the same?

Equal sample by sample, or with a difference below -90 dBFS.
"""

from portal.checks.applies import only_live_stereo
from portal.checks.check import Check, Judgement, Severity, State, known
from portal.checks.params import RuleParams
from portal.checks.report import AudioReport


def judge(report: AudioReport, params: RuleParams) -> Judgement:
    limit = "left and right differ"
    if not known(report.stereo.dual_mono):
        return Judgement(state=State.PASS, message="Left and right differ.", measured=limit, limit=limit)
    return Judgement(
        state=State.FAIL,
        message="Left and right are identical: this is a mono mix in a stereo file.",
        action="If you meant stereo, check that the master bus is not set to mono.",
        measured="left and right identical",
        limit=limit,
    )


CHECK = Check(
    key="stereo.dual_mono",
    version=2,
    title="Mono in a stereo file",
    about=__doc__,
    subject=AudioReport,
    params=RuleParams,
    applies=only_live_stereo,
    needs=("stereo.dual_mono",),
    severity=Severity.INFORM,
    standard="Own method: difference of left and right",
    false_alarm="Mono on purpose.",
    judge_known=judge,
    describe=lambda params: None,
)
