"""Is the waveform off its centre line?

Mean of all samples of a channel as a share of full scale; the channel that is farthest off counts. Needs 5 s of sound.
"""

from dataclasses import dataclass

from portal.checks.applies import only_long_enough
from portal.checks.check import Check, Judgement, Severity, State, known
from portal.checks.params import RuleParams, in_order, param
from portal.checks.report import AudioReport
from portal.checks.wording import channel_name, number, short_number


@dataclass(frozen=True, kw_only=True)
class Params(RuleParams):
    max_percent: float = param(1.0, label="Largest offset", unit="% of full scale", minimum=0, maximum=50)
    remark_percent: float = param(0.1, label="Remark from", unit="% of full scale", minimum=0, maximum=50)

    def check_together(self) -> None:
        in_order(self.remark_percent, self.max_percent, low_label="remark from", high_label="largest offset")


def judge(report: AudioReport, params: Params) -> Judgement:
    percent = round(100 * abs(known(report.levels.dc_offset)), 2)
    state = (
        State.FAIL if percent > params.max_percent else State.WARN if percent > params.remark_percent else State.PASS
    )
    told = state is not State.PASS
    name = channel_name(report.levels.dc_offset_channel, report.decoded.channels)
    others = "in the other" if report.decoded.channels == 2 else "in any other"
    where = f" in the {name}, and no more {others}" if name else ""
    harm = "it eats headroom and clicks at edits" if state is State.FAIL else "too little to hear, but edits may click"
    value = f"The DC offset is {number(percent, 2)} % of full scale"
    return Judgement(
        state=state,
        message=f"{value}{where}: {harm}." if told else f"{value}.",
        action=f"Use a high-pass filter at 20 Hz{' on every channel' if name else ''}." if told else "",
        value=percent,
        unit="%",
        measured=f"{number(percent, 2)} %",
        limit=f"at most {short_number(params.max_percent, 2)} %",
    )


CHECK = Check(
    key="level.dc_offset",
    version=1,
    title="DC offset",
    about=__doc__,
    subject=AudioReport,
    params=Params,
    applies=only_long_enough,
    needs=("levels.dc_offset",),
    severity=Severity.WARN,
    standard="Own method: mean per channel",
    false_alarm="Asymmetric brass and voices in short files.",
    judge_known=judge,
    describe=lambda params: f"DC offset at most {short_number(params.max_percent, 2)} %",
)
