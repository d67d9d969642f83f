"""Is one side louder than the other?

Loudness of the left minus that of the right channel, each measured alone by BS.1770. A dead channel has its own check.
"""

from dataclasses import dataclass

from portal.checks.applies import only_live_stereo
from portal.checks.check import Check, Judgement, Severity, State, known
from portal.checks.params import RuleParams, in_order, param
from portal.checks.report import AudioReport
from portal.checks.wording import number, short_number


@dataclass(frozen=True, kw_only=True)
class Params(RuleParams):
    max_lu: float = param(6.0, label="Largest difference", unit="LU", minimum=0, maximum=60)
    remark_lu: float = param(3.0, label="Remark from", unit="LU", minimum=0, maximum=60)

    def check_together(self) -> None:
        in_order(self.remark_lu, self.max_lu, low_label="remark from", high_label="largest difference")


def judge(report: AudioReport, params: Params) -> Judgement:
    difference = round(known(report.stereo.imbalance_lu), 1)
    size = abs(difference)
    state = State.FAIL if size > params.max_lu else State.WARN if size > params.remark_lu else State.PASS
    side = "left" if difference > 0 else "right"
    value = f"The {side} channel is {number(size)} LU louder than the other"
    if not size:
        value = "Both channels are equally loud"
    told = state is not State.PASS
    return Judgement(
        state=state,
        message=f"{value}: the picture leans to the {side}." if told else f"{value}.",
        action="Check the balance on the master bus; wide panning of single instruments can stay." if told else "",
        value=difference,
        unit="LU",
        measured=f"{number(size)} LU",
        limit=f"at most {short_number(params.max_lu)} LU",
    )


CHECK = Check(
    key="stereo.imbalance",
    version=2,
    title="Balance of left and right",
    about=__doc__,
    subject=AudioReport,
    params=Params,
    applies=only_live_stereo,
    needs=("stereo.imbalance_lu",),
    severity=Severity.WARN,
    standard="ITU-R BS.1770-5, each channel alone",
    false_alarm="Wide panning, solo instruments off the centre.",
    judge_known=judge,
    describe=lambda params: f"left and right within {short_number(params.max_lu)} LU",
)
