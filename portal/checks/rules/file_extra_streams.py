"""Does the file hold more than one audio stream?

Video, further audio tracks and data streams are counted; an attached cover picture is not. Only the first audio track
is measured and heard. A second audio track is remarked on, moving pictures fail.
"""

from portal.checks.check import Check, Judgement, Severity, State, known
from portal.checks.params import RuleParams
from portal.checks.report import AudioReport
from portal.checks.wording import count, listed


def judge(report: AudioReport, params: RuleParams) -> Judgement:
    container = report.container
    video = known(container.video_streams)
    audio = known(container.audio_streams) - 1
    other = known(container.other_streams)
    extra = [
        words
        for amount, words in (
            (video, count(video, "video track")),
            (audio, count(audio, "further audio track")),
            (other, count(other, "data track")),
        )
        if amount > 0
    ]
    limit = "one audio track"
    if not extra:
        return Judgement(state=State.PASS, message="The file holds one audio track.", measured=limit, limit=limit)
    return Judgement(
        state=State.FAIL if video and not _is_still(report) else State.WARN,
        message=f"The file also holds {listed(extra)}; only the first audio track will be heard.",
        action="Export the sound alone.",
        measured=f"also {listed(extra)}",
        limit=limit,
    )


def _is_still(report: AudioReport) -> bool:
    rate = report.container.video_frame_rate_hz
    return rate is not None and rate <= 1


CHECK = Check(
    key="file.extra_streams",
    version=1,
    title="Extra streams",
    about=__doc__,
    subject=AudioReport,
    params=RuleParams,
    needs=("container.audio_streams", "container.video_streams", "container.other_streams"),
    severity=Severity.WARN,
    standard="Own method: streams that the demuxer lists",
    false_alarm="Seldom: time code or chapter tracks of editing programs.",
    judge_known=judge,
    describe=lambda params: "one audio track, no video",
)
