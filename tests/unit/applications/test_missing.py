"""Everything that forbids submitting is said, each with its place; nothing else is."""

from dataclasses import replace

import pytest

from portal.applications.missing import what_is_missing
from portal.applications.snapshot import ApplicationView, Choice, FileView, GateView, RecordingView, SlotView
from portal.applications.states import GateState
from portal.programmes.states import GateKind
from portal.recordings.states import Processing

RECORDING = RecordingView(
    id="r1",
    number=1,
    title="Night Bus",
    composers="T. Arvo",
    performers="Quartet",
    own_role="Mix",
    note_words=40,
    file=FileView(state=Processing.CHECKED),
)
SLOT = SlotView(
    id="s1",
    title="Own productions",
    min_items=1,
    max_items=2,
    note_required=True,
    note_max_words=50,
    credits_required=True,
    recordings=(RECORDING,),
)
DEGREE = GateView(id="g1", title="Degree", kind=GateKind.DEGREE, answer="B.A. 2024", evidence_required=True, evidence=1)
EXAM = GateView(id="g2", title="Entrance exam", kind=GateKind.ENTRANCE_EXAM, score=71.0)
CHOSEN = Choice(options=2, made=True)
COMPLETE = ApplicationView(concentration=CHOSEN, track=CHOSEN, gates=(DEGREE, EXAM), slots=(SLOT,))


def said(view: ApplicationView) -> list[tuple[str, str]]:
    return [(one.sentence, one.anchor) for one in what_is_missing(view)]


def with_recording(**changes: object) -> ApplicationView:
    return replace(COMPLETE, slots=(replace(SLOT, recordings=(replace(RECORDING, **changes),)),))


def test_a_complete_application_lacks_nothing() -> None:
    assert what_is_missing(COMPLETE) == []


def test_an_empty_draft_lists_everything_in_the_order_of_the_page() -> None:
    empty = ApplicationView(
        concentration=Choice(options=2, made=False),
        track=Choice(options=2, made=False),
        gates=(replace(DEGREE, answer=" ", evidence=0), replace(EXAM, score=None)),
        slots=(replace(SLOT, min_items=2, recordings=()),),
    )
    assert [(one.where, one.sentence) for one in what_is_missing(empty)] == [
        ("Programme", "Choose a concentration."),
        ("Programme", "Choose a track."),
        ("Requirements", "Degree: answer the question."),
        ("Requirements", "Degree: add a PDF that proves it."),
        ("Requirements", "Entrance exam: enter your score."),
        ("Recordings", "Own productions: add 2 recordings."),
    ]


def test_a_programme_without_concentrations_asks_for_none() -> None:
    none_to_choose = Choice(options=0, made=False)
    assert said(replace(COMPLETE, concentration=none_to_choose, track=none_to_choose)) == []


@pytest.mark.parametrize("state", [GateState.PASSED, GateState.WAIVED])
def test_what_staff_have_settled_is_not_asked_again(state: GateState) -> None:
    settled = replace(DEGREE, answer="", evidence=0, state=state)
    assert said(replace(COMPLETE, gates=(settled,))) == []


def test_a_failed_requirement_still_needs_its_answer_but_does_not_forbid() -> None:
    assert said(replace(COMPLETE, gates=(replace(DEGREE, state=GateState.FAILED),))) == []
    assert said(replace(COMPLETE, gates=(replace(DEGREE, answer="", state=GateState.FAILED),))) == [
        ("Degree: answer the question.", "gate-g1")
    ]


def test_a_score_below_the_minimum_is_for_the_staff_to_judge() -> None:
    assert said(replace(COMPLETE, gates=(replace(EXAM, score=0.0),))) == []


def test_words_that_are_missing_are_named_together() -> None:
    lacking = with_recording(composers="", performers=" ", own_role="")
    assert said(lacking) == [
        (
            "Own productions, “Night Bus”: enter the composers, the performers and what your own part in it was.",
            "recording-r1",
        )
    ]


def test_a_recording_without_a_title_is_called_by_its_number() -> None:
    assert said(with_recording(title="")) == [("Own productions, recording 1: enter the title.", "recording-r1")]


def test_credits_and_note_are_asked_for_only_where_the_slot_wants_them() -> None:
    bare = replace(RECORDING, composers="", performers="", own_role="", note_words=0)
    modest = replace(SLOT, note_required=False, credits_required=False, recordings=(bare,))
    assert said(replace(COMPLETE, slots=(modest,))) == []


@pytest.mark.parametrize(
    ("words", "sentences"),
    [(0, ["write the note."]), (50, []), (51, ["shorten the note to 50 words; it has 51."])],
)
def test_the_note_has_a_limit_in_words(words: int, sentences: list[str]) -> None:
    assert [one for one, _ in said(with_recording(note_words=words))] == [
        f"Own productions, “Night Bus”: {sentence}" for sentence in sentences
    ]


@pytest.mark.parametrize("file", [None, FileView(state=Processing.RECEIVING)])
def test_a_recording_needs_a_file_that_has_arrived(file: FileView | None) -> None:
    assert said(with_recording(file=file)) == [("Own productions, “Night Bus”: send the file.", "recording-r1")]


@pytest.mark.parametrize("state", [Processing.RECEIVED, Processing.CHECKING, Processing.NEEDS_STAFF])
def test_received_is_what_counts_whatever_the_checks_still_do(state: Processing) -> None:
    assert said(with_recording(file=FileView(state=state))) == []


def test_a_finding_that_blocks_forbids_and_says_why() -> None:
    blocked = FileView(state=Processing.CHECKED, blocks=("It lasts 7:10. Shorten it to 6:00.",))
    assert said(with_recording(file=blocked)) == [
        ("Own productions, “Night Bus”: send a corrected file. It lasts 7:10. Shorten it to 6:00.", "recording-r1")
    ]


def test_the_number_of_recordings_has_a_lower_and_an_upper_end() -> None:
    third = replace(RECORDING, id="r3", number=3)
    assert said(replace(COMPLETE, slots=(replace(SLOT, min_items=3),))) == [
        ("Own productions: add 2 more recordings.", "slot-s1")
    ]
    crowded = replace(SLOT, recordings=(RECORDING, replace(RECORDING, id="r2", number=2), third))
    assert said(replace(COMPLETE, slots=(crowded,))) == [("Own productions: remove 1 recording.", "slot-s1")]


def test_what_is_not_asked_for_any_more_has_to_go() -> None:
    assert said(replace(COMPLETE, leftovers=(replace(RECORDING, id="old", title=""),))) == [
        ("Recording 1 is not asked for any more: remove it.", "recording-old")
    ]


def test_recordings_that_are_wrong_only_together_are_told_at_their_slot() -> None:
    too_long = "2 recordings of 34:00.0 in total, more than the 30:00 that the programme hears. Cut at least 4:00.0."

    found = said(replace(COMPLETE, slots=(replace(SLOT, blocks=(too_long,)),)))

    assert found == [(f"Own productions: {too_long}", "slot-s1")]
