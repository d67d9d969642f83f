"""How the large streaming services play music: -14 LUFS, at most -1 dBTP. A target of players, not of mixers."""

from portal.checks.preset import Preset
from portal.checks.presets._shared import EXPORT_FAULTS, TOLD, WHOLE_FILE, block, inform, warn

PRESET = Preset(
    key="streaming_14",
    name="Streaming −14 LUFS",
    issuer="Spotify, YouTube, Tidal and Amazon, as they publish it",
    version="2026",
    dated="2026-09-01",
    note="Tells what players will do to the level. The loudness is told and never counts against a recording.",
    rules=(
        block("file.format", accepted=["wav", "aiff", "flac", "alac"]),
        block("audio.sample_rate", min_hz=44_100),
        block("audio.channels", accepted=["mono", "stereo"]),
        inform("loudness.integrated", min_lufs=-16.0, max_lufs=-12.0),
        warn("peak.true_peak", max_dbtp=-1.0, advised_dbtp=None),
        warn("peak.clipping"),
        warn("peak.sample_overs"),
        inform("peak.intersample"),
        *WHOLE_FILE,
        *EXPORT_FAULTS,
        *TOLD,
    ),
)
