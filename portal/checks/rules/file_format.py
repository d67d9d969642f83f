"""Is the file in a format that the programme accepts?

The format is what was really decoded, never what the name says: an MP3 inside a WAV is an MP3.
"""

from dataclasses import dataclass

from portal.checks.check import Check, Judgement, Severity, State, known
from portal.checks.formats import FORMATS, format_name, format_of
from portal.checks.params import RuleParams, param
from portal.checks.report import AudioReport
from portal.checks.wording import listed


@dataclass(frozen=True, kw_only=True)
class Params(RuleParams):
    accepted: tuple[str, ...] = param(
        ("wav", "aiff", "flac"),
        label="Accepted formats",
        help="ALAC is Apple's lossless format (.m4a); MP3, AAC, Ogg Vorbis and Opus lose sound for good.",
        choices=FORMATS,
    )


def judge(report: AudioReport, params: Params) -> Judgement:
    name = format_name(known(format_of(report)))
    wanted = _words(params)
    if format_of(report) in params.accepted:
        return Judgement(state=State.PASS, message=f"The file is {name}.", measured=name, limit=wanted)
    if report.decoded.lossless:
        action = f"Export it again as {wanted}; converting this file loses nothing either."
    else:
        action = (
            f"Export it again from the session as {wanted}; converting this file will not bring back what was lost."
        )
    return Judgement(
        state=State.FAIL,
        message=f"The file is {name}; the programme accepts {wanted}.",
        action=action,
        measured=name,
        limit=wanted,
    )


def _words(params: Params) -> str:
    return listed([FORMATS[key] for key in params.accepted], "or")


CHECK = Check(
    key="file.format",
    version=1,
    title="File format",
    about=__doc__,
    subject=AudioReport,
    params=Params,
    needs=("decoded.codec", "decoded.lossless"),
    severity=Severity.BLOCK,
    standard="Codec and container as decoded by FFmpeg",
    false_alarm="None known.",
    judge_known=judge,
    headline=True,
    describe=_words,
)
