"""Can the whole file be decoded, to the end that it announces?

Lost time is the largest of three numbers: how far the decoded length stays behind the length that the header states,
the share of packets that the decoder refused, and the places that are damaged by the container's own evidence (no frame
where one should be, a page whose checksum is wrong). A file that breaks off where its container promises more fails,
however much is missing: fewer bytes than a PCM chunk announces (some programs count up to 44 bytes of header with it),
fewer samples than FLAC's header states, fewer MP3 frames than the Xing, Info or VBRI header counts (by more than two).
Elsewhere up to 0.1 s, or three AAC frames, counts as encoder delay. A length that is not stated or only estimated is
not held against the file. An incomplete last MP3 or AAC frame, or a missing Ogg end mark, is remarked on.
"""

from dataclasses import dataclass

from portal.checks.check import Check, Judgement, Severity, State, known, places_of
from portal.checks.params import RuleParams, param
from portal.checks.report import AudioReport
from portal.checks.wording import clock, count, listed, short_number


@dataclass(frozen=True, kw_only=True)
class Params(RuleParams):
    max_missing_s: float = param(
        1.0,
        label="Most that may be missing",
        unit="s",
        minimum=0,
        maximum=60,
        help="Damage inside below this is only remarked on; a file that breaks off fails.",
    )


_DELAY_S, _DELAY_FRAMES = 0.1, 3 * 2048
_CUT = "the upload or the export was cut off"
ENDINGS = {
    "broken_off": f"The file breaks off at {{}}, and more should follow: {_CUT}.",
    "last_frame_cut": f"The file breaks off at {{}} in the middle of a frame: {_CUT}, or a program cut the file that "
    "does not look at frames.",
    "no_end_mark": f"The file stops at {{}} without the mark that ends such a file: perhaps {_CUT}.",
}


def judge(report: AudioReport, params: Params) -> Judgement:
    bad = 0 if report.decoded.flac_md5 else known(report.decoded.bad_packets)
    duration = known(report.decoded.duration_s)
    announced = _announced(report)
    behind = (announced or 0.0) - duration
    behind = behind if behind > _delay_s(report) else 0.0
    inside = max(duration * bad / max(known(report.decoded.packets), 1), _damaged_s(report))
    missing = max(behind, inside)
    limit = f"at most {short_number(params.max_missing_s)} s missing"
    ending = report.container.ending
    if not missing and not report.container.damage_count and ending in (None, "whole"):
        return Judgement(
            state=State.PASS,
            message="The file can be decoded to its end.",
            value=0.0,
            unit="s",
            measured="whole",
            limit=limit,
        )
    message, is_cut = _message(report, bad, duration, announced if behind else None, missing)
    return Judgement(
        state=State.FAIL if missing > params.max_missing_s or ending == "broken_off" else State.WARN,
        message=message,
        action="Play your copy to the end; if it is whole, upload it again, else export it again.",
        value=missing,
        unit="s",
        measured=_measured(missing, is_cut),
        limit=limit,
        places=places_of(report.container.damage_places, "damaged"),
        place_count=report.container.damage_count or 0,
    )


def _message(
    report: AudioReport, bad: int, duration: float, announced: float | None, missing: float
) -> tuple[str, bool]:
    """What is wrong, and whether it is that the end is missing."""
    container = report.container
    if container.damage_count:
        return _inner_damage(report, missing), False
    if announced is not None and clock(duration) != clock(announced):
        return f"Only {clock(duration)} of the announced {clock(announced)} can be decoded: {_CUT}.", True
    if container.ending in ENDINGS:
        return ENDINGS[container.ending].format(clock(duration)), True
    if announced is not None:
        return f"{short_number(missing)} s of what the file announces cannot be decoded: {_CUT}.", True
    return f"{count(bad, 'damaged packet')} could not be decoded: there may be gaps or clicks.", False


def _inner_damage(report: AudioReport, missing: float) -> str:
    container = report.container
    where = listed([clock(place.start_s) for place in container.damage_places[:3]])
    more = (container.damage_count or 0) - min(len(container.damage_places), 3)
    if where and more > 0:
        where += f" and in {count(more, 'more place')}"
    place = f" at {where}" if where else " inside"
    lost = f"; about {short_number(missing)} s cannot be decoded" if round(missing, 1) else ""
    end = " Its end is missing, too." if container.ending == "broken_off" else ""
    return f"The file is damaged{place}{lost}: there may be gaps or clicks.{end}"


def _measured(missing: float, is_cut: bool) -> str:
    if round(missing, 1):
        return f"{short_number(missing)} s missing"
    return "end missing" if is_cut else "damaged"


def _damaged_s(report: AudioReport) -> float:
    """How long the damaged places last; those beyond the list count like the listed ones."""
    places = report.container.damage_places
    lost = sum(place.end_s - place.start_s for place in places)
    return lost * (report.container.damage_count or 0) / max(len(places), 1)


def _delay_s(report: AudioReport) -> float:
    if report.container.ending == "broken_off" and report.container.sniffed != "ogg":  # Ogg states no length
        return 0.0
    if report.decoded.lossless:
        return _DELAY_S
    return max(_DELAY_S, _DELAY_FRAMES / (report.decoded.sample_rate_hz or 48_000))


def _announced(report: AudioReport) -> float | None:
    """Return the length that the file itself states, in seconds; None when it states none that means anything."""
    declared = report.declared
    if (
        declared.duration_estimated
        or report.decoded.stopped_at_limit
        or report.decoded.flac_md5
        or {"streamed_size", "length_wrong"} & set(report.container.header_faults)
    ):
        return None
    return declared.duration_s or None


CHECK = Check(
    key="file.damaged",
    version=4,
    title="Whole and undamaged",
    about=__doc__,
    subject=AudioReport,
    params=Params,
    needs=("decoded.bad_packets", "decoded.packets", "decoded.duration_s"),
    severity=Severity.BLOCK,
    standard="Own method: declared against decoded length, refused packets, frame by frame; Ogg checksums: RFC 3533",
    false_alarm="Encoder delay stays under 0.1 s. Bytes overwritten within an MP3 frame stay unseen: no checksum.",
    judge_known=judge,
    describe=lambda params: "complete and undamaged",
)
