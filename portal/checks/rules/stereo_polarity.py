"""Is one channel turned upside down?

Correlation of left and right over the whole file below -0.9, or, between 100 and 2000 Hz, below -0.8 in every 3 s
window.
"""

from dataclasses import dataclass

from portal.checks.applies import only_live_stereo
from portal.checks.check import Check, Judgement, Severity, State, known
from portal.checks.params import RuleParams, param
from portal.checks.report import AudioReport
from portal.checks.wording import number, short_number


@dataclass(frozen=True, kw_only=True)
class Params(RuleParams):
    min_correlation: float = param(-0.9, label="Lowest correlation of the file", minimum=-1, maximum=0)
    min_mid_band: float = param(-0.8, label="Lowest correlation of the middle range", minimum=-1, maximum=0)


def judge(report: AudioReport, params: Params) -> Judgement:
    whole = round(known(report.stereo.correlation), 2)
    mid_band = round(known(report.stereo.mid_band_max_correlation), 2)
    value = f"The correlation of left and right is {number(whole, 2)}"
    lowest, lowest_mid = short_number(params.min_correlation, 2), short_number(params.min_mid_band, 2)
    inverted = whole < params.min_correlation
    if not inverted and mid_band < params.min_mid_band:
        inverted = True
        value = f"Between 100 and 2000 Hz the correlation of left and right never rises above {number(mid_band, 2)}"
    return Judgement(
        state=State.FAIL if inverted else State.PASS,
        message=f"{value}: they look polarity-inverted and cancel each other in mono." if inverted else f"{value}.",
        action="Flip the polarity of one channel and export again." if inverted else "",
        value=whole,
        measured=number(whole, 2),
        limit=f"at least {lowest}, {lowest_mid} in the middle range",
    )


CHECK = Check(
    key="stereo.polarity",
    version=2,
    title="Polarity",
    about=__doc__,
    subject=AudioReport,
    params=Params,
    applies=only_live_stereo,
    needs=("stereo.correlation", "stereo.mid_band_max_correlation"),
    severity=Severity.WARN,
    standard="Own method: correlation of the whole file and of its middle range",
    false_alarm="Seldom: an effect that turns one channel on purpose.",
    judge_known=judge,
    describe=lambda params: None,
)
