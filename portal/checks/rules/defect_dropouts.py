"""Are there holes in the sound?

Runs of zeros of 3 to 120 ms, or of one frozen value of up to 500 ms, that are entered and left in the middle of sound
above -40 dBFS. Two things are mentioned only, since they are seldom an accident: more than one a second, as a gate, a
bit crusher or a sequencer leaves them; and rests, which are zeros of up to 500 ms, or between sounds that differ by
more than 15 dB, as behind a note that faded or before one that begins.
"""

from dataclasses import dataclass
from functools import partial

from portal.checks.check import Check, Judgement, Place, Severity, State, known, places_of
from portal.checks.params import RuleParams, param
from portal.checks.report import AudioReport
from portal.checks.wording import clock, count, listed, sentence

MOST_BY_ACCIDENT_PER_MIN = 60


@dataclass(frozen=True, kw_only=True)
class Params(RuleParams):
    max_dropouts: int = param(0, label="Most dropouts", minimum=0, maximum=10_000)


def judge(report: AudioReport, params: Params) -> Judgement:
    defects = report.defects
    dropouts, rests = known(defects.dropouts), defects.rests or 0
    judgement = partial(
        Judgement,
        value=dropouts,
        measured=", ".join([count(dropouts, "dropout"), *([count(rests, "silence")] if rests else [])]),
        limit=f"at most {params.max_dropouts}",
    )
    if dropouts > params.max_dropouts:
        meant = dropouts > MOST_BY_ACCIDENT_PER_MIN * max(known(report.decoded.duration_s) / 60, 1.0)
        cause = "buffer underruns leave these, and so do hard gates"
        places = places_of(defects.dropout_places, "dropout", channels=report.decoded.channels)
        return judgement(
            state=State.WARN if meant else State.FAIL,
            message=f"{count(dropouts, 'short hole')} in the sound{_where(places, dropouts)}: "
            f"{'so many that they may be meant' if meant else cause}.",
            action="Unless they are meant, bounce offline, or with a larger buffer, and export again.",
            places=places,
            place_count=dropouts,
        )
    if rests > params.max_dropouts:
        places = places_of(defects.rest_places, "silence", channels=report.decoded.channels)
        return judgement(
            state=State.WARN,
            message=f"{count(rests, 'short silence')} between sounds{_where(places, rests)}: "
            "too long for a buffer underrun, or beside a note that fades or begins, so probably meant.",
            action="If they are not meant, look at these places in your project and export again.",
            places=places,
            place_count=rests,
        )
    return judgement(state=State.PASS, message=sentence(count(dropouts, "dropout")))


def _where(places: tuple[Place, ...], found: int) -> str:
    if not places:
        return ""
    return f" at {listed([clock(place.start_s) for place in places[:3]])}{' and further on' if found > 3 else ''}"


CHECK = Check(
    key="defect.dropouts",
    version=3,
    title="Dropouts",
    about=__doc__,
    subject=AudioReport,
    params=Params,
    needs=("defects.dropouts", "decoded.duration_s"),
    severity=Severity.WARN,
    standard="Own method: zero or frozen runs inside sound",
    false_alarm="Gates, stutter edits, sequenced notes with nothing between them.",
    judge_known=judge,
    describe=lambda params: "no dropouts",
)
