"""What a report says about the file: its container, what it claims, what decoding proved, whom it names.

None means "not known"; `Health.not_measured` gives the reason for everything outside `Container` and `Declared`, where
None only means that the file does not say.
"""

from dataclasses import dataclass, field

from portal.checks.sound_facts import Span
from portal.checks.strict import Strict

# Values of `Container.sniffed`, decided from the bytes and never from the name.
CONTAINERS = ("wav", "rf64", "bw64", "w64", "aiff", "aifc", "flac", "ogg", "mp3", "mp4", "adts", "caf")

# Values of `Container.header_faults`. "streamed_size" is what a program writes that does not know the length yet.
HEADER_FAULTS = (
    "byte_rate_wrong",
    "block_align_wrong",
    "container_size_wrong",
    "data_size_zero",
    "data_size_beyond_file",
    "length_wrong",
    "streamed_size",
)

# Values of `Container.ending`. What was promised is missing; the last MPEG frame is incomplete; Ogg's end mark is not
# there, although its last page is whole.
ENDINGS = ("whole", "broken_off", "last_frame_cut", "no_end_mark")


@dataclass(frozen=True, kw_only=True)
class Container(Strict):
    """The outer file, by its bytes."""

    sniffed: str | None = None  # one of CONTAINERS, or None when the bytes are none of them
    extension: str | None = None  # of the name the applicant gave, lower case, no dot; "" when it has none
    file_bytes: int | None = None
    file_sha256: str | None = None  # hex, of all bytes
    audio_bytes: int | None = None  # coded audio
    metadata_bytes: int | None = None  # tags, pictures, known chunks
    hidden_bytes: int | None = None  # neither audio nor known metadata
    leading_bytes: int | None = None  # foreign, in front of the container
    header_faults: tuple[str, ...] = ()  # of HEADER_FAULTS
    ending: str | None = None  # one of ENDINGS; None where the container does not tell
    recordings: int | None = None  # that stand in the file one after the other
    recordings_heard: int | None = None  # how many of these were decoded; the first ones
    damaged_bytes: int | None = None  # within the sound: what is no frame, or a page whose checksum is wrong
    damage_count: int | None = None  # places of it
    damage_places: tuple[Span, ...] = ()  # the first of these, where the container tells the time
    audio_streams: int | None = None
    video_streams: int | None = None  # moving pictures; an attached cover is not one
    picture_streams: int | None = None
    other_streams: int | None = None  # data, subtitles
    video_frame_rate_hz: float | None = None


@dataclass(frozen=True, kw_only=True)
class Declared(Strict):
    """What the header and the tags claim. Never shown as the truth."""

    read_error: str | None = None  # why the claims could not be read; None when they could
    codec: str | None = None
    duration_s: float | None = None
    duration_estimated: bool | None = None  # guessed from size and bitrate because no header states a length
    sample_rate_hz: int | None = None
    channels: int | None = None
    bits_per_sample: int | None = None
    bitrate_bps: int | None = None
    encoder: str | None = None  # the program that wrote the file, as the file says


@dataclass(frozen=True, kw_only=True)
class Decoded(Strict):
    """What one full decode of the first audio stream gave."""

    codec: str | None = None  # FFmpeg's codec name: pcm_s24le, flac, alac, mp3, aac, vorbis, opus…
    lossless: bool | None = None
    float_samples: bool | None = None  # the coded samples are floating point
    duration_s: float | None = None  # frames / sample rate
    frames: int | None = None  # samples per channel
    sample_rate_hz: int | None = None
    channels: int | None = None
    channel_layout: str | None = None  # FFmpeg's name: mono, stereo, 5.1(side)…
    bits_per_sample: int | None = None  # of the coded samples; None for lossy codecs
    effective_bits: int | None = None  # bits that are ever used; None for lossy, float and digital silence
    bitrate_bps: int | None = None  # coded audio bytes x 8 / decoded seconds
    packets: int | None = None
    bad_packets: int | None = None  # packets that the decoder refused
    format_changes: int | None = None  # times that rate, layout or sample format changed on the way
    non_finite_samples: int | None = None  # NaN, infinite, or so large (over 2^15) that they are damage
    non_finite_at_s: float | None = None  # where the first one is
    stopped_at_limit: bool | None = None  # decoding stopped at the longest length we decode
    pcm_sha256: str | None = None  # hex, of interleaved 32-bit samples: equal for equal sound in any lossless file
    flac_md5_stored: bool | None = None  # the FLAC header carries the checksum of its sound
    flac_md5: bool | None = None  # the checksum agrees with the decoded sound


@dataclass(frozen=True, kw_only=True)
class NamedField(Strict):
    """A tag that can name a person. Its text is left out on purpose: a report must be harmless to show."""

    source: str  # ID3, Vorbis comment, RIFF INFO, bext, iXML, MP4…
    field: str  # as the format spells it: TPE1, ARTIST, IART…
    label: str  # in plain words: Artist, Composer, Originator…


@dataclass(frozen=True, kw_only=True)
class Identity(Strict):
    """Places in the file that can tell a blind reviewer who made it."""

    named_fields: tuple[NamedField, ...] = ()
    named_field_count: int | None = None  # all of them, also those beyond the list
    pictures: int | None = None


@dataclass(frozen=True, kw_only=True)
class Fingerprint(Strict):
    """Which acoustic fingerprint was taken; the fingerprint itself is kept apart."""

    algorithm: str | None = None
    digest: str | None = None  # SHA-256, hex, of the fingerprint
    items: int | None = None  # 32-bit words in it
    covers_s: float | None = None  # seconds of sound that it covers


@dataclass(frozen=True, kw_only=True)
class Health(Strict):
    """How the analysis went."""

    engine: str  # name and version, as in "soundcheck-audio 1"; another version may measure otherwise
    tools: dict[str, str] = field(default_factory=dict)  # library -> version
    cpu_s: float | None = None
    wall_s: float | None = None
    peak_rss_bytes: int | None = None
    limits_hit: tuple[str, ...] = ()  # each a sentence
    confinement: tuple[str, ...] = ()  # what held the decoder: rlimits, landlock, no network…
    not_measured: dict[str, str] = field(default_factory=dict)  # "loudness" or "loudness.range_lu" -> reason
