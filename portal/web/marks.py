"""From findings to the marks on a waveform, and to the places that their text twin lists."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

# A recording that clips throughout has thousands of places: past this many marks the picture says no more.
MOST_MARKS = 200
# Places nearer than this are one mark to the eye, and one place to the ear.
EYE_S = 0.4
EAR_S = 1.0


def marks_of(findings: Iterable[Any]) -> list[dict[str, Any]]:
    """`[{start_s, end_s, severity, label}]` for the places of findings, given as objects or as stored mappings."""
    marks = [
        {
            "start_s": place["start_s"],
            "end_s": place["end_s"],
            "severity": _strength(finding),
            "label": _of(finding, "title"),
        }
        for finding in findings
        for place in _merged(_of(finding, "places"), gap_s=EYE_S)
    ]
    return marks[:MOST_MARKS]


def places_to_play(places: Iterable[Any]) -> list[dict[str, Any]]:
    """`[{start_s, end_s, label, count}]` in order of time, neighbours in one: what a list of remarks offers to play."""
    return _merged(places, gap_s=EAR_S)


def _merged(places: Iterable[Any], *, gap_s: float) -> list[dict[str, Any]]:
    merged: list[dict[str, Any]] = []
    for place in sorted(places, key=lambda place: float(_of(place, "start_s"))):
        start_s = _of(place, "start_s")
        end_s = start_s if _of(place, "end_s") is None else _of(place, "end_s")
        last = merged[-1] if merged else None
        if last and start_s - last["end_s"] < gap_s:
            last["end_s"] = max(last["end_s"], end_s)
            last["count"] += 1
        else:
            merged.append({"start_s": start_s, "end_s": end_s, "label": _given(place, "label") or "", "count": 1})
    return merged


def _strength(finding: Any) -> str:
    """What the finding does; reviewers' sheets call it severity."""
    return str(_given(finding, "effect") or _given(finding, "severity"))


def _given(thing: Any, name: str) -> Any:
    return thing.get(name) if isinstance(thing, Mapping) else getattr(thing, name, None)


def _of(thing: Any, name: str) -> Any:
    return thing[name] if isinstance(thing, Mapping) else getattr(thing, name)
