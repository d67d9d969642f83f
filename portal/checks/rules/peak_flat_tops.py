"""Are peaks flattened below full scale?

Runs of three or more equal samples within 0.26 dB of a channel's own peak, where that peak is below full scale and
above -30 dBFS. It looks like this when a clipped mix was turned down, but also behind limiters and with square waves.
"""

from dataclasses import dataclass

from portal.checks.check import Check, Judgement, Severity, State, known, places_of
from portal.checks.params import RuleParams, param
from portal.checks.report import AudioReport
from portal.checks.wording import count, sentence, short_number


@dataclass(frozen=True, kw_only=True)
class Params(RuleParams):
    max_runs_per_min: float = param(10.0, label="Most flat peaks per minute", minimum=0, maximum=10_000)


def judge(report: AudioReport, params: Params) -> Judgement:
    runs = known(report.levels.flat_top_runs)
    per_minute = runs / max(known(report.decoded.duration_s) / 60, 1.0)
    many = per_minute > params.max_runs_per_min
    value = count(runs, "flat peak")
    return Judgement(
        state=State.FAIL if many else State.PASS,
        message=f"{value} below full scale, as in a clipped mix that was turned down; "
        "limiters, square waves and bit crushers leave them too."
        if many
        else sentence(f"{value} below full scale"),
        action="If that was not on purpose, look for a clipping stage before the master fader." if many else "",
        value=runs,
        measured=value,
        limit=f"at most {short_number(params.max_runs_per_min)} per minute",
        places=places_of(report.levels.flat_top_places, "flat peak", channels=report.decoded.channels) if many else (),
        place_count=runs if many else 0,
    )


CHECK = Check(
    key="peak.flat_tops",
    version=1,
    title="Flat peaks below full scale",
    about=__doc__,
    subject=AudioReport,
    params=Params,
    needs=("levels.flat_top_runs", "decoded.duration_s"),
    severity=Severity.INFORM,
    standard="Own method: equal neighbours at the channel's own peak",
    false_alarm="Often: limiters and square-wave basses flatten peaks on purpose.",
    judge_known=judge,
    describe=lambda params: None,
)
