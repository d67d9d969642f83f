"""Recordings in an application: policy and state first, then the words and the file."""

from __future__ import annotations

from typing import BinaryIO

from portal.accounts.actor import Actor
from portal.applications import policy
from portal.applications.errors import SlotIsFull
from portal.applications.models import Application
from portal.applications.queries import PlacedRecording, PlacedSlot, is_asked
from portal.applications.service.files import stored
from portal.applications.service.kinds import kind_asked_by
from portal.applications.service.steps import editing
from portal.core import clock
from portal.core.db import db
from portal.core.errors import NotFound
from portal.programmes.models import Slot
from portal.recordings import queries
from portal.recordings.models import FileVersion, Recording
from portal.recordings.service import words
from portal.recordings.service.receive import KIND, adopt
from portal.recordings.service.words import Words


def add_recording(placed: PlacedSlot, *, actor: Actor) -> Recording:
    """An empty recording in a slot. Raises SlotIsFull, NotFound for a slot that is not asked of this application."""
    application, slot = placed.application, placed.slot
    with editing(application, actor=actor):
        if not is_asked(slot, application):
            raise NotFound
        if _count_in(slot, application) >= slot.max_items:
            raise SlotIsFull(f"{slot.title} takes at most {slot.max_items}. Remove one to add another.")
        return words.add(application.id, slot.id, actor=actor)


def edit_recording(placed: PlacedRecording, said: Words, *, actor: Actor) -> None:
    """Raises Invalid, RecordingGone."""
    with editing(placed.application, actor=actor):
        words.edit(placed.recording, said, actor=actor)


def remove_recording(placed: PlacedRecording, *, actor: Actor) -> None:
    with editing(placed.application, actor=actor):
        words.remove(placed.recording, actor=actor)


def move_recording(placed: PlacedRecording, *, up: bool, actor: Actor) -> None:
    with editing(placed.application, actor=actor):
        words.move(placed.recording, up=up, actor=actor)


def upload(
    placed: PlacedRecording, *, actor: Actor, original_name: str, stream: BinaryIO, installation_max_bytes: int
) -> FileVersion:
    """Receive a file into a recording, as its newest version. What began in time may finish after the deadline.

    Nothing is read before the person, the state and the time allow it, and nothing is kept of what its first bytes show
    to be of the wrong kind. Raises NotAllowed, WrongKind, TooLarge, Unavailable, EmptyFile, RecordingGone, Stale
    (submitted meanwhile: the bytes are dropped).
    """
    begun_at = clock.now()
    policy.begin_file(actor, placed.application, begun_at).enforce()
    recording_id = placed.recording.id
    limit, kind = max_upload_bytes(placed.slot, installation_max_bytes), kind_asked_by(placed.slot)
    db.session.rollback()  # the policy has read rows; no transaction stays open while bytes arrive
    with (
        stored(kind.checked(stream), kind=KIND, max_bytes=limit) as kept,
        editing(placed.application, actor=actor, begun_at=begun_at),
    ):
        return adopt(recording_id, actor=actor, original_name=original_name, stored=kept)


def max_upload_bytes(slot: Slot, installation_max_bytes: int) -> int:
    """The programme's limit or the installation's, whichever is less."""
    return min(slot.max_bytes, installation_max_bytes)


def _count_in(slot: Slot, application: Application) -> int:
    return sum(item.slot_id == slot.id for item in queries.recordings_of(application.id))
