"""Are all bits that the file announces in use?

All samples are combined bit by bit; bits at the end that are never set carry nothing. Exact as a proof of padding, but
a full bit depth proves nothing: any processing fills the low bits.
"""

from dataclasses import dataclass

from portal.checks.applies import only_lossless
from portal.checks.check import Check, Judgement, Severity, State, known
from portal.checks.params import RuleParams, param
from portal.checks.report import AudioReport


@dataclass(frozen=True, kw_only=True)
class Params(RuleParams):
    max_unused_bits: int = param(4, label="Most unused bits", unit="bit", minimum=0, maximum=24)


def judge(report: AudioReport, params: Params) -> Judgement:
    used, announced = known(report.decoded.effective_bits), known(report.decoded.bits_per_sample)
    padded = announced - used > params.max_unused_bits
    value = f"{used} of {announced} bits are used"
    return Judgement(
        state=State.FAIL if padded else State.PASS,
        message=f"{value}: the sound has the resolution of {used} bit." if padded else f"{value}.",
        action=f"If the session has {announced} bit, export it directly at {announced} bit." if padded else "",
        value=used,
        unit="bit",
        measured=f"{used} of {announced} bit",
        limit=f"at most {params.max_unused_bits} unused bits",
    )


def _needs_integers(report: AudioReport) -> str | None:
    return "the samples are floating point" if report.decoded.float_samples else None


CHECK = Check(
    key="audio.padded_bits",
    version=1,
    title="Padded bit depth",
    about=__doc__,
    subject=AudioReport,
    params=Params,
    applies=lambda report: only_lossless(report) or _needs_integers(report),
    needs=("decoded.effective_bits", "decoded.bits_per_sample"),
    severity=Severity.INFORM,
    standard="Own method: bits that are set in any sample",
    false_alarm="Honest 16-bit sources in a 24-bit session; synthesisers with 16-bit output.",
    judge_known=judge,
    describe=lambda params: None,
)
