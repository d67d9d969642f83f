"""How high does the waveform rise between the samples?

True peak by ITU-R BS.1770-5 Annex 2 with fourfold oversampling, the first and the last samples included. Peaks above 0
dBTP clip in converters and lossy encoders. Compared in tenths of a dB as shown; the standard allows the meter +0.2 /
-0.4 dB.
"""

from dataclasses import dataclass

from portal.checks.check import Check, Judgement, Place, Severity, State, known, places_of
from portal.checks.params import RuleParams, param
from portal.checks.report import AudioReport
from portal.checks.wording import channel_name, clock, short_number, signed


@dataclass(frozen=True, kw_only=True)
class Params(RuleParams):
    max_dbtp: float = param(0.0, label="Highest true peak", unit="dBTP", minimum=-20, maximum=3)
    advised_dbtp: float | None = param(
        -1.0, label="Advised ceiling", unit="dBTP", minimum=-20, maximum=3, help="Peaks above this are remarked on."
    )


def judge(report: AudioReport, params: Params) -> Judgement:
    peak = round(known(report.loudness.true_peak_dbtp), 1)
    at = report.loudness.true_peak_at_s
    value = f"The true peak is {signed(peak)} dBTP" + (f" at {clock(at)}" if at is not None else "")
    ceiling = params.max_dbtp if params.advised_dbtp is None else min(params.advised_dbtp, params.max_dbtp)
    state, message, action = State.PASS, f"{value}.", ""
    if peak > params.max_dbtp:
        state, message = (
            State.FAIL,
            f"{value}, above the {short_number(params.max_dbtp)} dBTP that the programme allows.",
        )
    elif params.advised_dbtp is not None and peak > params.advised_dbtp:
        state, message = State.WARN, f"{value}, above the advised ceiling of {short_number(params.advised_dbtp)} dBTP."
    if state is not State.PASS:
        message += " Converters and MP3 encoders may clip there."
        action = f"Set the limiter's true-peak ceiling to {short_number(ceiling)} dB and export again."
    return Judgement(
        state=state,
        message=message,
        action=action,
        value=peak,
        unit="dBTP",
        measured=f"{signed(peak)} dBTP",
        limit=f"at most {short_number(params.max_dbtp)} dBTP",
        places=() if state is State.PASS else _places(report, f"true peak {signed(peak)} dBTP"),
        place_count=0 if state is State.PASS else report.loudness.true_peak_overs or int(at is not None),
    )


def _places(report: AudioReport, label: str) -> tuple[Place, ...]:
    loudness, channels = report.loudness, report.decoded.channels
    if loudness.true_peak_over_places:
        return places_of(loudness.true_peak_over_places, "true peak above 0 dBTP", channels=channels)
    at = loudness.true_peak_at_s
    if at is None:
        return ()
    name = channel_name(loudness.true_peak_channel, channels)
    full_label = f"{label}, {name}" if name else label
    return (Place(start_s=at, end_s=at, label=full_label, channel=loudness.true_peak_channel),)


CHECK = Check(
    key="peak.true_peak",
    version=1,
    title="True peak",
    about=__doc__,
    subject=AudioReport,
    params=Params,
    needs=("loudness.true_peak_dbtp",),
    severity=Severity.WARN,
    standard="ITU-R BS.1770-5 Annex 2, EBU Tech 3341 v4 (+0.2 / −0.4 dB)",
    false_alarm="Seldom: within 0.4 dB of the limit, which is the meter's own uncertainty.",
    judge_known=judge,
    headline=True,
    describe=lambda params: f"true peak at most {short_number(params.max_dbtp)} dBTP",
)
