"""Can the whole file be decoded, to the end that it announces?

Lost time is the larger of two numbers: how far the decoded length stays behind the length that the header states, and
the share of packets that the decoder refused. Up to max(0.1 s, 0.5 %) counts as encoder delay. A length that the file
does not state, or that is only an estimate, is not held against it.
"""

from dataclasses import dataclass

from portal.checks.check import Check, Judgement, Severity, State, known
from portal.checks.params import RuleParams, param
from portal.checks.report import AudioReport
from portal.checks.wording import clock, count, short_number


@dataclass(frozen=True, kw_only=True)
class Params(RuleParams):
    max_missing_s: float = param(
        1.0,
        label="Most that may be missing",
        unit="s",
        minimum=0,
        maximum=60,
        help="Any damage below this is only remarked on.",
    )


def judge(report: AudioReport, params: Params) -> Judgement:
    bad = 0 if report.decoded.flac_md5 else known(report.decoded.bad_packets)
    duration = known(report.decoded.duration_s)
    announced = _announced(report)
    behind = announced - duration if announced is not None else 0.0
    cut_off = behind > max(0.1, 0.005 * (announced or 0.0))
    missing = max(behind if cut_off else 0.0, duration * bad / max(known(report.decoded.packets), 1))
    limit = f"at most {short_number(params.max_missing_s)} s missing"
    if not cut_off and not bad:
        return Judgement(
            state=State.PASS,
            message="The file can be decoded to its end.",
            value=0.0,
            unit="s",
            measured="whole",
            limit=limit,
        )
    if cut_off:
        message = f"Only {clock(duration)} of the announced {clock(announced or 0.0)} can be decoded: "
        message += "the upload or the export was cut off."
    else:
        message = f"{count(bad, 'damaged packet')} could not be decoded: there may be gaps or clicks."
    return Judgement(
        state=State.FAIL if missing > params.max_missing_s else State.WARN,
        message=message,
        action="Play your copy to the end; if it is whole, upload it again, else export it again.",
        value=missing,
        unit="s",
        measured=f"{short_number(missing)} s missing",
        limit=limit,
    )


def _announced(report: AudioReport) -> float | None:
    """Return the length that the file itself states, in seconds; None when it states none that means anything."""
    declared = report.declared
    if (
        declared.duration_estimated
        or report.decoded.stopped_at_limit
        or report.decoded.flac_md5
        or "streamed_size" in report.container.header_faults
    ):
        return None
    return declared.duration_s or None


CHECK = Check(
    key="file.damaged",
    version=2,
    title="Whole and undamaged",
    about=__doc__,
    subject=AudioReport,
    params=Params,
    needs=("decoded.bad_packets", "decoded.packets", "decoded.duration_s"),
    severity=Severity.BLOCK,
    standard="Own method: declared against decoded length, and packets that the decoder refused",
    false_alarm="Encoder delay stays under 0.1 s; junk before the first MP3 frame counts as one damaged packet.",
    judge_known=judge,
    describe=lambda params: "complete and undamaged",
)
