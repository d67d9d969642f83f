"""Is one of the channels silent?

A channel whose RMS stays below -80 dBFS, or 60 dB and more under the loudest one. The low-frequency channel of a
surround file may be silent.
"""

from portal.checks.applies import only_several_channels, only_sound
from portal.checks.check import Check, Judgement, Place, Severity, State, known
from portal.checks.params import RuleParams
from portal.checks.report import AudioReport
from portal.checks.wording import channel_name, listed, sentence


def judge(report: AudioReport, params: RuleParams) -> Judgement:
    channels = known(report.decoded.channels)
    known(report.stereo.dead_channel)
    dead = [index for index in report.stereo.dead_channels if index != _low_frequency_channel(report)]
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


def _low_frequency_channel(report: AudioReport) -> int | None:
    """Return the index of the LFE channel in FFmpeg's order: FL FR LFE in 2.1, FL FR FC LFE in all larger layouts."""
    layout = report.decoded.channel_layout or ("5.1" if report.decoded.channels == 6 else "")
    if ".1" not in layout:
        return None
    return 2 if layout.startswith("2.1") else 3


CHECK = Check(
    key="stereo.dead_channel",
    version=1,
    title="Dead channel",
    about=__doc__,
    subject=AudioReport,
    params=RuleParams,
    applies=lambda report: only_sound(report) or only_several_channels(report),
    needs=("stereo.dead_channel", "decoded.channels", "decoded.duration_s"),
    severity=Severity.WARN,
    standard="Own method: RMS per channel",
    false_alarm="Historical transfers and deliberate one-sided sound.",
    judge_known=judge,
    describe=lambda params: "sound in every channel",
)
