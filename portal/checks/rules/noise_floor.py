"""How loud is the noise in the quietest parts?

5th percentile of the K-weighted 400 ms blocks outside digital silence. It counts as noise only where the music stands
far above it; in dense mixes the quietest parts are music. Soft passages cannot be told from noise by their level, so
no preset asks for this.
"""

from dataclasses import dataclass

from portal.checks.check import Check, Judgement, Severity, State, known
from portal.checks.params import RuleParams, param
from portal.checks.report import AudioReport
from portal.checks.wording import number, short_number


@dataclass(frozen=True, kw_only=True)
class Params(RuleParams):
    max_lufs: float = param(-50.0, label="Loudest noise floor", unit="LUFS", minimum=-100, maximum=-20)
    min_below_lu: float = param(25.0, label="Only this far under the music", unit="LU", minimum=0, maximum=60)


def judge(report: AudioReport, params: Params) -> Judgement:
    floor = round(known(report.defects.noise_floor_lufs), 1)
    apart = known(report.loudness.integrated_lufs) - floor >= params.min_below_lu
    noisy = apart and floor > params.max_lufs
    value = f"The quietest parts are at {number(floor)} LUFS"
    return Judgement(
        state=State.FAIL if noisy else State.PASS,
        message=f"{value}: hiss or room noise may be heard there." if noisy else f"{value}.",
        action="Listen to the quietest parts, and clean or mute tracks that only carry noise." if noisy else "",
        value=floor,
        unit="LUFS",
        measured=f"{number(floor)} LUFS",
        limit=f"at most {short_number(params.max_lufs)} LUFS",
    )


CHECK = Check(
    key="noise.floor",
    version=1,
    title="Noise floor",
    about=__doc__,
    subject=AudioReport,
    params=Params,
    needs=("defects.noise_floor_lufs", "loudness.integrated_lufs"),
    severity=Severity.INFORM,
    standard="Own method: 5th percentile of K-weighted 400 ms blocks",
    false_alarm="Often: soft music that never pauses is taken for noise.",
    judge_known=judge,
    describe=lambda params: None,
)
