"""Has the file the number of channels that the programme asks for?

Channels of the decoded audio: one is mono, two are stereo, more are surround.
"""

from dataclasses import dataclass

from portal.checks.check import Check, Judgement, Severity, State, known
from portal.checks.params import RuleParams, param
from portal.checks.report import AudioReport
from portal.checks.wording import listed

LAYOUTS = {"mono": "mono", "stereo": "stereo", "surround": "surround"}


@dataclass(frozen=True, kw_only=True)
class Params(RuleParams):
    accepted: tuple[str, ...] = param(("mono", "stereo"), label="Accepted", choices=LAYOUTS)


def judge(report: AudioReport, params: Params) -> Judgement:
    channels = known(report.decoded.channels)
    layout = {1: "mono", 2: "stereo"}.get(channels, "surround")
    words = layout if channels <= 2 else f"{channels}-channel"
    wanted = listed(params.accepted, "or")
    accepted = layout in params.accepted
    best = "stereo" if "stereo" in params.accepted else params.accepted[0]
    return Judgement(
        state=State.PASS if accepted else State.FAIL,
        message=f"This is a {words} file." if accepted else f"This is a {words} file; the programme accepts {wanted}.",
        action="" if accepted else f"Export a {best} mix from the session and upload that.",
        value=channels,
        unit="channels",
        measured=words,
        limit=wanted,
    )


CHECK = Check(
    key="audio.channels",
    version=1,
    title="Channels",
    about=__doc__,
    subject=AudioReport,
    params=Params,
    needs=("decoded.channels",),
    severity=Severity.BLOCK,
    standard="Channels as decoded",
    false_alarm="None known.",
    judge_known=judge,
    headline=True,
    describe=lambda params: listed(params.accepted, "or"),
)
