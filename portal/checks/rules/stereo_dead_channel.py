"""Is one of the channels silent?

A channel whose RMS stays below -80 dBFS, or 60 dB and more under the loudest one. The low-frequency channel of a
surround file may be silent.
"""

from portal.checks.applies import only_enough_for_channels, only_several_channels, only_sound
from portal.checks.check import Check, Judgement, Place, Severity, State, known
from portal.checks.params import RuleParams
from portal.checks.report import AudioReport
from portal.checks.wording import channel_name, listed, sentence


def judge(report: AudioReport, params: RuleParams) -> Judgement:
    channels = known(report.decoded.channels)
    known(report.stereo.dead_channel)
    dead = report.stereo.dead_channels
    limit = "sound in every channel"
    if not dead:
        return Judgement(state=State.PASS, message="Every channel has sound.", measured=limit, limit=limit)
    names = listed([channel_name(index, channels) for index in dead])
    end = known(report.decoded.duration_s)
    meaning = "on headphones one side stays empty" if channels == 2 else "that loudspeaker stays empty"
    return Judgement(
        state=State.FAIL,
        message=sentence(
            f"{'the ' if channels == 2 else ''}{names} {'is' if len(dead) == 1 else 'are'} silent: {meaning}"
        ),
        action="Check panning and routing on the master bus, and export again.",
        value=len(dead),
        measured=f"{names} silent",
        limit=limit,
        places=tuple(
            Place(start_s=0.0, end_s=end, label=f"{channel_name(index, channels)} silent", channel=index)
            for index in dead
        ),
        place_count=len(dead),
    )


CHECK = Check(
    key="stereo.dead_channel",
    version=3,
    title="Dead channel",
    about=__doc__,
    subject=AudioReport,
    params=RuleParams,
    applies=lambda report: only_sound(report) or only_several_channels(report) or only_enough_for_channels(report),
    needs=("stereo.dead_channel", "decoded.channels", "decoded.duration_s"),
    severity=Severity.WARN,
    standard="Own method: RMS per channel",
    false_alarm="Historical transfers and deliberate one-sided sound.",
    judge_known=judge,
    describe=lambda params: "sound in every channel",
)
