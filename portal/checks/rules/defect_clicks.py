"""Are there clicks or crackles?

Isolated outliers of the second difference of the waveform that are not the beginning of a louder sound, as of a drum.
Rates are per minute, counting at least one minute.
"""

from dataclasses import dataclass

from portal.checks.check import Check, Judgement, Severity, State, known, places_of
from portal.checks.params import RuleParams, param
from portal.checks.report import AudioReport
from portal.checks.wording import clock, count, listed, sentence, short_number


@dataclass(frozen=True, kw_only=True)
class Params(RuleParams):
    max_per_min: float = param(5.0, label="Most clicks per minute", minimum=0, maximum=1_000)


def judge(report: AudioReport, params: Params) -> Judgement:
    clicks = known(report.defects.clicks)
    per_minute = clicks / max(known(report.decoded.duration_s) / 60, 1.0)
    many = per_minute > params.max_per_min
    places = places_of(report.defects.click_places, "click", channels=report.decoded.channels) if many else ()
    where = f", at {listed([clock(place.start_s) for place in places[:3]])}" if places else ""
    more = " and further on" if clicks > 3 and places else ""
    return Judgement(
        state=State.FAIL if many else State.PASS,
        message=f"{count(clicks, 'click')}{where}{more}: this sounds like crackling."
        if many
        else sentence(count(clicks, "click")),
        action="Unless they are meant, check edits and crossfades there, and the buffer size of the recording."
        if many
        else "",
        value=clicks,
        measured=count(clicks, "click"),
        limit=f"at most {short_number(params.max_per_min)} per minute",
        places=places,
        place_count=clicks if many else 0,
    )


CHECK = Check(
    key="defect.clicks",
    version=1,
    title="Clicks",
    about=__doc__,
    subject=AudioReport,
    params=Params,
    needs=("defects.clicks", "decoded.duration_s"),
    severity=Severity.INFORM,
    standard="Own method: isolated outliers of the second difference",
    false_alarm="Percussion, vinyl samples, glitch music.",
    judge_known=judge,
    describe=lambda params: None,
)
