"""Is there a long silence inside the recording?

Silences of 1 s and more between the first and the last sound: every 10 ms of them below -60 dBFS.
"""

from dataclasses import dataclass

from portal.checks.applies import only_sound
from portal.checks.check import Check, Judgement, Severity, State, known, places_of
from portal.checks.params import RuleParams, param
from portal.checks.report import AudioReport
from portal.checks.wording import clock, listed, number, quieter_than, short_number


@dataclass(frozen=True, kw_only=True)
class Params(RuleParams):
    max_s: float = param(10.0, label="Longest silence inside", unit="s", minimum=1, maximum=600)


def judge(report: AudioReport, params: Params) -> Judgement:
    longest = round(known(report.silence.longest_gap_s), 1)
    measured = f"longest {number(longest)} s" if longest else "none"
    limit = f"at most {short_number(params.max_s)} s"
    if longest <= params.max_s:
        message = f"The longest silence inside is {number(longest)} s." if longest else "No silence inside."
        return Judgement(state=State.PASS, message=message, value=longest, unit="s", measured=measured, limit=limit)
    long_gaps = tuple(gap for gap in report.silence.gaps if round(gap.end_s - gap.start_s, 1) > params.max_s)
    in_order = sorted(long_gaps, key=lambda gap: gap.start_s)
    where = [f"from {clock(gap.start_s)} to {clock(gap.end_s)}" for gap in in_order[:3]]
    more = f" and in {len(in_order) - 3} more places" if len(in_order) > 3 else ""
    quieter = quieter_than(report.silence.threshold_dbfs)
    return Judgement(
        state=State.FAIL,
        message=f"Silence{quieter} {listed(where)}{more}: a section may be missing."
        if where
        else f"A silence of {number(longest)} s{quieter} inside.",
        action="Check the session for muted tracks; if these are movements, send them as separate files.",
        value=longest,
        unit="s",
        measured=measured,
        limit=limit,
        places=places_of(tuple(in_order), "silence"),
        place_count=len(in_order),
    )


CHECK = Check(
    key="silence.gap",
    version=1,
    title="Silence inside",
    about=__doc__,
    subject=AudioReport,
    params=Params,
    applies=only_sound,
    needs=("silence.longest_gap_s",),
    severity=Severity.WARN,
    standard="Own method: 10 ms windows against −60 dBFS",
    false_alarm="Movements, general pauses, silence as a means of composition.",
    judge_known=judge,
    describe=lambda params: f"no silence longer than {short_number(params.max_s)} s inside",
)
