"""What a story of the demo is made of."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Take:
    """A recording: its words, and how the file is made (`fault` is a name in `studio.FAULTS`)."""

    title: str
    style: str
    composers: str
    performers: str
    role: str
    note: str
    credits: tuple[tuple[str, str], ...] = ()
    seconds: float = 131.0
    fault: str = "flac"
    slot: int = 0


@dataclass(frozen=True)
class Opinion:
    """A reviewer's review: points in the order of the rubric; a draft when it is not handed in."""

    reviewer: str
    points: tuple[int | None, ...]
    comment: str
    moment: tuple[int, float, float | None, str] | None = None
    handed_in: bool = True


@dataclass(frozen=True)
class Story:
    name: str
    email: str
    programme: str
    concentration: str
    track: str
    takes: tuple[Take, ...] = ()
    days_ago: int = 6
    submitted: bool = True
    withdrawn: bool = False
    gates: tuple[str, ...] = ()  # passed, failed, waived, unknown: in the order of the intake's gates
    opinions: tuple[Opinion, ...] = ()
    waiting_reviewers: tuple[str, ...] = ()
    conflict: str | None = None
    decision: str | None = None
    decision_state: str = ""  # drafted, confirmed, released
    reason: str = ""
    conditions: str = ""
    answers: tuple[str, ...] = field(default=("", "", "", ""))
