"""How loud is the recording as a whole?

Integrated loudness by ITU-R BS.1770-5: K-weighted, in 400 ms blocks with 75 % overlap, gated at -70 LUFS and 10 LU
below the loudness of what is left. Compared in tenths of a LU as shown. Loudness is a matter of style: this rule
should block only where a programme sets a delivery standard.
"""

from dataclasses import dataclass

from portal.checks.check import Check, Judgement, Severity, State, known
from portal.checks.params import RuleParams, in_order, param
from portal.checks.report import AudioReport
from portal.checks.wording import number, span_words


@dataclass(frozen=True, kw_only=True)
class Params(RuleParams):
    min_lufs: float | None = param(-30.0, label="Quietest", unit="LUFS", minimum=-70, maximum=0)
    max_lufs: float | None = param(-6.0, label="Loudest", unit="LUFS", minimum=-70, maximum=0)

    def check_together(self) -> None:
        in_order(self.min_lufs, self.max_lufs, low_label="quietest", high_label="loudest")


def judge(report: AudioReport, params: Params) -> Judgement:
    lufs = round(known(report.loudness.integrated_lufs), 1)
    value = f"The recording is {number(lufs)} LUFS"
    state, message, action = State.PASS, f"{value}.", ""
    if params.min_lufs is not None and lufs < params.min_lufs:
        state, message = State.FAIL, f"{value}, quieter than asked for ({_words(params)})."
        action = f"Raise the whole mix by about {number(params.min_lufs - lufs)} dB, keeping an eye on the true peak."
    elif params.max_lufs is not None and lufs > params.max_lufs:
        state, message = State.FAIL, f"{value}, louder than asked for ({_words(params)})."
        action = f"Lower the whole mix by about {number(lufs - params.max_lufs)} dB, or use less limiting."
    return Judgement(
        state=state,
        message=message,
        action=action,
        value=lufs,
        unit="LUFS",
        measured=f"{number(lufs)} LUFS",
        limit=_words(params),
    )


def _words(params: Params) -> str:
    return span_words(params.min_lufs, params.max_lufs, "LUFS")


CHECK = Check(
    key="loudness.integrated",
    version=1,
    title="Integrated loudness",
    about=__doc__,
    subject=AudioReport,
    params=Params,
    needs=("loudness.integrated_lufs",),
    severity=Severity.WARN,
    standard="ITU-R BS.1770-5, EBU Tech 3341 v4 (±0.1 LU)",
    false_alarm="Noise music, ambient and classical recordings are quiet or loud on purpose.",
    told_by=("silence.overall",),
    judge_known=judge,
    headline=True,
    describe=lambda params: f"loudness {_words(params)}" if _words(params) else None,
)
