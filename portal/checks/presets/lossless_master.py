"""A finished master as a label would take it: lossless, 24 bit, room for the converter."""

from portal.checks.preset import Preset
from portal.checks.presets._shared import (
    BETWEEN_RECORDINGS,
    EXPORT_FAULTS,
    FOR_STAFF,
    TOLD,
    WHOLE_FILE,
    block,
    inform,
    warn,
)

PRESET = Preset(
    key="lossless_master",
    name="Lossless master",
    issuer="Soundcheck",
    version="1",
    dated="2026-09-01",
    note="Finished masters in full resolution. No target loudness, but no clipping and a true-peak ceiling.",
    rules=(
        block("file.format", accepted=["wav", "aiff", "flac", "alac"]),
        block("audio.sample_rate", min_hz=44_100),
        block("audio.bit_depth", min_bits=16, advised_bits=24),
        block("audio.channels", accepted=["stereo"]),
        warn("loudness.integrated", min_lufs=-30.0, max_lufs=-6.0),
        warn("peak.true_peak", max_dbtp=-1.0, advised_dbtp=None),
        warn("peak.clipping", max_runs_per_min=0.0),
        warn("peak.sample_overs"),
        inform("peak.flat_tops"),
        inform("peak.intersample"),
        *WHOLE_FILE,
        *EXPORT_FAULTS,
        *TOLD,
        *BETWEEN_RECORDINGS,
        *FOR_STAFF,
    ),
)
