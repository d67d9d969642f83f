"""How much of the recording is more than silence at its edges?

Decoded length minus the silence before the first and after the last sound, against the shortest length.
"""

from dataclasses import dataclass

from portal.checks.applies import only_sound
from portal.checks.check import Check, Judgement, Severity, State, known
from portal.checks.params import RuleParams, param
from portal.checks.report import AudioReport
from portal.checks.wording import clock, clock_limit


@dataclass(frozen=True, kw_only=True)
class Params(RuleParams):
    min_s: float = param(120.0, label="Shortest without silence at the edges", unit="s", minimum=0, maximum=86_400)


def judge(report: AudioReport, params: Params) -> Judgement:
    duration = known(report.decoded.duration_s)
    silent = known(report.silence.head_s) + known(report.silence.tail_s)
    sounding = round(max(duration - silent, 0.0), 1)
    enough = sounding >= params.min_s
    asked = clock_limit(params.min_s)
    message = f"{clock(sounding)} of sound."
    if not enough:
        message = f"Of {clock(duration)}, {clock(silent)} is silence at the edges; "
        message += f"the {clock(sounding)} left are less than {asked}."
    return Judgement(
        state=State.PASS if enough else State.FAIL,
        message=message,
        action="" if enough else "Trim the silence and send a longer excerpt.",
        value=sounding,
        unit="s",
        measured=clock(sounding),
        limit=f"at least {asked}",
    )


CHECK = Check(
    key="length.sounding",
    version=1,
    title="Duration without silence",
    about=__doc__,
    subject=AudioReport,
    params=Params,
    applies=only_sound,
    needs=("decoded.duration_s", "silence.head_s", "silence.tail_s"),
    severity=Severity.WARN,
    standard="Own method: 10 ms windows against −60 dBFS",
    false_alarm="Very soft beginnings and endings.",
    told_by=("length.duration",),
    judge_known=judge,
    describe=lambda params: f"at least {clock_limit(params.min_s)} of sound",
)
