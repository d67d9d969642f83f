"""How loud are the loudest moments?

Highest momentary loudness (400 ms) and highest short-term loudness (3 s) by EBU Tech 3341 v4, taken at a fine hop.
Without limits they are only told; short-form broadcast rules limit the short-term loudness.
"""

from dataclasses import dataclass

from portal.checks.check import Check, Judgement, Place, Severity, State, known, not_measured
from portal.checks.params import RuleParams, param
from portal.checks.report import AudioReport
from portal.checks.wording import clock, listed, number, short_number


@dataclass(frozen=True, kw_only=True)
class Params(RuleParams):
    max_momentary_lufs: float | None = param(None, label="Highest momentary", unit="LUFS", minimum=-70, maximum=6)
    max_short_term_lufs: float | None = param(None, label="Highest short-term", unit="LUFS", minimum=-70, maximum=6)


def judge(report: AudioReport, params: Params) -> Judgement:
    loudness = report.loudness
    momentary = round(known(loudness.max_momentary_lufs), 1)
    if params.max_short_term_lufs is not None and loudness.max_short_term_lufs is None:
        return not_measured(report.why_not("loudness.max_short_term_lufs") or "there is no short-term loudness")
    # Files shorter than 3 s have no short-term loudness; without a limit on it the momentary one is judged alone.
    short_term = None if loudness.max_short_term_lufs is None else round(loudness.max_short_term_lufs, 1)
    told = [f"momentary {number(momentary)} LUFS"]
    told += [] if short_term is None else [f"short-term {number(short_term)} LUFS"]
    over, excess = _places(report, params), 0.0
    if params.max_momentary_lufs is not None:
        excess = max(excess, momentary - params.max_momentary_lufs)
    if params.max_short_term_lufs is not None and short_term is not None:
        excess = max(excess, short_term - params.max_short_term_lufs)
    value = f"The loudest moments reach {listed(told)}"
    where = f" at {clock(over[0].start_s)}" if over else ""
    return Judgement(
        state=State.FAIL if excess > 0 else State.PASS,
        message=f"{value}; this is {number(excess)} LU too loud{where}." if excess > 0 else f"{value}.",
        action=f"Lower that passage by about {number(excess)} dB." if excess > 0 else "",
        value=momentary,
        unit="LUFS",
        measured=listed(told),
        limit=_words(params),
        places=over,
        place_count=len(over),
    )


def _places(report: AudioReport, params: Params) -> tuple[Place, ...]:
    loudness = report.loudness
    windows = (
        ("momentary", 0.4, loudness.max_momentary_lufs, loudness.max_momentary_at_s, params.max_momentary_lufs),
        ("short-term", 3.0, loudness.max_short_term_lufs, loudness.max_short_term_at_s, params.max_short_term_lufs),
    )
    return tuple(
        Place(start_s=max(end - width, 0.0), end_s=end, label=f"{name} {number(lufs)} LUFS")
        for name, width, lufs, end, limit in windows
        if lufs is not None and end is not None and limit is not None and round(lufs, 1) > limit
    )


def _words(params: Params) -> str:
    limits = (("momentary", params.max_momentary_lufs), ("short-term", params.max_short_term_lufs))
    return listed([f"{name} at most {short_number(lufs)} LUFS" for name, lufs in limits if lufs is not None])


CHECK = Check(
    key="loudness.maximum",
    version=1,
    title="Loudest moments",
    about=__doc__,
    subject=AudioReport,
    params=Params,
    needs=("loudness.max_momentary_lufs",),
    severity=Severity.INFORM,
    standard="EBU Tech 3341 v4; EBU R 128 s1 limits the short-term loudness",
    false_alarm="Genre: percussion.",
    judge_known=judge,
    describe=lambda params: _words(params) or None,
)
