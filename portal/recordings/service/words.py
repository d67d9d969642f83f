"""The words about a recording: its place in a slot, title, people, note, credits.

Whether the person may change them now is asked by the caller, who knows the application; these functions join its
transaction and write the audit row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta

import sqlalchemy as sa

from portal.accounts.actor import Actor
from portal.core import audit, clock
from portal.core.db import db, transaction
from portal.core.errors import Invalid
from portal.recordings.errors import RecordingGone
from portal.recordings.models import Credit, Recording
from portal.recordings.service import fingerprints
from portal.recordings.texts import one_line, paragraphs

MAX_CREDITS = 60
MAX_NOTE_CHARS = 20_000
FIRST_YEAR = 1900
LIMITS = {"title": 200, "composers": 300, "performers": 500, "own_role": 200}
CREDIT_CHARS = 200


@dataclass(frozen=True, kw_only=True)
class CreditLine:
    """Somebody else's part in a recording."""

    person_name: str
    role: str


@dataclass(frozen=True, kw_only=True)
class Words:
    """All that an applicant says about a recording, as it was typed."""

    title: str = ""
    composers: str = ""
    performers: str = ""
    recorded_on: date | None = None
    note: str = ""
    own_role: str = ""
    credits: Sequence[CreditLine] = ()


def add(application_id: str, slot_id: str, *, actor: Actor) -> Recording:
    """A new, empty recording at the end of a slot."""
    with transaction():
        now = clock.now()
        in_slot = _standing(application_id, slot_id)
        position = in_slot[-1].position + 1 if in_slot else 0
        recording = Recording(
            application_id=application_id, slot_id=slot_id, position=position, created_at=now, updated_at=now
        )
        db.session.add(recording)
        _note_deed("add", recording, actor, after={"slot": slot_id, "position": position})
        return recording


def edit(recording: Recording, words: Words, *, actor: Actor) -> bool:
    """Replace the words of a recording. False when they say what they said before.

    A note over the slot's word limit is kept, so that nothing is lost; it forbids submitting. Raises Invalid for what
    cannot be stored at all, RecordingGone.
    """
    tidy = _tidy(words)
    _check(tidy)
    with transaction():
        _refuse_gone(recording)
        before, after = _changes(recording, tidy)
        if not after:
            return False
        for name in (*LIMITS, "note", "recorded_on"):
            setattr(recording, name, getattr(tidy, name))
        if "credits" in after:
            recording.credits = [
                Credit(position=i, person_name=line.person_name, role=line.role) for i, line in enumerate(tidy.credits)
            ]
        recording.updated_at = clock.now()
        _note_deed("edit", recording, actor, before=before, after=after)
    return True


def remove(recording: Recording, *, actor: Actor) -> None:
    """Take a recording out of the application. The row and its files stay until retention says otherwise."""
    with transaction():
        _refuse_gone(recording)
        recording.removed_at = clock.now()
        for version in recording.versions:
            fingerprints.forget(version.id)
        _note_deed("remove", recording, actor, before={"slot": recording.slot_id, "title": recording.title})


def move(recording: Recording, *, up: bool, actor: Actor) -> None:
    """Change places with the neighbour above or below; at the end of the row nothing happens."""
    with transaction():
        _refuse_gone(recording)
        row = _standing(recording.application_id, recording.slot_id)
        here = row.index(recording)
        there = here - 1 if up else here + 1
        if not 0 <= there < len(row):
            return
        row[here], row[there] = row[there], row[here]
        for position, item in enumerate(row):
            item.position = position
        _note_deed("move", recording, actor, before={"position": here}, after={"position": there})


def _standing(application_id: str, slot_id: str) -> list[Recording]:
    return list(
        db.session.scalars(
            sa.select(Recording)
            .where(
                Recording.application_id == application_id,
                Recording.slot_id == slot_id,
                Recording.removed_at.is_(None),
            )
            .order_by(Recording.position, Recording.created_at, Recording.id)
        )
    )


def _refuse_gone(recording: Recording) -> None:
    if recording.removed_at is not None:
        raise RecordingGone


def _tidy(words: Words) -> Words:
    lines = [CreditLine(person_name=one_line(line.person_name), role=one_line(line.role)) for line in words.credits]
    return Words(
        title=one_line(words.title),
        composers=one_line(words.composers),
        performers=one_line(words.performers),
        recorded_on=words.recorded_on,
        note=paragraphs(words.note),
        own_role=one_line(words.own_role),
        credits=tuple(line for line in lines if line.person_name or line.role),
    )


def _check(words: Words) -> None:
    wrong = {
        name: f"At most {limit} characters; these are {len(getattr(words, name))}."
        for name, limit in LIMITS.items()
        if len(getattr(words, name)) > limit
    }
    if len(words.note) > MAX_NOTE_CHARS:
        wrong["note"] = f"The note is too long to keep: at most {MAX_NOTE_CHARS:,} characters."
    if words.recorded_on is not None and words.recorded_on.year < FIRST_YEAR:
        wrong["recorded_on"] = "Enter the day of the recording, such as 2026-03-14."
    # Where the day has begun already, it may be tomorrow's by our clock.
    if words.recorded_on is not None and words.recorded_on > clock.now().date() + timedelta(days=1):
        wrong["recorded_on"] = "This day lies in the future. Enter the day on which it was recorded."
    credits_wrong = _what_is_wrong_with(words.credits)
    if credits_wrong:
        wrong["credits"] = credits_wrong
    if wrong:
        raise Invalid("Please look at the marked fields again.", fields=wrong)


def _what_is_wrong_with(lines: Sequence[CreditLine]) -> str | None:
    if len(lines) > MAX_CREDITS:
        return f"At most {MAX_CREDITS} people can be named; name groups as one."
    for line in lines:
        if not line.person_name or not line.role:
            return f"Each line needs a name and a part: complete “{line.person_name or line.role}”."
        if max(len(line.person_name), len(line.role)) > CREDIT_CHARS:
            return f"At most {CREDIT_CHARS} characters for a name or a part: shorten “{line.person_name[:40]}…”."
    return None


def _changes(recording: Recording, words: Words) -> tuple[dict[str, object], dict[str, object]]:
    """Only what differs, as JSON can hold it."""
    old = {name: getattr(recording, name) for name in (*LIMITS, "note")}
    old["recorded_on"] = str(recording.recorded_on or "")
    old["credits"] = [{"person_name": c.person_name, "role": c.role} for c in recording.credits]
    new = {name: getattr(words, name) for name in (*LIMITS, "note")}
    new["recorded_on"] = str(words.recorded_on or "")
    new["credits"] = [asdict(line) for line in words.credits]
    changed = [name for name in new if new[name] != old[name]]
    return {name: old[name] for name in changed}, {name: new[name] for name in changed}


def _note_deed(
    verb: str,
    recording: Recording,
    actor: Actor,
    *,
    before: dict[str, object] | None = None,
    after: dict[str, object] | None = None,
) -> None:
    audit.record(
        f"recording.{verb}",
        recording,
        actor=actor,
        before=before,
        after=after,
        application_id=recording.application_id,
    )
