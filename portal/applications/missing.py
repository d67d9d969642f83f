"""What an application still lacks before it can be sent: every reason, in the order of the page. Pure.

A recording counts from the moment it is received. Checks that are still running forbid nothing, and neither does a file
that staff have to look at; a finding that blocks does, until a person waives it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from portal.applications.snapshot import ApplicationView, Choice, GateView, RecordingView, SlotView
from portal.applications.states import GateState
from portal.programmes.states import GateKind
from portal.recordings.states import Processing

PROGRAMME = "Programme"
REQUIREMENTS = "Requirements"
RECORDINGS = "Recordings"
SETTLED_GATES = (GateState.PASSED, GateState.WAIVED)


@dataclass(frozen=True)
class Missing:
    """`where` is the part of the page, `sentence` says what to do, `anchor` is the id of the place to do it."""

    where: str
    sentence: str
    anchor: str


def what_is_missing(application: ApplicationView) -> list[Missing]:
    """Everything that forbids submitting; an empty list means that it may be sent."""
    found = [
        *_choice(application.concentration, "a concentration", "concentration"),
        *_choice(application.track, "a track", "track"),
    ]
    for gate in application.gates:
        found.extend(_gate(gate))
    for slot in application.slots:
        found.extend(_slot(slot))
    for leftover in application.leftovers:
        sentence = f"{leftover.name[0].upper()}{leftover.name[1:]} is not asked for any more: remove it."
        found.append(Missing(RECORDINGS, sentence, recording_anchor(leftover.id)))
    return found


def gate_anchor(gate_id: str) -> str:
    return f"gate-{gate_id}"


def slot_anchor(slot_id: str) -> str:
    return f"slot-{slot_id}"


def recording_anchor(recording_id: str) -> str:
    return f"recording-{recording_id}"


def _choice(choice: Choice, what: str, anchor: str) -> Iterator[Missing]:
    if choice.options and not choice.made:
        yield Missing(PROGRAMME, f"Choose {what}.", anchor)


def _gate(gate: GateView) -> Iterator[Missing]:
    if gate.state in SETTLED_GATES:
        return
    anchor = gate_anchor(gate.id)
    if gate.kind is GateKind.ENTRANCE_EXAM:
        if gate.score is None:
            yield Missing(REQUIREMENTS, f"{gate.title}: enter your score.", anchor)
    elif not gate.answer.strip():
        yield Missing(REQUIREMENTS, f"{gate.title}: answer the question.", anchor)
    if gate.evidence_required and not gate.evidence:
        yield Missing(REQUIREMENTS, f"{gate.title}: add a PDF that proves it.", anchor)


def _slot(slot: SlotView) -> Iterator[Missing]:
    lacking = slot.min_items - len(slot.recordings)
    too_many = len(slot.recordings) - slot.max_items
    if lacking > 0:
        more = "more " if slot.recordings else ""
        yield Missing(RECORDINGS, f"{slot.title}: add {_count(lacking, more)}.", slot_anchor(slot.id))
    if too_many > 0:
        yield Missing(RECORDINGS, f"{slot.title}: remove {_count(too_many)}.", slot_anchor(slot.id))
    for block in slot.blocks:
        yield Missing(RECORDINGS, f"{slot.title}: {block}", slot_anchor(slot.id))
    for recording in slot.recordings:
        for sentence in (*_words(slot, recording), *_sound(recording)):
            yield Missing(RECORDINGS, f"{slot.title}, {recording.name}: {sentence}", recording_anchor(recording.id))


def _words(slot: SlotView, recording: RecordingView) -> Iterator[str]:
    wanted = {"the title": recording.title}
    if slot.credits_required:
        wanted |= {
            "the composers": recording.composers,
            "the performers": recording.performers,
            "what your own part in it was": recording.own_role,
        }
    empty = [name for name, text in wanted.items() if not text.strip()]
    if empty:
        yield f"enter {_listed(empty)}."
    if slot.note_required and not recording.note_words:
        yield "write the note."
    if slot.note_max_words and recording.note_words > slot.note_max_words:
        yield f"shorten the note to {slot.note_max_words} words; it has {recording.note_words}."


def _sound(recording: RecordingView) -> Iterator[str]:
    if recording.file is None or recording.file.state is Processing.RECEIVING:
        yield "send the file."
        return
    for block in recording.file.blocks:
        yield f"send a corrected file. {block}"


def _count(number: int, more: str = "") -> str:
    return f"{number} {more}recording{'s' if number != 1 else ''}"


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
