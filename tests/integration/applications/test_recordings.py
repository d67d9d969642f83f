"""Recordings in a slot: their words, their order, their files."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from sqlalchemy.orm import Session

from portal.applications import queries
from portal.applications.contents import contents_of, view_of
from portal.applications.errors import SlotIsFull
from portal.applications.missing import what_is_missing
from portal.applications.models import Application
from portal.applications.queries import PlacedRecording, PlacedSlot
from portal.applications.service.recordings import (
    add_recording,
    edit_recording,
    move_recording,
    remove_recording,
    upload,
)
from portal.applications.service.sending import submit
from portal.applications.states import ApplicationState
from portal.core import clock
from portal.core.audit import AuditEntry
from portal.core.db import transaction
from portal.core.errors import Invalid, NotAllowed, NotFound, Stale, TooLarge
from portal.core.storage import storage
from portal.recordings.models import FileVersion, Recording
from portal.recordings.service.words import CreditLine, Words
from portal.recordings.states import Processing
from tests.factories.applications import NOW, make_application, make_draft
from tests.factories.applications import add_recording as make_recording
from tests.factories.cast import acting_as, make_person

GIB = 1024**3
SAID = Words(
    title=" Night  Bus ",
    composers="T. Arvo",
    performers="Quartet",
    recorded_on=date(2026, 3, 14),
    note="Close.\r\nDry.",
    own_role="Mix",
    credits=[CreditLine(person_name="Mira Holt", role="Mastering"), CreditLine(person_name="", role=" ")],
)

WAVE = b"RIFF\0\0\0\0WAVE"


def first_slot(application: Application) -> PlacedSlot:
    placed = queries.placed_slot(application.id, application.intake.slots[0].id)
    assert placed is not None
    return placed


def placed(recording: Recording) -> PlacedRecording:
    found = queries.placed_recording(recording.id)
    assert found is not None
    return found


def send(item: PlacedRecording, body: bytes = WAVE + b" of some kind", *, name: str = "bus.wav") -> FileVersion:
    actor = acting_as(item.application.applicant)
    return upload(item, actor=actor, original_name=name, stream=BytesIO(body), installation_max_bytes=GIB)


def test_a_recording_is_added_worded_and_audited(world: Session) -> None:
    draft = make_draft()
    actor = acting_as(draft.applicant)
    recording = add_recording(first_slot(draft), actor=actor)
    edit_recording(placed(recording), SAID, actor=actor)
    kept = placed(recording).recording
    assert (kept.title, kept.note, kept.recorded_on) == ("Night Bus", "Close.\nDry.", date(2026, 3, 14))
    assert [(c.person_name, c.role) for c in kept.credits] == [("Mira Holt", "Mastering")]
    entry = world.query(AuditEntry).filter_by(action="recording.edit").one()
    assert entry.application_id == draft.id
    assert entry.before["title"] == ""
    assert entry.after["title"] == "Night Bus"


def test_saying_the_same_again_writes_nothing(world: Session) -> None:
    draft = make_draft()
    actor = acting_as(draft.applicant)
    recording = add_recording(first_slot(draft), actor=actor)
    edit_recording(placed(recording), SAID, actor=actor)
    edit_recording(placed(recording), SAID, actor=actor)
    assert world.query(AuditEntry).filter_by(action="recording.edit").count() == 1


def test_a_full_slot_takes_no_more(world: Session) -> None:
    draft = make_draft()
    actor = acting_as(draft.applicant)
    for _ in range(2):
        add_recording(first_slot(draft), actor=actor)
    with pytest.raises(SlotIsFull, match="at most 2"):
        add_recording(first_slot(draft), actor=actor)
    remove_recording(placed(draft.recordings[0]), actor=actor)
    add_recording(first_slot(draft), actor=actor)
    assert len(draft.recordings) == 2


def test_recordings_change_places_within_their_slot(world: Session) -> None:
    draft = make_draft()
    actor, slot = acting_as(draft.applicant), draft.intake.slots[0]
    for title in ("One", "Two"):
        make_recording(draft, slot, title=title)
    world.expire_all()
    second = draft.recordings[1]
    move_recording(placed(second), up=True, actor=actor)
    move_recording(placed(second), up=True, actor=actor)
    world.expire_all()
    assert [r.title for r in draft.recordings] == ["Two", "One"]


REFUSED = (
    (Words(title="x" * 201), "title"),
    (Words(note="x" * 20_001), "note"),
    (Words(recorded_on=NOW.date() + timedelta(days=2)), "recorded_on"),
    (Words(recorded_on=date(26, 3, 14)), "recorded_on"),
    (Words(credits=[CreditLine(person_name="Mira", role="")]), "credits"),
    (Words(credits=[CreditLine(person_name=f"P{i}", role="viola") for i in range(61)]), "credits"),
)


def test_what_cannot_be_kept_is_refused_by_its_field(world: Session) -> None:
    draft = make_draft()
    recording = make_recording(draft, draft.intake.slots[0])
    for said, field in REFUSED:
        with pytest.raises(Invalid) as refusal:
            edit_recording(placed(recording), said, actor=acting_as(draft.applicant))
        assert list(refusal.value.fields) == [field]
    assert placed(recording).recording.title == "Night Bus"


def test_a_note_that_is_too_long_is_kept_but_forbids_submitting(world: Session) -> None:
    draft = make_application()
    item = placed(draft.recordings[0])
    edit_recording(item, Words(title="Night Bus", note="word " * 51), actor=acting_as(draft.applicant))
    sentences = [one.sentence for one in what_is_missing(view_of(contents_of(draft)))]
    assert "Own production 1, “Night Bus”: shorten the note to 50 words; it has 51." in sentences


def test_an_upload_is_received_hashed_and_the_next_one_follows_it(world: Session) -> None:
    draft = make_draft()
    item = placed(make_recording(draft, draft.intake.slots[0]))
    first = send(item, WAVE)
    second = send(item, WAVE + b", better", name="../bus\x00 2.wav")
    world.expire_all()
    assert (first.state, first.size_bytes) == (Processing.SUPERSEDED, 12)
    assert (second.state, second.number, second.original_name) == (Processing.RECEIVED, 2, "bus 2.wav")
    with storage().open(second.storage_key) as kept:
        assert kept.read() == WAVE + b", better"


def test_what_begins_like_a_wav_is_received_and_judged_later(world: Session) -> None:
    draft = make_application()
    item = placed(draft.recordings[0])
    version = send(item, WAVE + b"I am a letter, not a song.", name="song.wav")
    assert version.state is Processing.RECEIVED
    assert what_is_missing(view_of(contents_of(draft))) == []


def test_the_smaller_of_the_two_limits_holds(world: Session) -> None:
    draft = make_draft()
    item = placed(make_recording(draft, draft.intake.slots[0]))
    with transaction():
        draft.intake.slots[0].max_bytes = 14
    with pytest.raises(TooLarge):
        send(item, WAVE + b"xxx")
    assert list(storage().keys("recordings")) == []
    assert send(item, WAVE + b"xx").size_bytes == 14


def test_nobody_uploads_into_anothers_draft_or_a_sent_application(world: Session) -> None:
    draft = make_application()
    item = placed(draft.recordings[0])
    ben = acting_as(make_person("Ben"))
    with pytest.raises(NotAllowed):
        upload(item, actor=ben, original_name="a.wav", stream=BytesIO(b"a"), installation_max_bytes=GIB)
    submit(draft, actor=acting_as(draft.applicant))
    with pytest.raises(NotAllowed, match="You have sent this application"):
        send(item)


class Submitting(BytesIO):
    """An upload during which the applicant submits in another window."""

    def __init__(self, body: bytes, application: Application) -> None:
        super().__init__(body)
        self.application = application

    def read(self, size: int | None = -1) -> bytes:
        if self.application.state is ApplicationState.DRAFT:
            submit(self.application, actor=acting_as(self.application.applicant))
        return super().read(size)


def test_what_was_submitted_cannot_be_replaced_by_an_upload_that_was_under_way(world: Session) -> None:
    draft = make_application()
    item = placed(draft.recordings[0])
    stream = Submitting(WAVE, draft)
    with pytest.raises((NotAllowed, Stale)):
        upload(
            item,
            actor=acting_as(draft.applicant),
            original_name="late.wav",
            stream=stream,
            installation_max_bytes=GIB,
        )
    assert [v.number for v in draft.recordings[0].versions] == [1]
    assert list(storage().keys("recordings")) == []


def test_an_upload_that_began_in_time_may_end_after_the_deadline(world: Session) -> None:
    draft = make_draft()
    item = placed(make_recording(draft, draft.intake.slots[0]))
    deadline = draft.intake.visible_deadline_at

    class Slow(BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            late.__enter__() if self.tell() == 0 else None
            return super().read(size)

    late = clock.frozen(deadline + timedelta(minutes=10))
    with clock.frozen(deadline - timedelta(seconds=1)):
        version = upload(
            item,
            actor=acting_as(draft.applicant),
            original_name="a.wav",
            stream=Slow(WAVE),
            installation_max_bytes=GIB,
        )
        late.__exit__(None, None, None)
    assert version.received_at == deadline + timedelta(minutes=10)
    with clock.frozen(deadline + timedelta(seconds=1)), pytest.raises(NotAllowed, match="The deadline was"):
        send(item)


def test_a_slot_of_another_concentration_is_not_asked_and_what_lies_there_is_said(world: Session) -> None:
    draft = make_application()
    actor, slot = acting_as(draft.applicant), draft.intake.slots[0]
    with transaction():
        slot.concentration_id = draft.intake.programme.concentrations[1].id
    assert queries.placed_slot(draft.id, slot.id) is None
    with pytest.raises(NotFound):
        add_recording(PlacedSlot(draft, slot), actor=actor)
    contents = contents_of(draft)
    assert [item.recording.title for item in contents.leftovers] == ["Night Bus"]
    assert [one.sentence for one in what_is_missing(view_of(contents))] == [
        "“Night Bus” is not asked for any more: remove it."
    ]
