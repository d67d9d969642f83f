"""Are tags and pictures of a sensible size?

Bytes of tags, pictures and known chunks. A huge cover slows every player and can exhaust its memory.
"""

from dataclasses import dataclass

from portal.checks.check import Check, Judgement, Severity, State, known
from portal.checks.params import RuleParams, in_order, param
from portal.checks.report import AudioReport
from portal.checks.wording import megabytes, short_number


@dataclass(frozen=True, kw_only=True)
class Params(RuleParams):
    max_mb: float = param(16.0, label="Most metadata", unit="MB", minimum=0, maximum=1_000)
    remark_mb: float = param(5.0, label="Remark from", unit="MB", minimum=0, maximum=1_000)

    def check_together(self) -> None:
        in_order(self.remark_mb, self.max_mb, low_label="remark from", high_label="most metadata")


def judge(report: AudioReport, params: Params) -> Judgement:
    size = known(report.container.metadata_bytes)
    state = State.PASS
    if size > params.max_mb * 1e6:
        state = State.FAIL
    elif size > params.remark_mb * 1e6:
        state = State.WARN
    told = state is not State.PASS
    pictures = " with a picture" if report.container.picture_streams or report.identity.pictures else ""
    value = f"The file carries {megabytes(size)} of tags{pictures}"
    return Judgement(
        state=state,
        message=f"{value}, which slows players down." if told else f"{value}.",
        action=f"Remove {'the embedded cover' if pictures else 'the tags'} and export again." if told else "",
        value=size / 1e6,
        unit="MB",
        measured=megabytes(size),
        limit=f"at most {short_number(params.max_mb)} MB",
    )


CHECK = Check(
    key="file.metadata_size",
    version=1,
    title="Size of the metadata",
    about=__doc__,
    subject=AudioReport,
    params=Params,
    needs=("container.metadata_bytes",),
    severity=Severity.WARN,
    standard="Own limits",
    false_alarm="None known.",
    judge_known=judge,
    describe=lambda params: None,
)
