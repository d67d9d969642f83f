"""Is a lossy file coded finely enough?

Bytes of coded sound times 8, divided by the decoded seconds; what the header claims plays no part. Variable bitrates
count by their average, against a limit lowered by the allowance.
"""

from dataclasses import dataclass

from portal.checks.applies import only_lossy
from portal.checks.check import Check, Judgement, Severity, State, known
from portal.checks.formats import format_name, format_of
from portal.checks.params import RuleParams, param
from portal.checks.report import AudioReport


@dataclass(frozen=True, kw_only=True)
class Params(RuleParams):
    min_mp3_kbps: int = param(256, label="Lowest bitrate of MP3", unit="kb/s", minimum=32, maximum=320)
    min_other_kbps: int = param(
        192, label="Lowest bitrate of AAC, Vorbis and Opus", unit="kb/s", minimum=32, maximum=512
    )
    allowance_percent: float = param(
        5.0, label="Allowance", unit="%", minimum=0, maximum=50, help="Variable bitrates rarely hit their mark exactly."
    )


def judge(report: AudioReport, params: Params) -> Judgement:
    name = format_of(report)
    least = params.min_mp3_kbps if name == "mp3" else params.min_other_kbps
    kbps = round(known(report.decoded.bitrate_bps) / 1000)
    enough = kbps >= least * (1 - params.allowance_percent / 100)
    value = f"The {format_name(name or 'lossy')} file has {kbps} kb/s"
    return Judgement(
        state=State.PASS if enough else State.FAIL,
        message=f"{value}." if enough else f"{value}, less than the {least} kb/s asked for: fine detail is lost.",
        action="" if enough else f"Send a lossless file, or export again from the session at {least} kb/s or more.",
        value=kbps,
        unit="kb/s",
        measured=f"{kbps} kb/s",
        limit=f"at least {least} kb/s",
    )


CHECK = Check(
    key="audio.bitrate",
    version=1,
    title="Bitrate of lossy files",
    about=__doc__,
    subject=AudioReport,
    params=Params,
    applies=only_lossy,
    needs=("decoded.bitrate_bps", "decoded.codec"),
    severity=Severity.WARN,
    standard="Coded bytes × 8 / decoded seconds",
    false_alarm="Sparse music in a variable bitrate needs little.",
    judge_known=judge,
    headline=True,
    describe=lambda params: (
        f"MP3 with at least {params.min_mp3_kbps} kb/s, other lossy formats with {params.min_other_kbps} kb/s"
    ),
)
