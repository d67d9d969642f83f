"""What a reviewer typed: scores, remarks and places. Fields are named by criterion, so the form is read by hand."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from portal.core.errors import Invalid
from portal.reviews.service.scoring import Entry
from portal.reviews.sheet import UNSCORED, Mark, ReviewSheet
from portal.web.forms.fields import stripped
from portal.web.rendering import format_clock

POINTS, REMARK = "points-", "remark-"
_WHOLE = re.compile(r"-?\d{1,4}")
_PLACE = re.compile(r"(?:(?P<hours>\d{1,2}):)?(?:(?P<minutes>\d{1,3}):)?(?P<seconds>\d{1,6}(?:[.,]\d{1,3})?)")


def typed_entry(fields: MultiDict[str, str]) -> Entry:
    """The score form as it was sent, gaps included. Raises Invalid for what no form of ours could send."""
    criteria = {name.partition("-")[2] for name in fields if name.startswith((POINTS, REMARK))}
    marks = {key: _mark(fields.get(POINTS + key), fields.get(REMARK + key, "")) for key in sorted(criteria)}
    version = fields.get("version", "")
    if not _WHOLE.fullmatch(version):
        raise Invalid("This form is incomplete. Reload the page and fill it in again.")
    return Entry(
        rubric_id=fields.get("rubric", ""),
        revision=int(version),
        marks={key: mark for key, mark in marks.items() if mark != UNSCORED},
        comment=stripped(fields.get("comment")) or "",
        files=fields.get("files", ""),
    )


def typed_place(text: str) -> float:
    """`1:07.2`, `67.2` or `1:02:30` in seconds. Raises Invalid."""
    found = _PLACE.fullmatch(text.strip())
    if found is None:
        raise Invalid("Give the place as minutes and seconds, such as 1:07.")
    seconds = float(found["seconds"].replace(",", "."))
    # In `1:07` the first group is minutes: there are hours only when both are given.
    parts = [int(part) for part in (found["hours"], found["minutes"]) if part is not None]
    for part, unit in zip(reversed(parts), (60, 3600), strict=False):
        seconds += part * unit
    return seconds


@dataclass(frozen=True)
class TypedMoment:
    """The comment form as it was sent, to be shown again when it is refused."""

    recording: str = "1"
    at: str = ""
    until: str = ""
    text: str = ""

    @classmethod
    def of(cls, fields: Mapping[str, str]) -> TypedMoment:
        return cls(*(fields.get(name, "").strip() for name in ("recording", "at", "until", "text")))

    def values(self) -> dict[str, object]:
        """As the command takes it. Raises Invalid."""
        return {
            "recording": int(self.recording) if self.recording.isdecimal() and len(self.recording) < 5 else 0,
            "start_s": typed_place(self.at),
            "end_s": typed_place(self.until) if self.until else None,
            "text": self.text.replace("\r\n", "\n"),
        }


@dataclass(frozen=True)
class Difference:
    """What stands in a form that was not saved, beside what is saved."""

    title: str
    typed: str
    saved: str


def differences(entry: Entry, sheet: ReviewSheet) -> list[Difference]:
    """Everything in which the form differs from what is saved, in words; nothing that was typed is left out."""
    titles = {one.id: one.title for one in sheet.criteria}
    unknown = [key for key in entry.marks if key not in titles]
    found = [
        Difference(
            titles.get(key, "A criterion of the earlier score sheet"), _said(entry.marks, key), _said(sheet.marks, key)
        )
        for key in [*titles, *unknown]
    ]
    found.append(Difference("Overall comment", entry.comment or "nothing", sheet.comment or "nothing"))
    return [one for one in found if one.typed != one.saved]


def moment_words(start_s: float, end_s: float | None) -> str:
    return format_clock(start_s) if end_s is None else f"{format_clock(start_s)} to {format_clock(end_s)}"


def _mark(points: str | None, remark: str) -> Mark:
    words = stripped(remark) or ""
    if points is None:
        return Mark(points=None, remark=words, scored=False)
    if points and not _WHOLE.fullmatch(points):
        raise Invalid("Scores are whole numbers. Reload the page and choose again.")
    return Mark(points=int(points) if points else None, remark=words)


def _said(marks: Mapping[str, Mark], key: str) -> str:
    mark = marks.get(key, UNSCORED)
    points = "not scored" if not mark.scored else "could not judge" if mark.points is None else str(mark.points)
    return f"{points}, “{mark.remark}”" if mark.remark else points
