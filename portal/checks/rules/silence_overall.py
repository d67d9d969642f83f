"""Is there anything to hear?

The file counts as silent when its highest sample stays below a level far under any music, or when what is above it is
nothing but a constant offset (DC): no 10 ms window moves by more than 10 dB under that level.
"""

import math
from dataclasses import dataclass

from portal.checks.check import Check, Judgement, Severity, State, known
from portal.checks.params import RuleParams, param
from portal.checks.report import AudioReport
from portal.checks.wording import number, short_number


@dataclass(frozen=True, kw_only=True)
class Params(RuleParams):
    min_peak_dbfs: float = param(-60.0, label="Lowest peak of a recording", unit="dBFS", minimum=-120, maximum=-20)


def judge(report: AudioReport, params: Params) -> Judgement:
    floor = f"{short_number(params.min_peak_dbfs)} dBFS"
    limit = f"peak at least {floor}"
    action = "Check that no track was muted when you exported, and export again."
    peak = max(report.levels.peak_fs, default=0.0)
    if known(report.levels.digital_silence) or peak <= 0:
        message = "The file is silent: every sample is zero."
        return Judgement(state=State.FAIL, message=message, action=action, measured="silent", limit=limit)
    peak_dbfs = round(20 * math.log10(peak), 1)
    loud_enough = peak_dbfs >= params.min_peak_dbfs
    if loud_enough and _stands_still(report, params):
        offset = f"a constant offset (DC, {number(peak_dbfs)} dBFS)"
        return Judgement(
            state=State.FAIL,
            message=f"Nothing can be heard: the file holds {offset} and no sound.",
            action=action,
            measured="a constant offset",
            limit=limit,
        )
    value = f"The highest peak is {number(peak_dbfs)} dBFS"
    return Judgement(
        state=State.PASS if loud_enough else State.FAIL,
        message=f"{value}." if loud_enough else f"{value}, under {floor}: nothing can be heard at a normal volume.",
        action="" if loud_enough else action,
        value=peak_dbfs,
        unit="dBFS",
        measured=f"{number(peak_dbfs)} dBFS",
        limit=limit,
    )


def _stands_still(report: AudioReport, params: Params) -> bool:
    loudest = report.silence.loudest_dbfs
    if loudest is not None:
        return loudest < params.min_peak_dbfs - 10
    return report.silence.head_s is None  # every window is silent


CHECK = Check(
    key="silence.overall",
    version=2,
    title="Audible sound",
    about=__doc__,
    subject=AudioReport,
    params=Params,
    needs=("levels.digital_silence",),
    severity=Severity.BLOCK,
    standard="Own method: highest sample of all channels, and the loudest 10 ms without its mean",
    false_alarm="None known.",
    judge_known=judge,
    describe=lambda params: None,
)
