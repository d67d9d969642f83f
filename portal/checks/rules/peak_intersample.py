"""Does the waveform pass full scale only between the samples?

Places above 0 dBTP where no sample reaches full scale: a sample-peak meter does not show them, a converter may clip
them.
"""

from dataclasses import dataclass

from portal.checks.check import Check, Judgement, Severity, State, known, places_of
from portal.checks.params import RuleParams, param
from portal.checks.report import AudioReport
from portal.checks.wording import count, sentence


@dataclass(frozen=True, kw_only=True)
class Params(RuleParams):
    max_overs: int = param(0, label="Most peaks between samples", minimum=0, maximum=100_000)


def judge(report: AudioReport, params: Params) -> Judgement:
    overs = known(report.loudness.intersample_overs)
    many = overs > params.max_overs
    value = count(overs, "peak")
    return Judgement(
        state=State.FAIL if many else State.PASS,
        message=f"{value} between the samples {'passes' if overs == 1 else 'pass'} full scale, "
        "although no sample does: converters may clip there."
        if many
        else sentence(f"{value} between the samples above full scale"),
        action="Use a true-peak limiter with a ceiling of −1 dB." if many else "",
        value=overs,
        measured=value,
        limit=f"at most {params.max_overs}",
        places=places_of(
            report.loudness.true_peak_over_places, "true peak above 0 dBTP", channels=report.decoded.channels
        )
        if many
        else (),
        place_count=overs if many else 0,
    )


CHECK = Check(
    key="peak.intersample",
    version=1,
    title="Peaks between samples",
    about=__doc__,
    subject=AudioReport,
    params=Params,
    needs=("loudness.intersample_overs",),
    severity=Severity.INFORM,
    standard="ITU-R BS.1770-5 Annex 2",
    false_alarm="Seldom: the wave between the samples is computed, not guessed.",
    told_by=("peak.true_peak",),
    judge_known=judge,
    describe=lambda params: None,
)
