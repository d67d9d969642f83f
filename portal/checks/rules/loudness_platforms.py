"""What would playback platforms do to the level?

The gain that brings the integrated loudness to what platforms play at. An outcome to know, and no verdict on the mix;
platforms change their targets often, and these are of 2026.
"""

from dataclasses import dataclass

from portal.checks.check import Check, Judgement, Severity, State, known
from portal.checks.params import RuleParams, param
from portal.checks.report import AudioReport
from portal.checks.wording import listed, number, short_number, signed

TARGETS_LUFS = {"streaming": -14.0, "Apple Music": -16.0, "broadcast": -23.0}


@dataclass(frozen=True, kw_only=True)
class Params(RuleParams):
    remark_lu: float = param(
        6.0, label="Remark when streaming turns it down by more than", unit="dB", minimum=0, maximum=30
    )


def judge(report: AudioReport, params: Params) -> Judgement:
    lufs = round(known(report.loudness.integrated_lufs), 1)
    gains = {name: target - lufs for name, target in TARGETS_LUFS.items()}
    turned_down = round(-gains["streaming"], 1)
    outcome = listed([f"{name} {signed(gain)} dB" for name, gain in gains.items()])
    told = turned_down > params.remark_lu
    message = (
        f"Streaming services at −14 LUFS will turn it down by {number(turned_down)} dB, so the extra level is lost."
    )
    return Judgement(
        state=State.FAIL if told else State.PASS,
        message=message if told else f"Platforms would change the level: {outcome}.",
        action="Try a version with less limiting and compare both at the same loudness." if told else "",
        value=turned_down,
        unit="dB",
        measured=outcome,
        limit=f"turned down by at most {short_number(params.remark_lu)} dB",
    )


CHECK = Check(
    key="loudness.platforms",
    version=1,
    title="On playback platforms",
    about=__doc__,
    subject=AudioReport,
    params=Params,
    needs=("loudness.integrated_lufs",),
    severity=Severity.INFORM,
    standard="Published playback targets: −14 LUFS (streaming), −16 LUFS (Apple), −23 LUFS (EBU R 128)",
    false_alarm="None: it is an outcome and no fault.",
    told_by=("loudness.integrated",),
    judge_known=judge,
    describe=lambda params: None,
)
