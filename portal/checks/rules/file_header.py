"""Does the file's header tell the truth?

Byte rate, block alignment, sizes and length in the header are compared with the file itself. A size that a streaming
program left open on purpose is only remarked on. Foreign bytes in front of the sound, such as an ID3 tag before a WAV,
are named.
"""

from portal.checks.check import Check, Judgement, Severity, State
from portal.checks.params import RuleParams
from portal.checks.report import AudioReport
from portal.checks.wording import listed

FAULTS = {
    "byte_rate_wrong": "byte rate",
    "block_align_wrong": "block alignment",
    "container_size_wrong": "file size",
    "data_size_zero": "size of the sound (given as 0)",
    "data_size_beyond_file": "size of the sound (more than there is)",
    "length_wrong": "length",
    "streamed_size": "size of the sound (left open)",
}


def judge(report: AudioReport, params: RuleParams) -> Judgement:
    faults = report.container.header_faults
    leading = report.container.leading_bytes or 0
    limit = "a header that fits the file"
    if not faults and leading:
        size = f"{leading:,} {'byte' if leading == 1 else 'bytes'}"
        return Judgement(
            state=State.FAIL,
            message=f"{size} that cannot be played stand in front of the sound. Some players will stumble.",
            action="Export it again to be safe.",
            value=leading,
            measured=f"{size} in front",
            limit=limit,
        )
    if not faults:
        return Judgement(state=State.PASS, message="The header fits the file.", measured="no fault", limit=limit)
    names = listed([FAULTS.get(fault, fault.replace("_", " ")) for fault in faults])
    if set(faults) == {"streamed_size"}:
        state = State.WARN
        said = "The header leaves the size of the sound open, as programs write it that do not know the length yet"
    else:
        state, said = State.FAIL, f"The header is wrong about its {names}"
        if "data_size_zero" in faults:
            said += ", as after a recording that was not stopped properly"
    return Judgement(
        state=state,
        message=f"{said}. Some players will stumble.",
        action="Export it again to be safe.",
        value=len(faults),
        measured=names,
        limit=limit,
    )


CHECK = Check(
    key="file.header",
    version=2,
    title="Truthful header",
    about=__doc__,
    subject=AudioReport,
    params=RuleParams,
    needs=("container.sniffed",),
    severity=Severity.WARN,
    standard="EBU Tech 3285 (WAV, BWF), EBU Tech 3306 / ITU-R BS.2088 (RF64, BW64), RFC 9639 (FLAC)",
    false_alarm="Streamed exports legitimately leave the size open; they are only remarked on.",
    told_by=("file.damaged",),
    judge_known=judge,
    describe=lambda params: None,
)
