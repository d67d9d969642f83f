"""How far apart are the soft and the loud parts?

Loudness range by EBU Tech 3342 v4: 3 s windows, gated at -70 LUFS and 20 LU below, the 95th minus the 10th percentile.
From less than 60 s of sound it is not stable, and is not judged. Without limits it is only told.
"""

from dataclasses import dataclass

from portal.checks.check import Check, Judgement, Severity, State, known, not_measured
from portal.checks.params import RuleParams, in_order, param
from portal.checks.report import AudioReport
from portal.checks.wording import number, span_words


@dataclass(frozen=True, kw_only=True)
class Params(RuleParams):
    min_lu: float | None = param(None, label="Smallest range", unit="LU", minimum=0, maximum=40)
    max_lu: float | None = param(None, label="Largest range", unit="LU", minimum=0, maximum=40)

    def check_together(self) -> None:
        in_order(self.min_lu, self.max_lu, low_label="smallest", high_label="largest")


def judge(report: AudioReport, params: Params) -> Judgement:
    if not known(report.loudness.range_stable):
        return not_measured("from less than 60 s the loudness range is not stable")
    lu = round(known(report.loudness.range_lu), 1)
    value = f"The loudness range is {number(lu)} LU"
    state, message, action = State.PASS, f"{value}.", ""
    if params.min_lu is not None and lu < params.min_lu:
        state, message = State.FAIL, f"{value}: soft and loud parts are closer together than asked for."
        action = "Use less compression, or automate the level of the parts."
    elif params.max_lu is not None and lu > params.max_lu:
        state, message = State.FAIL, f"{value}: soft and loud parts are further apart than asked for."
        action = "Raise the soft parts by hand or with gentle compression."
    return Judgement(
        state=state,
        message=message,
        action=action,
        value=lu,
        unit="LU",
        measured=f"{number(lu)} LU",
        limit=span_words(params.min_lu, params.max_lu, "LU"),
    )


CHECK = Check(
    key="loudness.range",
    version=1,
    title="Loudness range",
    about=__doc__,
    subject=AudioReport,
    params=Params,
    needs=("loudness.range_lu", "loudness.range_stable"),
    severity=Severity.INFORM,
    standard="EBU Tech 3342 v4 (±1 LU)",
    false_alarm="Genre: dance music is narrow, orchestral music wide.",
    judge_known=judge,
    describe=lambda params: (
        f"loudness range {words}" if (words := span_words(params.min_lu, params.max_lu, "LU")) else None
    ),
)
