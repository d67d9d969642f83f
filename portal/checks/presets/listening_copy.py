"""Whatever the applicant has, as long as it can be heard well: lossy formats at a fair bitrate are welcome."""

from portal.checks.preset import Preset
from portal.checks.presets._shared import BETWEEN_RECORDINGS, EXPORT_FAULTS, TOLD, WHOLE_FILE, block, warn

PRESET = Preset(
    key="listening_copy",
    name="Listening copy",
    issuer="Soundcheck",
    version="1",
    dated="2026-09-01",
    note="For slots where the music counts and not the file, such as a work by others or a live document.",
    rules=(
        block("length.duration", min_s=30.0, max_s=900.0, over_s=15.0),
        block("file.format", accepted=["wav", "aiff", "flac", "alac", "mp3", "aac", "vorbis", "opus"]),
        block("audio.sample_rate", min_hz=32_000),
        block("audio.channels", accepted=["mono", "stereo"]),
        warn("audio.bitrate", min_mp3_kbps=192, min_other_kbps=128),
        warn("peak.clipping"),
        *WHOLE_FILE,
        *EXPORT_FAULTS,
        *TOLD,
        *BETWEEN_RECORDINGS,
    ),
)
