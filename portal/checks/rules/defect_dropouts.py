"""Are there holes in the sound?

Runs of zeros or of one frozen value of 3 to 500 ms that are entered and left in the middle of sound above -40 dBFS.
More than one a second are only remarked on: a gate, a bit crusher or a sequencer leaves so many, seldom an accident.
"""

from dataclasses import dataclass

from portal.checks.check import Check, Judgement, Severity, State, known, places_of
from portal.checks.params import RuleParams, param
from portal.checks.report import AudioReport
from portal.checks.wording import clock, count, listed, sentence

MOST_BY_ACCIDENT_PER_MIN = 60


@dataclass(frozen=True, kw_only=True)
class Params(RuleParams):
    max_dropouts: int = param(0, label="Most dropouts", minimum=0, maximum=10_000)


def judge(report: AudioReport, params: Params) -> Judgement:
    dropouts = known(report.defects.dropouts)
    many = dropouts > params.max_dropouts
    limit = f"at most {params.max_dropouts}"
    if not many:
        value = count(dropouts, "dropout")
        return Judgement(state=State.PASS, message=sentence(value), value=dropouts, measured=value, limit=limit)
    places = places_of(report.defects.dropout_places, "dropout", channels=report.decoded.channels)
    where = f" at {listed([clock(place.start_s) for place in places[:3]])}" if places else ""
    more = " and further on" if dropouts > 3 and places else ""
    meant = dropouts > MOST_BY_ACCIDENT_PER_MIN * max(known(report.decoded.duration_s) / 60, 1.0)
    cause = "buffer underruns leave these, and so do hard gates"
    return Judgement(
        state=State.WARN if meant else State.FAIL,
        message=f"{count(dropouts, 'short hole')} in the sound{where}{more}: "
        f"{'so many that they may be meant' if meant else cause}.",
        action="Unless they are meant, bounce offline, or with a larger buffer, and export again.",
        value=dropouts,
        measured=count(dropouts, "dropout"),
        limit=limit,
        places=places,
        place_count=dropouts,
    )


CHECK = Check(
    key="defect.dropouts",
    version=2,
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
