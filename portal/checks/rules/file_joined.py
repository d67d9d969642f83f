"""Does the file hold one recording, or several one after the other?

Joined files are known by what begins a file: a second header, tag or length mark in the middle of an MP3, a second
stream in Ogg, a second FLAC, WAV, AIFF or MPEG-4 file behind the first. The decoded length is what a player that goes
on to the end plays: all recordings of an MP3 or a FLAC, those of an Ogg chain that are coded alike, and the first alone
of every other kind.
"""

from portal.checks.check import Check, Judgement, Severity, State, known
from portal.checks.params import RuleParams
from portal.checks.report import AudioReport
from portal.checks.wording import clock

_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def judge(report: AudioReport, params: RuleParams) -> Judgement:
    recordings, heard = known(report.container.recordings), known(report.container.recordings_heard)
    limit = "one recording"
    if recordings <= 1:
        return Judgement(state=State.PASS, message="The file holds one recording.", measured=limit, limit=limit)
    amount = _WORDS[recordings] if recordings < len(_WORDS) else f"{recordings:,}"
    length = clock(known(report.decoded.duration_s))
    if heard >= recordings:
        outcome = f"together they last {length}, and many players show the length of the first or stop behind it"
    elif heard == 1:
        outcome = f"only the first can be heard ({length})"
    else:
        outcome = f"only the first {_WORDS[heard] if heard < len(_WORDS) else heard} can be heard ({length})"
    return Judgement(
        state=State.FAIL,
        message=f"This file holds {amount} recordings one after the other: {outcome}.",
        action="Export the one that you mean as a file of its own.",
        value=recordings,
        measured=f"{amount} recordings, {heard} heard",
        limit=limit,
    )


CHECK = Check(
    key="file.joined",
    version=1,
    title="One recording",
    about=__doc__,
    subject=AudioReport,
    params=RuleParams,
    needs=("container.recordings", "container.recordings_heard", "decoded.duration_s"),
    severity=Severity.WARN,
    standard="Own method; Ogg chains: RFC 3533 section 4; FLAC: RFC 9639 section 8.2",
    false_alarm="Radio streams write a tag before every piece. MP3 files that are joined without any tag stay unseen.",
    judge_known=judge,
    describe=lambda params: None,
)
