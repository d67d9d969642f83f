"""Does a lossless file look as if it had once been lossy?

A cliff of 20 dB and more between 15 and 20.6 kHz in the long-term spectrum of a lossless file. A hint for the reviewer
with the spectrum before them, and never a proof: about half of the better codecs leave no trace, and one in five
honest files shows the same cliff.
"""

from dataclasses import dataclass

from portal.checks.applies import only_lossless, only_sound
from portal.checks.check import Audience, Check, Judgement, Severity, State, known
from portal.checks.params import RuleParams, param
from portal.checks.report import AudioReport
from portal.checks.wording import kilohertz, short_number

EDGE_BAND_HZ = (15_000, 20_600)


@dataclass(frozen=True, kw_only=True)
class Params(RuleParams):
    min_edge_db: float = param(20.0, label="Height of the cliff", unit="dB", minimum=10, maximum=100)


def judge(report: AudioReport, params: Params) -> Judgement:
    edge_hz, edge_db = known(report.spectrum.edge_hz), round(known(report.spectrum.edge_db), 1)
    cliff = edge_db >= params.min_edge_db and EDGE_BAND_HZ[0] <= edge_hz <= EDGE_BAND_HZ[1]
    value = f"The spectrum falls by {short_number(edge_db)} dB at {kilohertz(round(edge_hz, -2))}"
    return Judgement(
        state=State.FAIL if cliff else State.PASS,
        message=f"{value}. Lossy formats do this; microphones, samples and filters can do it too."
        if cliff
        else f"{value}.",
        action="Look at the spectrum and listen before you think anything of it." if cliff else "",
        value=edge_db,
        unit="dB",
        measured=f"{short_number(edge_db)} dB at {kilohertz(round(edge_hz, -2))}",
        limit=f"below {short_number(params.min_edge_db)} dB between 15 and 20.6 kHz",
    )


CHECK = Check(
    key="origin.lossy",
    version=1,
    title="Traces of a lossy format",
    about=__doc__,
    subject=AudioReport,
    params=Params,
    applies=lambda report: only_sound(report) or only_lossless(report),
    needs=("spectrum.edge_hz", "spectrum.edge_db", "decoded.lossless"),
    severity=Severity.INFORM,
    audience=Audience.STAFF,
    standard="Own method: long-term spectrum of the louder half",
    false_alarm="Often: about one of five honest files shows such traces.",
    judge_known=judge,
    describe=lambda params: None,
)
