"""A file that arrives whole, by the same two steps as from the form; what policies and the slot say is left out."""

from __future__ import annotations

from io import BytesIO

from portal.accounts.actor import Actor
from portal.applications.service.files import stored
from portal.recordings.models import FileVersion
from portal.recordings.service.receive import KIND, adopt


def receive(recording_id: str, sound: bytes, *, actor: Actor, name: str, most: int = 10**9) -> FileVersion:
    """The newest version of the recording. Raises what storing and taking over a file raise."""
    with stored(BytesIO(sound), kind=KIND, max_bytes=most) as kept:
        return adopt(recording_id, actor=actor, original_name=name, stored=kept)
