"""From findings to the marks on a waveform."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

# A recording that clips throughout has thousands of places: past this many marks the picture says no more.
MOST_MARKS = 200


def marks_of(findings: Iterable[Any]) -> list[dict[str, Any]]:
    """`[{start_s, end_s, severity, label}]` for every place of the findings, given as objects or as stored mappings."""
    marks = [
        {
            "start_s": _of(place, "start_s"),
            "end_s": _of(place, "end_s"),
            "severity": str(_of(finding, "effect")),
            "label": _of(finding, "title"),
        }
        for finding in findings
        for place in _of(finding, "places")
    ]
    return marks[:MOST_MARKS]


def _of(thing: Any, name: str) -> Any:
    return thing[name] if isinstance(thing, Mapping) else getattr(thing, name)
