"""Does mains hum lie under the music?

Harmonics of 50 or 60 Hz against their neighbours in the quietest parts: those below -45 dBFS, or 12 dB and more under
the level of the whole recording. Only peaks at the very pitch of the mains count, which no bass note of a tuned
instrument has. Under continuous music hum is not measured.
"""

from dataclasses import dataclass

from portal.checks.check import Check, Judgement, Severity, State, known
from portal.checks.params import RuleParams, param
from portal.checks.report import AudioReport
from portal.checks.wording import number, short_number


@dataclass(frozen=True, kw_only=True)
class Params(RuleParams):
    max_db: float = param(10.0, label="Largest height over the neighbours", unit="dB", minimum=3, maximum=60)


def judge(report: AudioReport, params: Params) -> Judgement:
    height = round(known(report.defects.hum_db), 1)
    base = short_number(known(report.defects.hum_hz), 0)
    hums = height >= params.max_db
    return Judgement(
        state=State.FAIL if hums else State.PASS,
        message=f"Harmonics of {base} Hz stand {number(height)} dB out in the quiet parts, as those of mains hum do."
        if hums
        else "No mains hum in the quiet parts.",
        action="If no bass or drum is tuned there, check ground loops and cables, or notch the hum out."
        if hums
        else "",
        value=height,
        unit="dB",
        measured=f"{number(height)} dB at {base} Hz",
        limit=f"below {short_number(params.max_db)} dB",
    )


CHECK = Check(
    key="noise.hum",
    version=1,
    title="Mains hum",
    about=__doc__,
    subject=AudioReport,
    params=Params,
    needs=("defects.hum_db", "defects.hum_hz"),
    severity=Severity.INFORM,
    standard="Own method: harmonics of 50 and 60 Hz in the quietest parts",
    false_alarm="Drones and bass notes at 50, 60 or 100 Hz, as of instruments tuned far from 440 Hz.",
    judge_known=judge,
    describe=lambda params: None,
)
