"""Does the ending of the file's name say what the file is?

The container is decided from its bytes; usual aliases (.aif and .aiff, .m4a, .mp4 and .mov, .ogg, .oga and .opus) are
one.
"""

from portal.checks.check import Check, Judgement, Severity, State, known
from portal.checks.formats import CONTAINER_NAMES, ENDINGS
from portal.checks.params import RuleParams
from portal.checks.report import AudioReport


def judge(report: AudioReport, params: RuleParams) -> Judgement:
    extension = known(report.container.extension)
    sniffed = known(report.container.sniffed)
    endings = ENDINGS.get(sniffed, (sniffed,))
    name = CONTAINER_NAMES.get(sniffed, sniffed.upper())
    limit = " or ".join(f".{ending}" for ending in endings)
    if extension in endings:
        return Judgement(state=State.PASS, message=f"The file is {name}, as its name says.", measured=name, limit=limit)
    said = f"ends in .{extension}" if extension else "has no ending"
    return Judgement(
        state=State.FAIL,
        message=f"The name {said}, but the content is {name}; some players will refuse it.",
        action=f"Rename it to end in .{endings[0]}, or export it again in the format you meant.",
        measured=name,
        limit=limit,
    )


CHECK = Check(
    key="file.extension",
    version=1,
    title="Name and content agree",
    about=__doc__,
    subject=AudioReport,
    params=RuleParams,
    needs=("container.sniffed", "container.extension"),
    severity=Severity.WARN,
    standard="Own method: container by its bytes",
    false_alarm="Seldom: an unusual alias of a known ending.",
    judge_known=judge,
    describe=lambda params: "a file name ending that fits the content",
)
