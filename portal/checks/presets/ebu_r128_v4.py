"""European broadcast delivery: -23 LUFS, at most -1 dBTP."""

from portal.checks.preset import Preset
from portal.checks.presets._shared import EXPORT_FAULTS, TOLD, WHOLE_FILE, block, warn

PRESET = Preset(
    key="ebu_r128_v4",
    name="EBU R 128 v4",
    issuer="European Broadcasting Union",
    version="4",
    dated="2020-08-01",
    note="Broadcast programmes. The tolerance is that of quality control, ±0.2 LU; live productions get ±1 LU.",
    rules=(
        block("file.format", accepted=["wav", "flac"]),
        block("audio.sample_rate", min_hz=48_000),
        block("audio.bit_depth", min_bits=16, advised_bits=24),
        block("audio.channels", accepted=["mono", "stereo", "surround"]),
        warn("loudness.integrated", min_lufs=-23.2, max_lufs=-22.8),
        warn("peak.true_peak", max_dbtp=-1.0, advised_dbtp=None),
        warn("peak.clipping", max_runs_per_min=0.0),
        *WHOLE_FILE,
        *EXPORT_FAULTS,
        *TOLD,
    ),
)
