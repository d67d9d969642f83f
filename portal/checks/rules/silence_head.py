"""How long is it silent before the music begins?

Time before the first 10 ms whose level rises above the silence threshold: -60 dBFS, or 10 dB above the noise floor
where that is higher.
"""

from dataclasses import dataclass

from portal.checks.applies import only_sound
from portal.checks.check import Check, Judgement, Place, Severity, State, known
from portal.checks.params import RuleParams, in_order, param
from portal.checks.report import AudioReport
from portal.checks.wording import number, quieter_than, short_number


@dataclass(frozen=True, kw_only=True)
class Params(RuleParams):
    max_s: float = param(5.0, label="Longest silence before the music", unit="s", minimum=0, maximum=600)
    remark_s: float = param(1.0, label="Remark from", unit="s", minimum=0, maximum=600)

    def check_together(self) -> None:
        in_order(self.remark_s, self.max_s, low_label="remark from", high_label="longest silence")


def judge(report: AudioReport, params: Params) -> Judgement:
    head = round(known(report.silence.head_s), 1)
    state = State.FAIL if head > params.max_s else State.WARN if head > params.remark_s else State.PASS
    told = state is not State.PASS
    place = Place(start_s=0.0, end_s=head, label=f"{number(head)} s of silence before the music")
    return Judgement(
        state=state,
        message=f"{number(head)} s of silence{quieter_than(report.silence.threshold_dbfs)} before the music: "
        "a listener will wonder whether it plays."
        if told
        else f"{number(head)} s of silence before the music.",
        action="Trim the start." if told else "",
        value=head,
        unit="s",
        measured=f"{number(head)} s",
        limit=f"at most {short_number(params.max_s)} s",
        places=(place,) if told else (),
        place_count=int(told),
    )


CHECK = Check(
    key="silence.head",
    version=1,
    title="Silence at the start",
    about=__doc__,
    subject=AudioReport,
    params=Params,
    applies=only_sound,
    needs=("silence.head_s",),
    severity=Severity.WARN,
    standard="Own method: 10 ms windows against −60 dBFS",
    false_alarm="A very soft fade-in.",
    judge_known=judge,
    describe=lambda params: f"at most {short_number(params.max_s)} s of silence before the music",
)
