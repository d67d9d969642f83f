"""What a reviewer gets to see of an application. There is no field here that could hold an identity.

`ReviewSheet` is all that the pages of the faculty are made from. Recordings are counted from 1; that number and the id
of the assignment are the only handles that a reviewer's address bar, form or player ever holds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from portal.reviews.states import AssignmentState


@dataclass(frozen=True)
class SheetPlace:
    start_s: float
    end_s: float


@dataclass(frozen=True)
class SheetFinding:
    """What was measured; `severity` is warn or inform. No remedy: the recording stays as it is."""

    title: str
    severity: str
    sentence: str
    places: Sequence[SheetPlace] = ()
    measured: str = ""
    limit: str = ""
    standard: str = ""
    remedy: str = ""
    waived: str = ""


@dataclass(frozen=True)
class SheetCredit:
    """Somebody's part. `name` stays empty in a blind intake."""

    role: str
    name: str = ""


@dataclass(frozen=True)
class SheetRecording:
    index: int
    slot: str
    title: str
    composers: str
    performers: str
    recorded_on: date | None
    own_role: str
    note: str
    credits: Sequence[SheetCredit]
    duration_s: float | None
    integrated_lufs: float | None
    true_peak_dbtp: float | None
    mime: str
    has_sound: bool
    has_picture: bool
    sound_problem: bool
    findings: Sequence[SheetFinding]
    # Another file stands than the one that was scored, or heard when the draft was last saved.
    changed: bool = False
    freed: bool = False

    @property
    def label(self) -> str:
        return f"Recording {self.index}"


@dataclass(frozen=True)
class SheetCriterion:
    id: str
    title: str
    description: str
    weight: int
    low: int
    high: int
    anchors: Mapping[int, str]


@dataclass(frozen=True)
class Mark:
    """A reviewer's word on one criterion: points, None for “could not judge”, and a remark."""

    points: int | None
    remark: str = ""
    scored: bool = True


@dataclass(frozen=True)
class SheetMoment:
    """`recording` is the index on this sheet, None when the recording was replaced since."""

    id: str
    recording: int | None
    start_s: float
    end_s: float | None
    text: str


@dataclass(frozen=True)
class OtherReview:
    """Somebody else's finished review, without a name."""

    label: str
    overall: float | None
    points: Mapping[str, int | None]
    comment: str


@dataclass(frozen=True)
class ReviewSheet:
    assignment_id: str
    pseudonym: str
    state: AssignmentState
    programme: str
    intake: str
    time_zone: str
    concentration: str
    track: str
    blind: bool
    due_at: datetime | None
    submitted_at: datetime | None
    recordings: Sequence[SheetRecording]
    rubric_id: str | None
    criteria: Sequence[SheetCriterion]
    marks: Mapping[str, Mark]
    comment: str
    revision: int
    saved_at: datetime | None
    overall: float | None
    observed_share: float | None
    moments: Sequence[SheetMoment] = field(default=())
    editable: bool = False
    # Says, for a form, which files it is about.
    files: str = ""

    @property
    def judged(self) -> int:
        """How many criteria have a word on them."""
        return sum(1 for criterion in self.criteria if self.mark(criterion.id).scored)

    def mark(self, criterion_id: str) -> Mark:
        return self.marks.get(criterion_id, UNSCORED)


UNSCORED = Mark(points=None, scored=False)
