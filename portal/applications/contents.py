"""All that lies in one application, read in a fixed number of queries: for the page, submitting, the receipt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from portal.applications.models import Application, GateAnswer
from portal.applications.snapshot import (
    ApplicationView,
    Choice,
    FileView,
    GateView,
    RecordingView,
    SlotView,
)
from portal.applications.states import GateState
from portal.checks.check import Audience, State
from portal.checks.evaluate import Effect, Finding, Verdict, evaluate, remarks
from portal.checks.portfolio import Portfolio
from portal.core.db import db
from portal.programmes import queries as programmes
from portal.programmes.models import Concentration, Gate, RuleSet, Slot, Track
from portal.programmes.technical_rules import specs_of
from portal.recordings import queries as recordings
from portal.recordings.models import FileVersion, Recording
from portal.recordings.texts import count_words


@dataclass(frozen=True)
class AskedGate:
    """A requirement of the intake, with the answer where there is one."""

    gate: Gate
    answer: GateAnswer | None

    @property
    def state(self) -> GateState:
        return self.answer.state if self.answer else GateState.UNKNOWN


@dataclass(frozen=True)
class Item:
    """A recording, the version that stands for it, and what the checks say after waivers."""

    recording: Recording
    number: int
    version: FileVersion | None
    verdict: Verdict | None
    blocks: Sequence[Finding] = ()


@dataclass(frozen=True)
class AskedSlot:
    slot: Slot
    rule_set: RuleSet | None
    items: Sequence[Item]

    @property
    def together(self) -> list[Finding]:
        """What must be said of all recordings of the slot taken together.

        Nothing while one that is asked for is not there yet: that is said already.
        """
        if not self.items or len(self.items) < self.slot.min_items:
            return []
        lengths = [item.version.duration_s if item.version else None for item in self.items]
        known = [length for length in lengths if length is not None]
        total_s = sum(known) if len(known) == len(lengths) else None
        portfolio = Portfolio(recordings=len(self.items), total_duration_s=total_s)
        findings = remarks(evaluate(portfolio, specs_of(self.rule_set)), audience=Audience.APPLICANT)
        return [finding for finding in findings if finding.state is not State.NOT_MEASURED]

    @property
    def has_room(self) -> bool:
        return len(self.items) < self.slot.max_items


@dataclass(frozen=True)
class Contents:
    """`leftovers` are recordings in slots that are not asked for any more: of another concentration, or archived."""

    application: Application
    concentrations: Sequence[Concentration]
    tracks: Sequence[Track]
    gates: Sequence[AskedGate]
    slots: Sequence[AskedSlot]
    leftovers: Sequence[Item] = field(default=())

    @property
    def items(self) -> list[Item]:
        return [item for slot in self.slots for item in slot.items] + list(self.leftovers)


def contents_of(application: Application) -> Contents:
    """Read everything. The number of queries does not grow with what lies in the application."""
    intake = application.intake
    slots = programmes.slots_for(intake, concentration_id=application.concentration_id)
    rule_sets = programmes.current_rule_sets([slot.id for slot in slots])
    items = _items(recordings.recordings_of(application.id))
    asked = {slot.id for slot in slots}
    return Contents(
        application=application,
        concentrations=programmes.concentrations_of(intake.programme_id),
        tracks=programmes.tracks_of(intake.programme_id),
        gates=_gates(application),
        slots=[
            AskedSlot(slot, rule_sets.get(slot.id), [item for item in items if item.recording.slot_id == slot.id])
            for slot in slots
        ],
        leftovers=[item for item in items if item.recording.slot_id not in asked],
    )


def view_of(contents: Contents) -> ApplicationView:
    """The same, free of the database."""
    application = contents.application
    return ApplicationView(
        concentration=_choice(contents.concentrations, application.concentration_id),
        track=_choice(contents.tracks, application.track_id),
        gates=tuple(_gate_view(gate) for gate in contents.gates),
        slots=tuple(_slot_view(slot) for slot in contents.slots),
        leftovers=tuple(_recording_view(item) for item in contents.leftovers),
    )


def _gates(application: Application) -> list[AskedGate]:
    answers = {
        answer.gate_id: answer
        for answer in db.session.scalars(
            sa.select(GateAnswer)
            .where(GateAnswer.application_id == application.id)
            .options(selectinload(GateAnswer.evidence))
        )
    }
    return [AskedGate(gate, answers.get(gate.id)) for gate in programmes.gates_of(application.intake)]


def _items(found: Sequence[Recording]) -> list[Item]:
    current = {recording.id: recordings.current_version(recording) for recording in found}
    version_ids = [version.id for version in current.values() if version is not None]
    verdicts = recordings.standing_verdicts(version_ids)
    blocked = [version_id for version_id, verdict in verdicts.items() if verdict is Verdict.BLOCKED]
    blocks = recordings.standing_blocks(blocked) if blocked else {}
    numbers: dict[str, int] = {}
    items = []
    for recording in found:
        numbers[recording.slot_id] = numbers.get(recording.slot_id, 0) + 1
        version = current[recording.id]
        key = version.id if version else ""
        items.append(Item(recording, numbers[recording.slot_id], version, verdicts.get(key), blocks.get(key, ())))
    return items


def _choice(options: Sequence[Concentration] | Sequence[Track], chosen: str | None) -> Choice:
    return Choice(options=len(options), made=chosen in {option.id for option in options})


def _gate_view(asked: AskedGate) -> GateView:
    answer = asked.answer
    return GateView(
        id=asked.gate.id,
        title=asked.gate.title,
        kind=asked.gate.kind,
        answer=answer.answer if answer else "",
        score=answer.score if answer else None,
        evidence_required=asked.gate.evidence_required,
        evidence=len(answer.evidence) if answer else 0,
        state=asked.state,
    )


def _slot_view(asked: AskedSlot) -> SlotView:
    slot = asked.slot
    return SlotView(
        id=slot.id,
        title=slot.title,
        min_items=slot.min_items,
        max_items=slot.max_items,
        note_required=slot.note_required,
        note_max_words=slot.note_max_words,
        credits_required=slot.credits_required,
        blocks=tuple(finding.text for finding in asked.together if finding.effect is Effect.BLOCK),
        recordings=tuple(_recording_view(item) for item in asked.items),
    )


def _recording_view(item: Item) -> RecordingView:
    recording, version = item.recording, item.version
    blocks = tuple(finding.text for finding in item.blocks)
    return RecordingView(
        id=recording.id,
        number=item.number,
        title=recording.title,
        composers=recording.composers,
        performers=recording.performers,
        own_role=recording.own_role,
        note_words=count_words(recording.note),
        file=FileView(state=version.state, blocks=blocks) if version else None,
    )
