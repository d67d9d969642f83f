"""An application as it stands, free of the database: what the completeness of a file is judged by. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from portal.applications.states import GateState
from portal.programmes.states import GateKind
from portal.recordings.states import Processing


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One of two choices: what there is to choose from, and whether one of them is chosen."""

    options: int
    made: bool


@dataclass(frozen=True, kw_only=True)
class GateView:
    id: str
    title: str
    kind: GateKind
    answer: str = ""
    score: float | None = None
    evidence_required: bool = False
    evidence: int = 0
    state: GateState = GateState.UNKNOWN


@dataclass(frozen=True, kw_only=True)
class FileView:
    """The file that stands for a recording; `blocks` are the findings that forbid submitting and that nobody waived."""

    state: Processing
    blocks: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class RecordingView:
    id: str
    number: int
    title: str = ""
    composers: str = ""
    performers: str = ""
    own_role: str = ""
    note_words: int = 0
    file: FileView | None = None

    @property
    def name(self) -> str:
        """How the applicant knows it, also before it has a title."""
        return f"“{self.title}”" if self.title else f"recording {self.number}"


@dataclass(frozen=True, kw_only=True)
class SlotView:
    """A kind of recording that is asked for; `blocks` are findings about all its recordings taken together."""

    id: str
    title: str
    min_items: int
    max_items: int
    note_required: bool
    note_max_words: int
    credits_required: bool
    blocks: tuple[str, ...] = ()
    recordings: tuple[RecordingView, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ApplicationView:
    concentration: Choice
    track: Choice
    gates: tuple[GateView, ...] = ()
    slots: tuple[SlotView, ...] = ()
    leftovers: tuple[RecordingView, ...] = ()
