"""Does the sound stop, or start, in the middle?

RMS of the last and of the first 10 ms, loudest channel. An edge is abrupt when it is louder than -40 dBFS and within
10 dB of the integrated loudness: music that ends falls below that. The start is looked at only where the programme
asks for it, because tightly trimmed music begins on a full beat.
"""

import math
from dataclasses import dataclass

from portal.checks.applies import only_sound
from portal.checks.check import Check, Judgement, Place, Severity, State, known
from portal.checks.params import RuleParams, param
from portal.checks.report import AudioReport
from portal.checks.wording import listed, number, short_number

WINDOW_S = 0.01
FLOOR_FS = 1e-10  # where decibels are shown, nought reads as -200 dBFS


@dataclass(frozen=True, kw_only=True)
class Params(RuleParams):
    max_edge_dbfs: float = param(-40.0, label="Edges may always be as loud as", unit="dBFS", minimum=-120, maximum=0)
    below_loudness_db: float = param(
        10.0, label="and up to this far under the loudness", unit="dB", minimum=0, maximum=60
    )
    at_start: bool = param(False, label="Look at the start too")


def judge(report: AudioReport, params: Params) -> Judgement:
    end_s = known(report.decoded.duration_s)
    limit_dbfs = max(params.max_edge_dbfs, known(report.loudness.integrated_lufs) - params.below_loudness_db)
    edges = (
        ("starts", 0.0, min(WINDOW_S, end_s), _dbfs(known(report.silence.start_rms_fs))),
        ("stops", max(end_s - WINDOW_S, 0.0), end_s, _dbfs(known(report.silence.end_rms_fs))),
    )
    judged = edges if params.at_start else edges[1:]
    abrupt = [edge for edge in judged if edge[3] > limit_dbfs]
    loudest = max(edge[3] for edge in judged)
    limit = f"edges at most {short_number(limit_dbfs)} dBFS"
    if not abrupt:
        message = "Beginning and end are soft." if params.at_start else "The end is soft."
        return Judgement(state=State.PASS, message=message, value=loudest, unit="dBFS", measured="soft", limit=limit)
    told = listed([f"{verb} at {number(level)} dBFS" for verb, _, _, level in abrupt])
    return Judgement(
        state=State.FAIL,
        message=f"The sound {told}, without a fade: the export may have been cut.",
        action="Leave a little room before and after the music, or set a short fade.",
        value=loudest,
        unit="dBFS",
        measured=told,
        limit=limit,
        places=tuple(Place(start_s=start, end_s=end, label=f"{verb} abruptly") for verb, start, end, _ in abrupt),
        place_count=len(abrupt),
    )


def _dbfs(level_fs: float) -> float:
    return round(20 * math.log10(max(level_fs, FLOOR_FS)), 1)


CHECK = Check(
    key="silence.abrupt_edges",
    version=1,
    title="Abrupt start or end",
    about=__doc__,
    subject=AudioReport,
    params=Params,
    applies=only_sound,
    needs=("silence.start_rms_fs", "silence.end_rms_fs", "loudness.integrated_lufs", "decoded.duration_s"),
    severity=Severity.INFORM,
    standard="Own method: RMS of the first and last 10 ms",
    false_alarm="Loops, hard endings, excerpts.",
    told_by=("file.damaged",),
    judge_known=judge,
    describe=lambda params: None,
)
