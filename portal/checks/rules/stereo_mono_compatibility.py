"""What is left of the mix in mono?

Power of (L+R)/2 against the mean power of left and right, and the share of the time in which the correlation of 3 s
windows is below -0.5. Independent channels lose 3 dB and waver around a correlation of 0, which is normal.
"""

from dataclasses import dataclass

from portal.checks.applies import only_live_stereo
from portal.checks.check import Check, Judgement, Place, Severity, State, known
from portal.checks.params import RuleParams, param
from portal.checks.report import AudioReport
from portal.checks.wording import number, short_number

WINDOW_S = 3.0


@dataclass(frozen=True, kw_only=True)
class Params(RuleParams):
    max_loss_db: float = param(6.0, label="Largest loss in mono", unit="dB", minimum=0, maximum=40)
    max_negative_percent: float = param(
        50.0, label="Longest opposition of left and right", unit="% of the time", minimum=0, maximum=100
    )


def judge(report: AudioReport, params: Params) -> Judgement:
    loss = round(known(report.stereo.mono_fold_loss_db), 1)
    percent = round(100 * known(report.stereo.negative_share))
    value = (
        f"In mono the mix loses {number(max(loss, 0.0))} dB; left and right oppose each other {percent} % of the time"
    )
    bad = loss > params.max_loss_db or percent > params.max_negative_percent
    places = _worst(report) if bad else ()
    most_loss, most_percent = short_number(params.max_loss_db), short_number(params.max_negative_percent)
    return Judgement(
        state=State.FAIL if bad else State.PASS,
        message=f"{value}, so parts of it vanish on mono loudspeakers." if bad else f"{value}.",
        action="Check stereo wideners and spaced microphones by listening in mono." if bad else "",
        value=loss,
        unit="dB",
        measured=f"{number(loss)} dB, {percent} % of the time",
        limit=f"at most {most_loss} dB and {most_percent} % of the time",
        places=places,
        place_count=len(places),
    )


def _worst(report: AudioReport) -> tuple[Place, ...]:
    at, lowest = report.stereo.min_correlation_at_s, report.stereo.min_correlation
    if at is None or lowest is None:
        return ()
    return (Place(start_s=at, end_s=at + WINDOW_S, label=f"lowest correlation, {number(lowest, 2)}"),)


CHECK = Check(
    key="stereo.mono_compatibility",
    version=3,
    title="Mono compatibility",
    about=__doc__,
    subject=AudioReport,
    params=Params,
    applies=only_live_stereo,
    needs=("stereo.mono_fold_loss_db", "stereo.negative_share"),
    severity=Severity.WARN,
    standard="Own method: power of the mono sum, correlation of 3 s windows",
    false_alarm="Spaced microphone pairs, wide synthesisers; genuine stereo pianos lose up to 7 dB.",
    told_by=("stereo.polarity",),
    judge_known=judge,
    describe=lambda params: f"at most {short_number(params.max_loss_db)} dB loss in mono",
)
