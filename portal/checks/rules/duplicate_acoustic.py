"""Does the recording sound like one from another application or year?

Bit error rate between acoustic fingerprints at their best alignment. Up to 0.20 it is the same recording in another
coding, level or length; up to 0.30 it is worth a look; unrelated music lies above 0.40. For staff only.
"""

from dataclasses import dataclass

from portal.checks.check import Audience, Check, Judgement, Place, Severity, State, known
from portal.checks.params import RuleParams, in_order, param
from portal.checks.portfolio import Comparison
from portal.checks.wording import clock, count, number, short_number


@dataclass(frozen=True, kw_only=True)
class Params(RuleParams):
    same_rate: float = param(0.20, label="Same recording up to", unit="bit error rate", minimum=0, maximum=0.5)
    look_rate: float = param(0.30, label="Worth a look up to", unit="bit error rate", minimum=0, maximum=0.5)

    def check_together(self) -> None:
        in_order(self.same_rate, self.look_rate, low_label="same recording", high_label="worth a look")


def judge(comparison: Comparison, params: Params) -> Judgement:
    rated = [(twin.bit_error_rate, twin) for twin in known(comparison.acoustic) if twin.bit_error_rate is not None]
    close = sorted((pair for pair in rated if pair[0] <= params.look_rate), key=lambda pair: pair[0])
    limit = f"bit error rate above {short_number(params.same_rate, 2)}"
    if not close:
        message = "No other recording sounds like it."
        return Judgement(state=State.PASS, message=message, measured="no likeness", limit=limit)
    rate, twin = close[0]
    same = rate <= params.same_rate
    others = f", and {count(len(close) - 1, 'further recording')}" if len(close) > 1 else ""
    return Judgement(
        state=State.FAIL if same else State.WARN,
        message=f"From {clock(twin.here_s)} it {'is the same recording as' if same else 'resembles'} {twin.name} from "
        f"{clock(twin.there_s)} (bit error rate {number(rate, 2)}){others}. Shared samples can do this.",
        action="Listen to both at these times before you think anything of it.",
        value=rate,
        measured=f"bit error rate {number(rate, 2)}",
        limit=limit,
        places=tuple(
            Place(start_s=other.here_s, end_s=other.here_s, label=f"like {other.name} from {clock(other.there_s)}")
            for _, other in close
        ),
        place_count=len(close),
    )


CHECK = Check(
    key="duplicate.acoustic",
    version=1,
    title="Sounds like another recording",
    about=__doc__,
    subject=Comparison,
    params=Params,
    needs=("acoustic",),
    severity=Severity.INFORM,
    audience=Audience.STAFF,
    standard="Own method: bit error rate of acoustic fingerprints",
    false_alarm="Common sample packs, covers over one backing track.",
    judge_known=judge,
    describe=lambda params: None,
)
