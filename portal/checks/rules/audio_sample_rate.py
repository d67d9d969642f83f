"""Is the sample rate high enough, and one that studios use?

The rate of the decoded samples. Rates outside the families of 44.1 and 48 kHz are remarked on, because every player
must convert them.
"""

from dataclasses import dataclass

from portal.checks.check import Check, Judgement, Severity, State, known
from portal.checks.params import RuleParams, in_order, param
from portal.checks.report import AudioReport
from portal.checks.wording import kilohertz

USUAL_RATES_HZ = (44_100, 48_000, 88_200, 96_000, 176_400, 192_000)


@dataclass(frozen=True, kw_only=True)
class Params(RuleParams):
    min_hz: int | None = param(44_100, label="Lowest sample rate", unit="Hz", minimum=8_000, maximum=384_000)
    max_hz: int | None = param(None, label="Highest sample rate", unit="Hz", minimum=8_000, maximum=384_000)

    def check_together(self) -> None:
        in_order(self.min_hz, self.max_hz, low_label="lowest", high_label="highest")


def judge(report: AudioReport, params: Params) -> Judgement:
    rate = known(report.decoded.sample_rate_hz)
    state, message, action = State.PASS, f"The sample rate is {kilohertz(rate)}.", ""
    if params.min_hz is not None and rate < params.min_hz:
        state = State.FAIL
        message = f"The sample rate is {kilohertz(rate)}; the programme asks for {_words(params)}."
        action = f"Export again from the original session at {kilohertz(params.min_hz)} or higher; "
        action += "converting this file up will not help."
    elif params.max_hz is not None and rate > params.max_hz:
        state = State.FAIL
        message = f"The sample rate is {kilohertz(rate)}; the programme asks for {_words(params)}."
        action = f"Export again at {kilohertz(params.max_hz)}."
    elif rate not in USUAL_RATES_HZ:
        state = State.WARN
        message = f"The sample rate is {kilohertz(rate)}, which is unusual: players will have to convert it."
        action = "Export again at 44.1 or 48 kHz, or a multiple of them."
    return Judgement(
        state=state,
        message=message,
        action=action,
        value=rate,
        unit="Hz",
        measured=kilohertz(rate),
        limit=_words(params) or "",
    )


def _words(params: Params) -> str | None:
    if params.min_hz is not None and params.min_hz == params.max_hz:
        return kilohertz(params.min_hz)
    if params.min_hz is not None and params.max_hz is not None:
        return f"{kilohertz(params.min_hz)} to {kilohertz(params.max_hz)}"
    if params.min_hz is not None:
        return f"at least {kilohertz(params.min_hz)}"
    return None if params.max_hz is None else f"at most {kilohertz(params.max_hz)}"


CHECK = Check(
    key="audio.sample_rate",
    version=1,
    title="Sample rate",
    about=__doc__,
    subject=AudioReport,
    params=Params,
    needs=("decoded.sample_rate_hz",),
    severity=Severity.BLOCK,
    standard="AES5-2018, preferred sampling frequencies",
    false_alarm="None known.",
    judge_known=judge,
    headline=True,
    describe=_words,
)
