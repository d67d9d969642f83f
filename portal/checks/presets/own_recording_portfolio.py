"""What most master's programmes ask of an applicant's own recordings: lossless, of a sensible length, any style."""

from portal.checks.preset import Preset
from portal.checks.presets._shared import BETWEEN_RECORDINGS, EXPORT_FAULTS, FOR_STAFF, TOLD, WHOLE_FILE, block, warn

PRESET = Preset(
    key="own_recording_portfolio",
    name="Own recording portfolio",
    issuer="Soundcheck",
    version="1",
    dated="2026-09-01",
    note="The applicant's own productions of any style. Length and format are required; levels are only remarked on.",
    rules=(
        block("length.duration", min_s=120.0, max_s=360.0, over_s=5.0),
        block("file.format", accepted=["wav", "aiff", "flac"]),
        block("audio.sample_rate", min_hz=44_100),
        block("audio.bit_depth", min_bits=16),
        block("audio.channels", accepted=["mono", "stereo"]),
        warn("length.sounding", min_s=110.0),
        warn("loudness.integrated", min_lufs=-30.0, max_lufs=-6.0),
        warn("loudness.plr", min_lu=5.0),
        warn("peak.true_peak", max_dbtp=0.0, advised_dbtp=-1.0),
        warn("peak.clipping"),
        warn("peak.sample_overs"),
        *WHOLE_FILE,
        *EXPORT_FAULTS,
        *TOLD,
        *BETWEEN_RECORDINGS,
        *FOR_STAFF,
    ),
)
