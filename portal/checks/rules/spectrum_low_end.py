"""How is the energy spread, and does rumble waste it?

Share of the energy below 30 Hz, where few loudspeakers play anything, with the octave bands beside it in the report.
"""

from dataclasses import dataclass

from portal.checks.applies import only_sound
from portal.checks.check import Check, Judgement, Severity, State, known
from portal.checks.params import RuleParams, param
from portal.checks.report import AudioReport
from portal.checks.wording import number, short_number


@dataclass(frozen=True, kw_only=True)
class Params(RuleParams):
    max_percent: float = param(25.0, label="Largest share below 30 Hz", unit="%", minimum=0, maximum=100)


def judge(report: AudioReport, params: Params) -> Judgement:
    percent = round(100 * known(report.spectrum.sub_30hz_share), 1)
    rumbles = percent > params.max_percent
    value = f"{number(percent)} % of the energy lies below 30 Hz"
    return Judgement(
        state=State.FAIL if rumbles else State.PASS,
        message=f"{value}: it eats headroom, and few loudspeakers play it." if rumbles else f"{value}.",
        action="Listen for rumble, and use a high-pass filter where it comes from." if rumbles else "",
        value=percent,
        unit="%",
        measured=f"{number(percent)} %",
        limit=f"at most {short_number(params.max_percent)} %",
    )


CHECK = Check(
    key="spectrum.low_end",
    version=1,
    title="Energy below 30 Hz",
    about=__doc__,
    subject=AudioReport,
    params=Params,
    applies=only_sound,
    needs=("spectrum.sub_30hz_share",),
    severity=Severity.INFORM,
    standard="Own method: long-term spectrum",
    false_alarm="Organ, sub-bass music.",
    judge_known=judge,
    describe=lambda params: None,
)
