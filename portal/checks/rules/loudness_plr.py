"""How far do the peaks stand above the loudness?

Peak-to-loudness ratio: true peak minus integrated loudness. Small values come from heavy limiting, and from sound that
is dense by itself, such as square waves.
"""

from dataclasses import dataclass

from portal.checks.check import Check, Judgement, Severity, State, known
from portal.checks.params import RuleParams, param
from portal.checks.report import AudioReport
from portal.checks.wording import number, short_number


@dataclass(frozen=True, kw_only=True)
class Params(RuleParams):
    min_lu: float = param(5.0, label="Smallest peak-to-loudness ratio", unit="LU", minimum=0, maximum=30)


def judge(report: AudioReport, params: Params) -> Judgement:
    plr = round(known(report.loudness.plr_lu), 1)
    dense = plr < params.min_lu
    height = f"{number(abs(plr))} LU"
    value = f"The peaks stand {height} {'below' if plr < 0 else 'above'} the loudness"
    return Judgement(
        state=State.FAIL if dense else State.PASS,
        message=f"{value}: dense, as after heavy limiting or in sustained synthetic sound." if dense else f"{value}.",
        action="Compare it with less limiting at the same loudness, and keep what sounds better." if dense else "",
        value=plr,
        unit="LU",
        measured=f"{height} below the loudness" if plr < 0 else height,
        limit=f"at least {short_number(params.min_lu)} LU",
    )


CHECK = Check(
    key="loudness.plr",
    version=1,
    title="Peak-to-loudness ratio",
    about=__doc__,
    subject=AudioReport,
    params=Params,
    needs=("loudness.plr_lu",),
    severity=Severity.WARN,
    standard="ITU-R BS.1770-5: true peak minus integrated loudness",
    false_alarm="Genre: noise, metal and some electronic music are dense on purpose.",
    judge_known=judge,
    describe=lambda params: f"peaks at least {short_number(params.min_lu)} LU above the loudness",
)
