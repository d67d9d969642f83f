"""A file in, everything there is to know about it out: sniff, claims, one decode, one pass, one report.

This runs inside the confined child (`child.py`); whoever holds a stranger's file calls that, not this.
"""

from contextlib import AbstractContextManager, closing
from dataclasses import dataclass
from pathlib import PurePath
from typing import BinaryIO

from portal.checks.file_facts import Health
from portal.checks.foreign import sentence_about, sentence_about_front
from portal.checks.report import AudioReport
from portal.checks.sniff import HEAD_BYTES, find_sound, skip_id3
from workers.audio.declared import read_claims
from workers.audio.decode import BROKEN_OFF, Decoder, Unreadable, refuse_shape
from workers.audio.decoded import report_decoded, stream_layout
from workers.audio.facts import Facts
from workers.audio.health import Stopwatch
from workers.audio.identity import report_identity
from workers.audio.layout import Layout, read_layout
from workers.audio.limits import FULL_SCALE, FULL_SCALE_8_BIT, Limits
from workers.audio.listen import Listener
from workers.audio.pcm import PcmFacts
from workers.audio.survey import Survey
from workers.audio.waveform import WaveformData
from workers.audio.window import window

NOT_AUDIO = "This is not an audio file that we can read. Export the recording as WAV, AIFF or FLAC and upload that."
EMPTY = "This file is empty. Export the recording again and upload it again."
CONTRADICTORY = (
    "The header of this file contradicts itself: its block alignment does not fit its channels and bits, so its sound "
    "would be read as noise. Export it again from the session."
)
_INVALID = "the file contains invalid sample values (NaN, infinity, or far beyond any level)"
_SOUND_GROUPS = ("loudness", "levels", "silence", "stereo", "spectrum", "defects", "fingerprint")


@dataclass(frozen=True)
class Measured:
    """The report, and beside it what is too long for a report; both None when there was no sound to measure."""

    report: AudioReport
    waveform: WaveformData | None = None
    fingerprint: tuple[int, ...] | None = None  # 32-bit words


def measure(
    file: BinaryIO,
    *,
    file_name: str | None = None,
    limits: Limits | None = None,
    tag_guard: AbstractContextManager[object] | None = None,
    confinement: tuple[str, ...] = (),
) -> Measured:
    """Measure an open file. What is in the file never makes this raise; running out of memory does."""
    watch, facts, limits = Stopwatch(), Facts(), limits or Limits()
    facts.put("container", extension=_extension(file_name), file_bytes=file.seek(0, 2))
    try:
        listener = _listen(file, facts, limits, tag_guard)
    except Unreadable as refusal:
        health = Health(**watch.numbers(), confinement=confinement)
        known = {name: facts.group(name) for name in ("container", "declared")}
        return Measured(AudioReport.unreadable(str(refusal), health=health, **known))
    limits_hit = tuple(facts.limits_hit)
    if facts.get("decoded", "stopped_at_limit"):
        limits_hit += (f"Decoding stopped after {limits.max_duration_s / 3600:g} hours.",)
    facts.excuse_rest("does not apply to this recording")
    health = Health(**watch.numbers(), confinement=confinement, limits_hit=limits_hit, not_measured=facts.reasons)
    return Measured(facts.report(health), listener.waveform, listener.fingerprint)


def _listen(file: BinaryIO, facts: Facts, limits: Limits, tag_guard: AbstractContextManager[object] | None) -> Listener:
    container, file, leading_bytes = _sniffed(file, facts)
    layout = read_layout(file, container)
    layout.leading_bytes = leading_bytes
    claims = read_claims(file, container, layout, guard=tag_guard)
    facts.put("declared", **claims.declared.to_plain())
    report_identity(facts, file, claims, layout)
    _put_layout(facts, layout)
    refuse_shape(layout.rate_hz, layout.channels)
    if layout.contradictory:
        raise Unreadable(CONTRADICTORY)
    survey = Survey(file, container, layout)
    _put_layout(facts, layout)
    with closing(_decoder(survey.sound, container, layout, limits)) as decoder:
        stream = stream_layout(decoder, layout)
        pcm = PcmFacts(
            md5_bits=stream.bits if decoder.codec == "flac" and stream.md5 else None, md5_frames=stream.frames
        )
        listener = Listener(
            decoder.rate_hz,
            decoder.channels,
            channel_names=decoder.channel_names,
            integers=not decoder.float_samples,
            full_scale=FULL_SCALE_8_BIT if decoder.sample_format.startswith("u8") else FULL_SCALE,
        )
        for piece in decoder.pieces():
            pcm.push(piece)
            listener.push(piece)
        facts.put("container", **decoder.stream_counts)
    survey.conclude(decoder)
    report_decoded(facts, decoder, pcm, stream, joined=layout.recordings > 1)
    proved = facts.get("decoded", "flac_md5") and layout.recordings == 1
    if proved and layout.frames not in (None, decoder.frames):
        layout.fault("length_wrong")  # its own checksum disproves it
    _put_layout(facts, layout)
    listener.finish(facts)
    if pcm.non_finite:
        for group in _SOUND_GROUPS:
            facts.withhold(group, _INVALID)
        listener.waveform = listener.fingerprint = None
    return listener


def _decoder(sound: BinaryIO, container: str, layout: Layout, limits: Limits) -> Decoder:
    try:
        return Decoder(sound, container=container, limits=limits)
    except Unreadable:
        if layout.ending == "broken_off":
            raise Unreadable(BROKEN_OFF) from None
        raise


def _sniffed(file: BinaryIO, facts: Facts) -> tuple[str, BinaryIO, int]:
    """Return the container, the file from its beginning on, and how many foreign bytes stand in front of it."""
    if not facts.get("container", "file_bytes"):
        raise Unreadable(EMPTY)
    container, at = find_sound(file)
    facts.put("container", sniffed=container)
    if container is None:
        file.seek(skip_id3(file))
        head = file.read(HEAD_BYTES)
        raise Unreadable(sentence_about(head) or sentence_about_front(head) or NOT_AUDIO)
    return container, window(file, at, file.seek(0, 2)), at


def _put_layout(facts: Facts, layout: Layout) -> None:
    facts.put(
        "container",
        audio_bytes=layout.audio_bytes,
        metadata_bytes=layout.metadata_bytes,
        hidden_bytes=layout.hidden_bytes,
        leading_bytes=layout.leading_bytes,
        header_faults=tuple(layout.faults),
        ending=layout.ending,
        recordings=layout.recordings,
        recordings_heard=layout.recordings_heard,
        damaged_bytes=layout.damaged_bytes,
        damage_count=layout.damage_count,
        damage_places=tuple(layout.damage),
    )


def _extension(file_name: str | None) -> str | None:
    return PurePath(file_name).suffix.lower().lstrip(".")[:20] or None if file_name else None
