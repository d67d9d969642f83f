"""What every preset asks of a file, whatever its style: that it is whole, and that faults are named."""

from typing import Any

from portal.checks.check import Severity
from portal.checks.evaluate import RuleSpec


def block(check_key: str, **params: Any) -> RuleSpec:
    """A rule that must be kept."""
    return RuleSpec(check_key=check_key, severity=Severity.BLOCK, params=params)


def warn(check_key: str, **params: Any) -> RuleSpec:
    """A rule whose failure is remarked on."""
    return RuleSpec(check_key=check_key, severity=Severity.WARN, params=params)


def inform(check_key: str, **params: Any) -> RuleSpec:
    """A rule whose failure is told."""
    return RuleSpec(check_key=check_key, severity=Severity.INFORM, params=params)


WHOLE_FILE = (
    block("file.readable"),
    block("file.damaged"),
    warn("file.joined"),
    block("file.flac_md5"),
    block("audio.valid_samples"),
    block("silence.overall"),
    warn("file.extension"),
    warn("file.extra_streams"),
    warn("file.header"),
    warn("file.hidden_data"),
    warn("file.metadata_size"),
    warn("audio.constant_format"),
    inform("health.analysis"),
)

EXPORT_FAULTS = (
    warn("stereo.dead_channel"),
    warn("stereo.dropped_channel"),
    warn("silence.head"),
    warn("silence.tail"),
    warn("silence.gap"),
    warn("defect.dropouts"),
    warn("stereo.polarity"),
    warn("stereo.mono_compatibility"),
    warn("stereo.imbalance"),
    warn("level.dc_offset"),
    inform("stereo.dual_mono"),
    inform("silence.abrupt_edges"),
    inform("defect.clicks"),
)

TOLD = (
    inform("audio.padded_bits"),
    inform("loudness.range"),
    inform("loudness.maximum"),
    inform("loudness.platforms"),
    inform("spectrum.low_end"),
    inform("noise.hum"),
    inform("identity.metadata"),
)

BETWEEN_RECORDINGS = (
    warn("duplicate.own"),
    inform("duplicate.elsewhere"),
    inform("duplicate.acoustic"),
)

FOR_STAFF = (
    inform("origin.lossy"),
    inform("origin.upsampled"),
    inform("file.encoder"),
)
