"""The handbook page of all checks, written from the checks themselves."""

from itertools import groupby
from typing import Any

from portal.checks.check import Audience, Check, Severity
from portal.checks.params import ParamField
from portal.checks.preset import Preset, all_presets
from portal.checks.registry import all_checks

GROUP_TITLES = {
    "audio": "Coded audio",
    "defect": "Defects",
    "duplicate": "Duplicates",
    "file": "File and container",
    "health": "The analysis itself",
    "identity": "Identity",
    "length": "Length",
    "level": "Level",
    "loudness": "Loudness",
    "noise": "Noise",
    "origin": "Origin",
    "peak": "Peaks and clipping",
    "portfolio": "All recordings together",
    "silence": "Silence and edges",
    "spectrum": "Spectrum",
    "stereo": "Stereo and mono",
}

SEVERITY_WORDS = {
    Severity.BLOCK: "blocks",
    Severity.WARN: "is remarked on",
    Severity.INFORM: "is told",
}

INTRODUCTION = """# Checks

<!-- Written by `python -m portal.checks`; edit the rule files instead. -->

Every limit below is a default. A programme decides which checks its slots use, with which limits, and whether a failure
blocks, is remarked on, or is only told. A check says *pass*, *warn*, *fail*, *not applicable* or *not measured*. *Warn*
is one step milder than *fail*. *Not measured* is never a pass: where a blocking rule could not be measured, a person
looks.

Numbers are compared as they are shown, so what a person reads is what was judged.
"""


def handbook() -> str:
    """Return the whole page as Markdown."""
    checks = sorted(all_checks().values(), key=lambda check: (GROUP_TITLES[check.group], check.key))
    parts = [INTRODUCTION]
    for group, members in groupby(checks, key=lambda check: check.group):
        parts.append(f"## {GROUP_TITLES[group]}\n")
        parts += [_section(check) for check in members]
    parts.append("## Presets\n")
    parts += [_preset(preset) for preset in all_presets().values()]
    return "\n".join(parts)


def _section(check: Check[Any, Any]) -> str:
    readers = "Staff alone" if check.audience is Audience.STAFF else "Applicants and staff"
    lines = [
        f"### {check.title}",
        "",
        (check.about or "").strip(),
        "",
        f"- Key: `{check.key}`, version {check.version}",
        f"- By default a failure {SEVERITY_WORDS[check.severity]}",
        f"- Read by: {readers}",
        f"- Standard: {check.standard}",
        f"- False alarms: {check.false_alarm}",
        "",
    ]
    fields = check.params.fields()
    if fields:
        lines += ["| Parameter | Meaning | Default | Allowed |", "|---|---|---|---|"]
        lines += [_row(field) for field in fields]
        lines.append("")
    return "\n".join(lines)


def _row(field: ParamField) -> str:
    meaning = f"{field.label}. {field.help}".strip() if field.help else field.label
    return f"| `{field.name}` | {meaning} | {field.value_words(field.default)} | {_allowed(field)} |"


def _allowed(field: ParamField) -> str:
    if field.choices:
        return ", ".join(f"`{choice}`" for choice in field.choices)
    if field.kind == "flag":
        return "yes, no"
    words = f"{field.minimum:g} to {field.maximum:g}"
    return f"{words}, or none" if field.optional else words


def _preset(preset: Preset) -> str:
    return (
        f"### {preset.name}\n\n{preset.note}\n\n"
        f"- Key: `{preset.key}`\n- Issued by: {preset.issuer}, version {preset.version}, dated {preset.dated}\n"
        f"- Rules: {len(preset.rules)}\n"
    )
