"""Do samples go beyond full scale?

Only floating-point files can hold such samples, and decoded lossy files can produce them. Nothing is lost in the file
itself, but most players clip there. In lossy files this is the rule rather than the exception, and one step milder.
"""

from portal.checks.check import Check, Judgement, Severity, State, known, places_of
from portal.checks.params import RuleParams
from portal.checks.report import AudioReport
from portal.checks.wording import count, short_number, signed


def judge(report: AudioReport, params: RuleParams) -> Judgement:
    overs = known(report.levels.over_samples)
    limit = "no sample beyond full scale"
    if not overs:
        return Judgement(
            state=State.PASS, message="No sample goes beyond full scale.", value=0, measured="none", limit=limit
        )
    peak = report.loudness.sample_peak_dbfs
    height = "" if peak is None else f", up to {signed(peak)} dBFS"
    lower = "" if peak is None else f" by about {short_number(max(peak, 0.0) + 1, 0)} dB"
    lossless = known(report.decoded.lossless)
    return Judgement(
        state=State.FAIL if lossless else State.WARN,
        message=f"{count(overs, 'sample')} beyond full scale{height}: most players will clip there"
        + ("; nothing is lost in the file yet." if lossless else "."),
        action=f"Lower the master{lower} and export again.",
        value=overs,
        measured=f"{count(overs, 'sample')}{height}",
        limit=limit,
        places=places_of(report.levels.over_places, "beyond full scale", channels=report.decoded.channels),
        place_count=max(overs, len(report.levels.over_places)),
    )


CHECK = Check(
    key="peak.sample_overs",
    version=1,
    title="Samples beyond full scale",
    about=__doc__,
    subject=AudioReport,
    params=RuleParams,
    needs=("levels.over_samples", "decoded.lossless"),
    severity=Severity.WARN,
    standard="Own method: decoded samples above 1.0",
    false_alarm="Never in its count; a floating-point file may hold such samples unharmed.",
    judge_known=judge,
    describe=lambda params: "no sample beyond full scale",
)
