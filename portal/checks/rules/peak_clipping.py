"""Are peaks cut off at full scale?

Runs of three or more neighbouring samples at full scale (0.9999 and above, or the limits of the integer format),
counted per channel. A few short ones are remarked on; many, or a long one, fail. Rates are per minute, counting at
least one minute.
"""

from dataclasses import dataclass

from portal.checks.check import Check, Judgement, Severity, State, known, places_of
from portal.checks.params import RuleParams, param
from portal.checks.report import AudioReport
from portal.checks.wording import clock, count, sentence, short_number


@dataclass(frozen=True, kw_only=True)
class Params(RuleParams):
    max_runs_per_min: float = param(10.0, label="Most clipped peaks per minute", minimum=0, maximum=10_000)
    max_run_ms: float = param(1.0, label="Longest clipped peak", unit="ms", minimum=0, maximum=1_000)
    remark_from: int = param(1, label="Remark from this many clipped peaks", minimum=1, maximum=100_000)


def judge(report: AudioReport, params: Params) -> Judgement:
    runs = known(report.levels.clip_runs)
    longest_ms = known(report.levels.clip_longest_s) * 1000
    per_minute = runs / max(known(report.decoded.duration_s) / 60, 1.0)
    failed = runs and (per_minute > params.max_runs_per_min or longest_ms > params.max_run_ms)
    value = count(runs, "clipped peak")
    limit = f"at most {_words(params)}"
    if not failed and runs < params.remark_from:
        return Judgement(state=State.PASS, message=sentence(value), value=runs, measured=value, limit=limit)
    places = places_of(report.levels.clip_places, "clipped peak", channels=report.decoded.channels)
    first = f", the first at {clock(places[0].start_s)}" if places else ""
    return Judgement(
        state=State.FAIL if failed else State.WARN,
        message=f"{value}, the longest {short_number(longest_ms, 2)} ms{first}: "
        "the waveform stays at full scale there, which can be heard as distortion where it was cut off.",
        action="Lower the master bus or loosen the limiter, and export again.",
        value=runs,
        measured=value,
        limit=limit,
        places=places,
        place_count=runs,
    )


def _words(params: Params) -> str:
    most, longest = short_number(params.max_runs_per_min), short_number(params.max_run_ms)
    return f"{most} clipped peaks per minute, none longer than {longest} ms"


CHECK = Check(
    key="peak.clipping",
    version=1,
    title="Clipping",
    about=__doc__,
    subject=AudioReport,
    params=Params,
    needs=("levels.clip_runs", "levels.clip_longest_s", "decoded.duration_s"),
    severity=Severity.WARN,
    standard="Own method: runs of 3 samples at full scale",
    false_alarm="Square waves, chiptune, deliberate clipping.",
    judge_known=judge,
    headline=True,
    describe=lambda params: "no clipping",
)
