"""How long are all recordings of a slot together?

Sum of the decoded lengths, compared in tenths of a second as shown.
"""

from dataclasses import dataclass

from portal.checks.check import Check, Judgement, Severity, State, known
from portal.checks.params import RuleParams, in_order, param
from portal.checks.portfolio import Portfolio
from portal.checks.wording import clock, clock_limit, count


@dataclass(frozen=True, kw_only=True)
class Params(RuleParams):
    min_s: float | None = param(None, label="Shortest in total", unit="s", minimum=0, maximum=86_400)
    max_s: float | None = param(1800.0, label="Longest in total", unit="s", minimum=0, maximum=86_400)

    def check_together(self) -> None:
        in_order(self.min_s, self.max_s, low_label="shortest", high_label="longest")


def judge(portfolio: Portfolio, params: Params) -> Judgement:
    total = round(known(portfolio.total_duration_s), 1)
    value = f"{count(portfolio.recordings, 'recording')} of {clock(total)} in total"
    state, message, action = State.PASS, f"{value}.", ""
    if params.min_s is not None and total < params.min_s:
        state, message = State.FAIL, f"{value}, less than the {clock_limit(params.min_s)} that the programme asks for."
        action = f"Add at least {clock(params.min_s - total)}."
    elif params.max_s is not None and total > params.max_s:
        state, message = State.FAIL, f"{value}, more than the {clock_limit(params.max_s)} that the programme hears."
        action = f"Cut at least {clock(total - params.max_s)}, for example by sending excerpts."
    return Judgement(
        state=state, message=message, action=action, value=total, unit="s", measured=clock(total), limit=_words(params)
    )


def _words(params: Params) -> str:
    if params.min_s is not None and params.max_s is not None:
        return f"{clock_limit(params.min_s)} to {clock_limit(params.max_s)} in total"
    if params.min_s is not None:
        return f"at least {clock_limit(params.min_s)} in total"
    return "" if params.max_s is None else f"at most {clock_limit(params.max_s)} in total"


CHECK = Check(
    key="portfolio.total_duration",
    version=1,
    title="Total duration",
    about=__doc__,
    subject=Portfolio,
    params=Params,
    needs=("total_duration_s",),
    severity=Severity.BLOCK,
    standard="Sum of decoded samples / sample rate",
    false_alarm="None, because decoded lengths are judged.",
    judge_known=judge,
    describe=lambda params: _words(params) or None,
)
