"""How long is it silent after the music has ended?

Time after the last 10 ms whose level rises above the silence threshold: -60 dBFS, or 10 dB above the noise floor where
that is higher.
"""

from dataclasses import dataclass

from portal.checks.applies import only_sound
from portal.checks.check import Check, Judgement, Place, Severity, State, known
from portal.checks.params import RuleParams, in_order, param
from portal.checks.report import AudioReport
from portal.checks.wording import number, quieter_than, short_number


@dataclass(frozen=True, kw_only=True)
class Params(RuleParams):
    max_s: float = param(15.0, label="Longest silence after the music", unit="s", minimum=0, maximum=600)
    remark_s: float = param(5.0, label="Remark from", unit="s", minimum=0, maximum=600)

    def check_together(self) -> None:
        in_order(self.remark_s, self.max_s, low_label="remark from", high_label="longest silence")


def judge(report: AudioReport, params: Params) -> Judgement:
    tail = round(known(report.silence.tail_s), 1)
    end = known(report.decoded.duration_s)
    state = State.FAIL if tail > params.max_s else State.WARN if tail > params.remark_s else State.PASS
    told = state is not State.PASS
    place = Place(start_s=max(end - tail, 0.0), end_s=end, label=f"{number(tail)} s of silence at the end")
    return Judgement(
        state=state,
        message=f"{number(tail)} s of silence{quieter_than(report.silence.threshold_dbfs)} at the end: "
        "if the music ends before it, the export region was too long."
        if told
        else f"{number(tail)} s of silence after the music.",
        action="If so, trim the end, keeping the reverb." if told else "",
        value=tail,
        unit="s",
        measured=f"{number(tail)} s",
        limit=f"at most {short_number(params.max_s)} s",
        places=(place,) if told else (),
        place_count=int(told),
    )


CHECK = Check(
    key="silence.tail",
    version=1,
    title="Silence at the end",
    about=__doc__,
    subject=AudioReport,
    params=Params,
    applies=only_sound,
    needs=("silence.tail_s", "decoded.duration_s"),
    severity=Severity.WARN,
    standard="Own method: 10 ms windows against −60 dBFS",
    false_alarm="Long reverberation, hidden tracks.",
    judge_known=judge,
    describe=lambda params: f"at most {short_number(params.max_s)} s of silence after the music",
)
