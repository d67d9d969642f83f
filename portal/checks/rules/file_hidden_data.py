"""Is most of the file really sound?

Bytes that are neither coded sound nor known metadata: unplayed sound behind a header that is too short, foreign files
glued to the end, unknown chunks.
"""

from dataclasses import dataclass

from portal.checks.check import Check, Judgement, Severity, State, known
from portal.checks.params import RuleParams, param
from portal.checks.report import AudioReport
from portal.checks.wording import megabytes, number, short_number


@dataclass(frozen=True, kw_only=True)
class Params(RuleParams):
    max_mb: float = param(1.0, label="Most hidden data", unit="MB", minimum=0, maximum=1_000)
    max_percent: float = param(10.0, label="Largest hidden share", unit="%", minimum=0, maximum=100)


def judge(report: AudioReport, params: Params) -> Judgement:
    hidden, size = known(report.container.hidden_bytes), max(known(report.container.file_bytes), 1)
    percent = round(100 * hidden / size, 1)
    found = hidden > params.max_mb * 1e6 or percent > params.max_percent
    value = f"{number(percent)} % of the file ({megabytes(hidden)})"
    return Judgement(
        state=State.FAIL if found else State.PASS,
        message=f"{value} is neither sound nor known metadata and will not be heard."
        if found
        else f"{value} is hidden data.",
        action="If music is missing, the header is too short: export the file again." if found else "",
        value=percent,
        unit="%",
        measured=f"{number(percent)} %, {megabytes(hidden)}",
        limit=f"at most {short_number(params.max_percent)} % and {short_number(params.max_mb)} MB",
    )


CHECK = Check(
    key="file.hidden_data",
    version=1,
    title="Hidden data",
    about=__doc__,
    subject=AudioReport,
    params=Params,
    needs=("container.hidden_bytes", "container.file_bytes"),
    severity=Severity.WARN,
    standard="Own method: bytes outside sound and known metadata",
    false_alarm="Private chunks of editing programs, such as peak data and plug-in states.",
    told_by=("file.joined",),
    judge_known=judge,
    describe=lambda params: None,
)
