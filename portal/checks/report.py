"""AudioReport: all that one look at a file found out, as strict, finite, size-capped JSON.

Workers write it, checks read it, the database keeps it. It holds no verdict: the same report is judged again whenever a
programme changes its rules. A new or changed field raises `SCHEMA_VERSION`.
"""

import json
from dataclasses import dataclass, field
from typing import Any, Self

from portal.checks.file_facts import Container, Declared, Decoded, Fingerprint, Health, Identity
from portal.checks.sound_facts import Defects, Levels, Loudness, Silence, Spectrum, Stereo
from portal.checks.strict import ReportError, Strict, field_types

SCHEMA_VERSION = 3
# What the workers' audio engine calls itself. A change there that makes any number differ raises it.
ENGINE = "soundcheck-audio 4"
MAX_JSON_BYTES = 256_000
_NOT_THEN = "the engine of then did not measure it"

# In these groups None is only allowed with a reason in health.not_measured.
MEASURED_GROUPS = (
    "decoded", "loudness", "levels", "silence", "stereo", "spectrum", "defects", "identity", "fingerprint",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class AudioReport(Strict):
    """Truth and claim side by side, every number with its unit in its name.

    Raises ReportError when a number is not finite, a list is too long, or a measured field is None without a reason.
    """

    health: Health
    readable: bool
    reason: str | None = None  # why it is not readable, as a sentence for the applicant; None when it is
    schema_version: int = SCHEMA_VERSION
    container: Container = field(default_factory=Container)
    declared: Declared = field(default_factory=Declared)
    decoded: Decoded = field(default_factory=Decoded)
    loudness: Loudness = field(default_factory=Loudness)
    levels: Levels = field(default_factory=Levels)
    silence: Silence = field(default_factory=Silence)
    stereo: Stereo = field(default_factory=Stereo)
    spectrum: Spectrum = field(default_factory=Spectrum)
    defects: Defects = field(default_factory=Defects)
    identity: Identity = field(default_factory=Identity)
    fingerprint: Fingerprint = field(default_factory=Fingerprint)

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.schema_version != SCHEMA_VERSION:
            raise ReportError(f"schema_version is {self.schema_version}; this code reads {SCHEMA_VERSION}")
        if self.readable == (self.reason is not None):
            raise ReportError("reason must be given when, and only when, the file is not readable")
        self._check_reasons()

    @classmethod
    def unreadable(cls, reason: str, *, health: Health, **known: Any) -> Self:
        """Build the report of a file that gave no sound; `known` are the groups that could still be filled."""
        left_out = {group: reason for group in MEASURED_GROUPS if group not in known}
        complete = Health.from_plain({**health.to_plain(), "not_measured": {**left_out, **health.not_measured}})
        return cls(readable=False, reason=reason, health=complete, **known)

    def value(self, path: str) -> Any:
        """Return the value at a dotted path such as "loudness.integrated_lufs"."""
        found: Any = self
        for name in path.split("."):
            found = getattr(found, name)
        return found

    def why_not(self, path: str) -> str | None:
        """Return why the field or group at `path` was not measured; None when nothing was said about it."""
        reasons = self.health.not_measured
        return reasons.get(path) or reasons.get(path.partition(".")[0])

    def to_json(self) -> str:
        """Return one line of strict JSON. Raises ReportError beyond MAX_JSON_BYTES."""
        text = json.dumps(self.to_plain(), allow_nan=False, ensure_ascii=False, separators=(",", ":"))
        _check_size(text)
        return text

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read what `to_json` wrote. Raises ReportError naming the field that is unknown, missing or wrong."""
        _check_size(text)
        try:
            plain = json.loads(text, parse_constant=_refuse_constant)
        except (json.JSONDecodeError, RecursionError) as error:
            raise ReportError(f"not JSON: {error}") from error
        version = plain.get("schema_version") if isinstance(plain, dict) else None
        if version in (1, 2):
            plain, version = _from_older(plain), SCHEMA_VERSION
        if version != SCHEMA_VERSION:
            raise ReportError(f"schema_version is {version!r}; this code reads {SCHEMA_VERSION}")
        return cls.from_plain(plain)

    def _check_reasons(self) -> None:
        known = measurable_fields()
        for path in self.health.not_measured:
            if path not in known and path not in MEASURED_GROUPS:
                raise ReportError(f"health.not_measured names {path!r}, which is no measured field")
        for path in known:
            if self.value(path) is None and self.why_not(path) is None:
                raise ReportError(f"{path} is None without a reason in health.not_measured")


def _from_older(plain: dict[str, Any]) -> dict[str, Any]:
    """Version 2 told more about the container, version 3 about silence on one side. What an older report did not look
    at stays unknown."""
    newer = Container().to_plain()
    container = plain.get("container")
    if isinstance(container, dict):
        container = {**newer, **container}
    silence, stereo, health = plain.get("silence"), plain.get("stereo"), plain.get("health")
    if (
        isinstance(silence, dict)
        and isinstance(stereo, dict)
        and isinstance(health, dict)
        and isinstance(health.get("not_measured"), dict)
    ):
        silence = {"loudest_dbfs": None, **silence}
        stereo = {"one_sided_s": None, "one_sided_places": [], **stereo}
        since_then = dict.fromkeys(("silence.loudest_dbfs", "stereo.one_sided_s"), _NOT_THEN)
        health = {**health, "not_measured": {**since_then, **health["not_measured"]}}
    newer_groups = {"container": container, "silence": silence, "stereo": stereo, "health": health}
    return {**plain, "schema_version": SCHEMA_VERSION, **newer_groups}


def measurable_fields() -> tuple[str, ...]:
    """Return the dotted names of all fields that must be measured or excused."""
    groups = field_types(AudioReport)
    return tuple(f"{group}.{name}" for group in MEASURED_GROUPS for name in field_types(groups[group]))


def _check_size(text: str) -> None:
    size = len(text.encode("utf-8", errors="surrogatepass"))
    if size > MAX_JSON_BYTES:
        raise ReportError(f"the report has {size} bytes; at most {MAX_JSON_BYTES} are kept")


def _refuse_constant(name: str) -> float:
    raise ReportError(f"{name} is not a number a report may hold")
