"""What is marked on the waveforms of a review sheet: findings, and the reviewer's own comments."""

from __future__ import annotations

from typing import Any

from portal.reviews.sheet import ReviewSheet
from portal.web.marks import MOST_MARKS, marks_of

SHORT = 24


def marks_on(sheet: ReviewSheet) -> dict[int, list[dict[str, Any]]]:
    """By recording number: `[{start_s, end_s, severity, label}]`, comments first."""
    marks: dict[int, list[dict[str, Any]]] = {recording.index: [] for recording in sheet.recordings}
    for moment in sheet.moments:
        if moment.recording is not None:
            label = moment.text if len(moment.text) <= SHORT else moment.text[: SHORT - 1] + "…"
            marks[moment.recording].append(_mark(moment.start_s, moment.end_s, "comment", label))
    for recording in sheet.recordings:
        marks[recording.index] += marks_of(recording.findings)
    return {index: found[:MOST_MARKS] for index, found in marks.items()}


def _mark(start_s: float, end_s: float | None, severity: str, label: str) -> dict[str, Any]:
    return {"start_s": start_s, "end_s": end_s, "severity": severity, "label": label}
