"""How long is the recording, by what can really be decoded?

Decoded samples divided by the sample rate, compared in tenths of a second as shown; the length that the header claims
plays no part. Within the tolerance a recording is accepted with a remark.
"""

from dataclasses import dataclass

from portal.checks.check import Check, Judgement, Severity, State, known, not_measured
from portal.checks.params import RuleParams, in_order, param
from portal.checks.report import AudioReport
from portal.checks.wording import clock, clock_limit

DAY_S = 86_400


@dataclass(frozen=True, kw_only=True)
class Params(RuleParams):
    min_s: float | None = param(120.0, label="Shortest", unit="s", minimum=0, maximum=DAY_S)
    max_s: float | None = param(360.0, label="Longest", unit="s", minimum=0, maximum=DAY_S)
    under_s: float = param(
        0.0,
        label="Tolerance below",
        unit="s",
        minimum=0,
        maximum=600,
        help="Shorter by less than this is only remarked on.",
    )
    over_s: float = param(
        5.0,
        label="Tolerance above",
        unit="s",
        minimum=0,
        maximum=600,
        help="Longer by less than this is only remarked on.",
    )

    def check_together(self) -> None:
        in_order(self.min_s, self.max_s, low_label="shortest", high_label="longest")


def judge(report: AudioReport, params: Params) -> Judgement:
    duration = round(known(report.decoded.duration_s), 1)
    value = f"The recording lasts {clock(duration)}"
    state, action = State.PASS, ""
    if params.min_s is not None and duration < params.min_s:
        state = State.WARN if duration >= params.min_s - params.under_s else State.FAIL
        action = "Send a longer recording or a longer excerpt."
    elif params.max_s is not None and duration > params.max_s:
        state = State.WARN if duration < params.max_s + params.over_s else State.FAIL
        action = f"Cut it by at least {clock(duration - params.max_s)}, or send a shorter excerpt."
    elif report.decoded.stopped_at_limit:
        return not_measured("the recording is longer than what we analyse")
    message = f"{value}." if state is State.PASS else f"{value}; the programme asks for {_range(params)}."
    if state is State.WARN:
        message += " This is within the tolerance and will be accepted."
        action = "You can leave it as it is, or export it again at the length asked for."
    return Judgement(
        state=state,
        message=message,
        action=action,
        value=duration,
        unit="s",
        measured=clock(duration),
        limit=_words(params),
    )


def _range(params: Params) -> str:
    if params.min_s is not None and params.max_s is not None:
        return f"{clock_limit(params.min_s)} to {clock_limit(params.max_s)}"
    if params.min_s is not None:
        return f"at least {clock_limit(params.min_s)}"
    return "" if params.max_s is None else f"at most {clock_limit(params.max_s)}"


def _words(params: Params) -> str:
    after = []
    if params.min_s is not None and params.under_s:
        after.append(f"short below {clock_limit(params.min_s - params.under_s)}")
    if params.max_s is not None and params.over_s:
        after.append(f"over from {clock_limit(params.max_s + params.over_s)}")
    return "; ".join(part for part in (_range(params), ", ".join(after)) if part)


CHECK = Check(
    key="length.duration",
    version=1,
    title="Duration",
    about=__doc__,
    subject=AudioReport,
    params=Params,
    needs=("decoded.duration_s",),
    severity=Severity.BLOCK,
    standard="Decoded samples / sample rate",
    false_alarm="None, because the decoded length is judged.",
    judge_known=judge,
    headline=True,
    describe=lambda params: _words(params) or None,
)
