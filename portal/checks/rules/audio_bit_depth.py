"""Has every sample enough bits?

Bits per decoded sample of lossless files. Lossy formats have no bit depth. Floating-point samples count with their 32
or 64 bits.
"""

from dataclasses import dataclass

from portal.checks.applies import only_lossless
from portal.checks.check import Check, Judgement, Severity, State, known
from portal.checks.params import RuleParams, param
from portal.checks.report import AudioReport


@dataclass(frozen=True, kw_only=True)
class Params(RuleParams):
    min_bits: int = param(16, label="Lowest bit depth", unit="bit", minimum=8, maximum=32)
    advised_bits: int | None = param(
        None, label="Advised bit depth", unit="bit", minimum=8, maximum=32, help="Fewer bits than this are remarked on."
    )


def judge(report: AudioReport, params: Params) -> Judgement:
    bits = known(report.decoded.bits_per_sample)
    state, message, action = State.PASS, f"The bit depth is {bits} bit.", ""
    if bits < params.min_bits:
        state = State.FAIL
        message = f"The bit depth is {bits} bit; the programme asks for at least {params.min_bits} bit."
        action = f"Export again from the session at {max(params.min_bits, params.advised_bits or 24)} bit."
    elif params.advised_bits is not None and bits < params.advised_bits:
        state = State.WARN
        message = f"The bit depth is {bits} bit, fine for listening; the programme prefers {params.advised_bits} bit."
        action = f"If you still have the session, export again at {params.advised_bits} bit."
    return Judgement(
        state=state,
        message=message,
        action=action,
        value=bits,
        unit="bit",
        measured=f"{bits} bit",
        limit=f"at least {params.min_bits} bit",
    )


CHECK = Check(
    key="audio.bit_depth",
    version=1,
    title="Bit depth",
    about=__doc__,
    subject=AudioReport,
    params=Params,
    applies=only_lossless,
    needs=("decoded.bits_per_sample",),
    severity=Severity.WARN,
    standard="Bits per coded sample as decoded",
    false_alarm="None known.",
    judge_known=judge,
    headline=True,
    describe=lambda params: f"at least {params.min_bits} bit",
)
