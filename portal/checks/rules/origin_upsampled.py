"""Does a high sample rate carry anything that a lower one would not?

Only from 88.2 kHz: the long-term spectrum falls off a cliff below 24.5 kHz, with nothing above. The file then sounds
like one of 44.1 or 48 kHz.
"""

from dataclasses import dataclass

from portal.checks.applies import only_sound
from portal.checks.check import Audience, Check, Judgement, Severity, State, known
from portal.checks.params import RuleParams, param
from portal.checks.report import AudioReport
from portal.checks.wording import kilohertz, short_number

HIGH_RATE_HZ = 88_200
HIGHEST_EDGE_HZ = 24_500


@dataclass(frozen=True, kw_only=True)
class Params(RuleParams):
    min_edge_db: float = param(30.0, label="Height of the cliff", unit="dB", minimum=10, maximum=100)
    max_above_dbfs: float = param(-85.0, label="Nothing above means below", unit="dBFS", minimum=-180, maximum=-40)


def judge(report: AudioReport, params: Params) -> Judgement:
    edge_hz, edge_db = known(report.spectrum.edge_hz), round(known(report.spectrum.edge_db), 1)
    above = known(report.spectrum.above_edge_dbfs)
    empty = edge_db >= params.min_edge_db and edge_hz < HIGHEST_EDGE_HZ and above <= params.max_above_dbfs
    rate = kilohertz(known(report.decoded.sample_rate_hz))
    return Judgement(
        state=State.FAIL if empty else State.PASS,
        message=f"Nothing above {kilohertz(round(edge_hz, -2))} in a {rate} file: 44.1 or 48 kHz would sound the same."
        if empty
        else f"The {rate} file uses its range.",
        action="If the session ran at a high rate, export it directly; else the lower rate is the better choice."
        if empty
        else "",
        value=edge_db,
        unit="dB",
        measured=f"cliff of {short_number(edge_db)} dB at {kilohertz(round(edge_hz, -2))}",
        limit=f"no cliff of {short_number(params.min_edge_db)} dB below 24.5 kHz with nothing above",
    )


def _high_rate(report: AudioReport) -> str | None:
    rate = report.decoded.sample_rate_hz
    return "the sample rate is below 88.2 kHz" if rate is not None and rate < HIGH_RATE_HZ else None


CHECK = Check(
    key="origin.upsampled",
    version=1,
    title="Content above the audible range",
    about=__doc__,
    subject=AudioReport,
    params=Params,
    applies=lambda report: only_sound(report) or _high_rate(report),
    needs=("spectrum.edge_hz", "spectrum.edge_db", "spectrum.above_edge_dbfs", "decoded.sample_rate_hz"),
    severity=Severity.INFORM,
    audience=Audience.STAFF,
    standard="Own method: long-term spectrum of the louder half",
    false_alarm="High-rate sessions with sources recorded at 48 kHz.",
    judge_known=judge,
    describe=lambda params: None,
)
