"""What editors hand in, checked when it is built: wrong terms cannot exist. Pure.

Every class raises Invalid with a sentence for each field.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from typing import Any

from portal.core.errors import Invalid
from portal.core.moments import in_zone
from portal.programmes.states import GateKind
from portal.programmes.zones import zone_names

MAX_TITLE = 120
MAX_PROSE = 20_000
MAX_SENTENCES = 2_000
MAX_ITEMS = 20
MAX_NOTE_WORDS = 2_000
MIN_FILE_BYTES, MAX_FILE_BYTES = 1_000_000, 2 * 1024**3
MAX_SCALE_POINT = 20
MAX_WEIGHT = 100
MAX_CRITERIA = 15
MAX_GRACE_MINUTES = 1_440
MAX_EXTENSION_DAYS, MAX_ASK_HOURS = 60, 168
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
GATES_WITH_SCORE = (GateKind.ENTRANCE_EXAM,)


class _Terms:
    """Gathers all problems of one hand-in before it raises."""

    def __post_init__(self) -> None:
        problems = dict(self.problems())
        if problems:
            raise Invalid("Some of this needs another look.", fields=problems)

    def problems(self) -> Mapping[str, str]:
        raise NotImplementedError

    def values(self) -> dict[str, Any]:
        """Column names and their values."""
        return {one.name: getattr(self, one.name) for one in fields(self)}  # type: ignore[arg-type]


@dataclass(frozen=True, kw_only=True)
class ProgrammeTerms(_Terms):
    """What a programme says of itself. `slug` is the last part of its public address."""

    slug: str
    title: str
    degree: str
    school: str = ""
    summary: str = ""
    courses: str = ""
    ensembles: str = ""
    studio_terms: str = ""
    careers: str = ""

    def problems(self) -> Mapping[str, str]:
        found = _text_problems(
            self, {"title": 200, "degree": 40}, {"school": 200, "summary": MAX_SENTENCES}, prose=PROSE_FIELDS
        )
        if not SLUG.fullmatch(self.slug) or len(self.slug) > 80:
            found["slug"] = "Use small letters, digits and single hyphens, at most 80 characters: sound-recording."
        return found


PROSE_FIELDS = ("courses", "ensembles", "studio_terms", "careers")


@dataclass(frozen=True, kw_only=True)
class PathTerms(_Terms):
    """A concentration or a track. Without an id it is a new one; one that is no longer offered stays on old files."""

    id: str | None = None
    title: str
    description: str = ""
    active: bool = True

    def problems(self) -> Mapping[str, str]:
        return _text_problems(self, {"title": MAX_TITLE}, {"description": MAX_SENTENCES})


@dataclass(frozen=True, kw_only=True)
class IntakeTerms(_Terms):
    """Dates (aware) and numbers of one admission cycle. `seats` 0 means that the number is not stated, and
    `extension_max_days` 0 that no more time can be asked for."""

    title: str
    time_zone: str
    opens_at: datetime
    start_cutoff_at: datetime
    visible_deadline_at: datetime
    grace_minutes: int = 60
    extension_max_days: int = 14
    extension_ask_hours: int = 24
    seats: int = 0
    blind: bool = True
    reviews_wanted: int = 3

    @property
    def hard_deadline_at(self) -> datetime:
        return self.visible_deadline_at + timedelta(minutes=self.grace_minutes)

    def problems(self) -> Mapping[str, str]:
        found = _text_problems(self, {"title": MAX_TITLE}, {})
        _whole(found, "grace_minutes", self.grace_minutes, 0, MAX_GRACE_MINUTES)
        _whole(found, "extension_max_days", self.extension_max_days, 0, MAX_EXTENSION_DAYS)
        _whole(found, "extension_ask_hours", self.extension_ask_hours, 0, MAX_ASK_HOURS)
        _whole(found, "seats", self.seats, 0, 10_000)
        _whole(found, "reviews_wanted", self.reviews_wanted, 1, 20)
        if self.time_zone not in zone_names():
            found["time_zone"] = "Choose a time zone from the list."
            return found
        steps = (
            ("start_cutoff_at", "opens_at", "New applications cannot end before the intake opens"),
            (
                "visible_deadline_at",
                "start_cutoff_at",
                "The deadline cannot be before the last start of an application",
            ),
        )
        for name, before, sentence in steps:
            limit = getattr(self, before)
            if getattr(self, name) < limit:
                found[name] = f"{sentence} ({in_zone(limit, self.time_zone)})."
        return found


@dataclass(frozen=True, kw_only=True)
class SlotTerms(_Terms):
    """A kind of recording. Without a concentration it is asked of everybody."""

    title: str
    description: str = ""
    concentration_id: str | None = None
    min_items: int = 1
    max_items: int = 1
    max_bytes: int = 1_000_000_000
    note_max_words: int = 300
    note_required: bool = True
    credits_required: bool = True

    def problems(self) -> Mapping[str, str]:
        found = _text_problems(self, {"title": MAX_TITLE}, {"description": MAX_SENTENCES})
        _whole(found, "min_items", self.min_items, 0, MAX_ITEMS)
        _whole(found, "max_items", self.max_items, 1, MAX_ITEMS)
        _whole(found, "note_max_words", self.note_max_words, 0, MAX_NOTE_WORDS)
        if "max_items" not in found and "min_items" not in found and self.max_items < self.min_items:
            found["max_items"] = f"The most ({self.max_items}) cannot be fewer than the least ({self.min_items})."
        if not MIN_FILE_BYTES <= self.max_bytes <= MAX_FILE_BYTES:
            found["max_bytes"] = "Enter a size from 1 to 2147 MB."
        if self.note_required and self.note_max_words == 0:
            found["note_max_words"] = "A note that is required needs at least one word."
        return found


@dataclass(frozen=True, kw_only=True)
class GateTerms(_Terms):
    """A requirement. Only an entrance exam has a minimum score."""

    kind: GateKind
    title: str
    question: str = ""
    evidence_required: bool = True
    minimum_score: float | None = None

    def problems(self) -> Mapping[str, str]:
        found = _text_problems(self, {"title": 160}, {"question": MAX_SENTENCES})
        if self.minimum_score is not None and self.kind not in GATES_WITH_SCORE:
            found["minimum_score"] = "Only an entrance exam has a minimum score. Leave this empty."
        elif self.minimum_score is not None and not 0 <= self.minimum_score <= 10_000:
            found["minimum_score"] = "Enter a score from 0 to 10,000."
        return found


@dataclass(frozen=True, kw_only=True)
class CriterionTerms(_Terms):
    """One row of a rubric. `anchors` says what a point of the scale means, by the point as text."""

    title: str
    description: str = ""
    weight: int = 1
    scale_min: int = 1
    scale_max: int = 5
    anchors: Mapping[str, str] = field(default_factory=dict)

    def problems(self) -> Mapping[str, str]:
        found = _text_problems(self, {"title": MAX_TITLE}, {"description": MAX_SENTENCES})
        _whole(found, "weight", self.weight, 1, MAX_WEIGHT)
        _whole(found, "scale_min", self.scale_min, 0, MAX_SCALE_POINT)
        _whole(found, "scale_max", self.scale_max, 1, MAX_SCALE_POINT)
        if "scale_max" not in found and self.scale_max <= self.scale_min:
            found["scale_max"] = f"The highest point must be above the lowest ({self.scale_min})."
        points = {str(point) for point in range(self.scale_min, self.scale_max + 1)}
        outside = [point for point in self.anchors if point not in points]
        if outside and "scale_max" not in found:
            found["anchors"] = f"{outside[0]} is not a point from {self.scale_min} to {self.scale_max}."
        return found

    def values(self) -> dict[str, Any]:
        return {**super().values(), "anchors": dict(self.anchors)}


def _text_problems(
    terms: object, required: Mapping[str, int], optional: Mapping[str, int], prose: tuple[str, ...] = ()
) -> dict[str, str]:
    found = {}
    limits = {**required, **optional, **dict.fromkeys(prose, MAX_PROSE)}
    for name, limit in limits.items():
        text = getattr(terms, name)
        if name in required and not text.strip():
            found[name] = "Please fill this in."
        elif len(text) > limit:
            found[name] = f"This has {len(text):,} characters; at most {limit:,} fit."
    return found


def _whole(found: dict[str, str], name: str, value: int, low: int, high: int) -> None:
    if not low <= value <= high:
        found[name] = f"Enter a whole number from {low} to {high:,}."
