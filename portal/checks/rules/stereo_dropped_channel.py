"""Does one channel fall silent while the other goes on?

Stretches in which one channel stays below -80 dBFS, its constant offset apart, and the other one sounds above -50 dBFS.
Only that sound is counted, not the pauses in it. A channel that is silent throughout has its own check.
"""

from dataclasses import dataclass

from portal.checks.applies import only_live_stereo
from portal.checks.check import Check, Judgement, Place, Severity, State, known
from portal.checks.params import RuleParams, param
from portal.checks.report import AudioReport
from portal.checks.sound_facts import Span
from portal.checks.wording import channel_name, clock_limit, count, listed, number, sentence, short_number

_TOLD = 3
_AT_THE_END_S = 0.1


@dataclass(frozen=True, kw_only=True)
class Params(RuleParams):
    max_s: float = param(5.0, label="Longest sound on one side alone", unit="s", minimum=1, maximum=3600)


def _where(spans: tuple[Span, ...], channels: int, duration_s: float) -> str:
    """Say when which channel is silent, naming it once where it is always the same."""
    silent = {span.channel for span in spans}
    when = [
        f"from {clock_limit(span.start_s)} to "
        f"{'the end' if span.end_s > duration_s - _AT_THE_END_S else clock_limit(span.end_s)}"
        for span in spans
    ]
    if len(silent) == 1:
        other = "left" if spans[0].channel == 1 else "right"
        name = channel_name(spans[0].channel, channels)
        return f"the {name} is silent {listed(when)} while the {other} one goes on"
    names = [f"the {channel_name(span.channel, channels)} is silent" for span in spans]
    parts = [f"{name} {times}" for name, times in zip(names, when, strict=True)]
    return f"{listed(parts)} while the other one goes on"


def judge(report: AudioReport, params: Params) -> Judgement:
    longest = round(known(report.stereo.one_sided_s), 1)
    channels, duration_s = known(report.decoded.channels), known(report.decoded.duration_s)
    measured = f"longest {number(longest)} s" if longest else "none"
    limit = f"at most {short_number(params.max_s)} s"
    if longest <= params.max_s:
        message = f"One side sounds alone for {number(longest)} s at most." if longest else "No side sounds alone."
        return Judgement(state=State.PASS, message=message, value=longest, unit="s", measured=measured, limit=limit)
    long_ones = tuple(one for one in report.stereo.one_sided_places if round(one.value or 0, 1) > params.max_s)
    in_order = sorted(long_ones, key=lambda span: span.start_s)
    where = _where(tuple(in_order[:_TOLD]), channels, duration_s)
    more = f", and so in {count(len(in_order) - _TOLD, 'more place')}" if len(in_order) > _TOLD else ""
    return Judgement(
        state=State.FAIL,
        message=sentence(f"{where}{more}"),
        action="Check the cable, the pan or the export, unless it is meant.",
        value=longest,
        unit="s",
        measured=measured,
        limit=limit,
        places=tuple(
            Place(
                start_s=span.start_s,
                end_s=span.end_s,
                label=f"{channel_name(span.channel, channels)} silent",
                channel=span.channel,
            )
            for span in in_order
        ),
        place_count=len(in_order),
    )


CHECK = Check(
    key="stereo.dropped_channel",
    version=2,
    title="Channel that drops out",
    about=__doc__,
    subject=AudioReport,
    params=Params,
    applies=only_live_stereo,
    needs=("stereo.one_sided_s", "decoded.channels", "decoded.duration_s"),
    severity=Severity.WARN,
    standard="Own method: 10 ms windows, one channel below −80 dBFS and the other above −50 dBFS",
    false_alarm="Hard-panned arrangements, in which one side rests completely.",
    judge_known=judge,
    describe=lambda params: f"no channel silent for more than {short_number(params.max_s)} s while the other goes on",
)
