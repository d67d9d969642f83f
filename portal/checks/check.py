"""What a check is, and what it may say. A rule file ends in one `CHECK = Check(...)`.

A check knows limits only as parameters; which severity its failure has belongs to the programme's rule.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, TypeVar

from portal.checks.params import RuleParams
from portal.checks.report import AudioReport
from portal.checks.sound_facts import Span
from portal.checks.strict import MAX_ITEMS, Strict
from portal.checks.wording import channel_name, sentence

P = TypeVar("P", bound=RuleParams)
S = TypeVar("S")
V = TypeVar("V")


class State(StrEnum):
    """What a check says. WARN is one step milder than FAIL: a blocking rule then warns, a warning rule then informs."""

    PASS = "pass"  # noqa: S105 - a state, no secret
    WARN = "warn"
    FAIL = "fail"
    NOT_APPLICABLE = "not_applicable"
    NOT_MEASURED = "not_measured"


class Severity(StrEnum):
    """What a failure means to the programme: it cannot be submitted, it is remarked on, it is only told."""

    BLOCK = "block"
    WARN = "warn"
    INFORM = "inform"


class Audience(StrEnum):
    """Who may read a finding. Hints about provenance and other applicants are for staff alone."""

    APPLICANT = "applicant"
    STAFF = "staff"


@dataclass(frozen=True, kw_only=True)
class Place(Strict):
    """A place in the recording that a finding points at, in seconds; `label` is its text twin."""

    start_s: float
    end_s: float
    label: str
    channel: int | None = None  # counted from 0


@dataclass(frozen=True, kw_only=True)
class Judgement(Strict):
    """What a check says about one subject: the value first, then its meaning, then one action."""

    state: State
    message: str  # value and meaning
    action: str = ""  # the one thing to do; given whenever state is WARN or FAIL
    value: float | None = None  # the number that was judged, in `unit`
    unit: str = ""
    measured: str = ""  # the value in words with its unit
    limit: str = ""  # what the rule asks, in words
    places: tuple[Place, ...] = ()
    place_count: int = 0  # all of them, also those beyond the list

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.state in (State.WARN, State.FAIL) and not self.action:
            raise ValueError("a finding that asks for attention must say what to do")

    @property
    def text(self) -> str:
        """Return message and action as the applicant reads them."""
        return f"{self.message} {self.action}".strip()


@dataclass(frozen=True, kw_only=True)
class Check(Generic[S, P]):
    """One check. `judge_known` is pure and total once everything in `needs` is measured; call `judge`."""

    key: str  # group.name; the rule file is called group_name.py
    version: int  # raised whenever the same report and parameters could be judged otherwise
    title: str
    about: str | None  # the rule file's docstring: what is measured, and how
    subject: type[S]  # AudioReport, or one of the types in portfolio.py
    params: type[P]
    needs: tuple[str, ...]  # dotted fields of the subject that must be measured
    severity: Severity  # suggested to programmes
    audience: Audience = Audience.APPLICANT
    standard: str  # where method or limit come from
    false_alarm: str  # when an honest recording may be flagged
    judge_known: Callable[[S, P], Judgement]
    describe: Callable[[P], str | None]  # what the rule asks in a few words for a public page; None says nothing there
    told_by: tuple[str, ...] = ()  # checks whose failure says the same and more, so that it is told once
    headline: bool = False  # worth a word in a slot's summary even where it does not block
    applies: Callable[[S], str | None] = lambda subject: None  # why it does not apply, or None when it does

    @property
    def group(self) -> str:
        """Return the first part of the key."""
        return self.key.partition(".")[0]

    def judge(self, subject: S, params: P) -> Judgement:
        """Say what `subject` is worth under `params`. Pure: no clock, no input or output, never raises."""
        reason = self.applies(subject)
        if reason is not None:
            return Judgement(state=State.NOT_APPLICABLE, message=sentence(reason))
        for path in self.needs:
            if _value(subject, path) is None:
                return not_measured(_why_not(subject, path))
        return self.judge_known(subject, params)


def known(value: V | None) -> V:
    """Return a value that `needs` has promised. Raises LookupError when the check forgot to name it there."""
    if value is None:
        raise LookupError("the check uses a field that its `needs` does not name")
    return value


def not_measured(reason: str) -> Judgement:
    """Say that something could not be measured, and why."""
    return Judgement(state=State.NOT_MEASURED, message=sentence(f"Could not be measured: {reason}"))


def places_of(spans: tuple[Span, ...], label: str, *, channels: int | None = None) -> tuple[Place, ...]:
    """Turn measured spans into places that say `label` and the channel."""
    return tuple(
        Place(
            start_s=span.start_s,
            end_s=span.end_s,
            label=", ".join(part for part in (label, channel_name(span.channel, channels)) if part),
            channel=span.channel,
        )
        for span in spans[:MAX_ITEMS]
    )


def _value(subject: Any, path: str) -> Any:
    for name in path.split("."):
        subject = getattr(subject, name)
    return subject


def _why_not(subject: Any, path: str) -> str:
    if not isinstance(subject, AudioReport):
        return "it is not known for this recording"
    if not subject.readable:
        return "the file could not be read"
    return subject.why_not(path) or "the file does not say"
