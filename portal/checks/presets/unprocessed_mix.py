"""A mix as it left the microphones and the desk: headroom, no limiting."""

from portal.checks.preset import Preset
from portal.checks.presets._shared import BETWEEN_RECORDINGS, EXPORT_FAULTS, FOR_STAFF, TOLD, WHOLE_FILE, block, warn

PRESET = Preset(
    key="unprocessed_mix",
    name="Unprocessed mix",
    issuer="Soundcheck, after the rule of a recording project",
    version="1",
    dated="2026-09-01",
    note="Recordings without mastering: peaks stay 3 dB below full scale and stand well above the loudness.",
    rules=(
        block("file.format", accepted=["wav"]),
        block("audio.sample_rate", min_hz=44_100),
        block("audio.bit_depth", min_bits=16, advised_bits=24),
        block("audio.channels", accepted=["mono", "stereo"]),
        warn("peak.true_peak", max_dbtp=-3.0, advised_dbtp=None),
        warn("loudness.plr", min_lu=10.0),
        warn("peak.clipping", max_runs_per_min=0.0),
        *WHOLE_FILE,
        *EXPORT_FAULTS,
        *TOLD,
        *BETWEEN_RECORDINGS,
        *FOR_STAFF,
    ),
)
