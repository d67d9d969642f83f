"""Commands about a programme and its paths (concentrations and tracks)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Any, TypeVar

from sqlalchemy.exc import IntegrityError

from portal.accounts.actor import Actor
from portal.core import audit, clock
from portal.core.db import db, transaction
from portal.core.errors import Invalid
from portal.programmes import policy, queries
from portal.programmes.errors import SlugTaken
from portal.programmes.models import Concentration, Programme, Track
from portal.programmes.service.changes import change
from portal.programmes.terms import PathTerms, ProgrammeTerms

MAX_PATHS = 30


def create(terms: ProgrammeTerms, *, actor: Actor) -> Programme:
    """Add a programme; it becomes public when its first intake is published. Raises SlugTaken."""
    with transaction() as session:
        policy.create(actor, None, clock.now()).enforce()
        programme = Programme(**terms.values())
        session.add(programme)
        _save_address(terms.slug)
        audit.record("programme.create", programme, actor=actor, after=terms.values(), programme_id=programme.id)
        return programme


def edit(programme: Programme, terms: ProgrammeTerms, *, actor: Actor) -> None:
    """Change what a programme says of itself. Raises SlugTaken."""
    with transaction():
        now = clock.now()
        policy.edit(actor, programme, now).enforce()
        before, after = change(programme, terms.values())
        if after:
            _save_address(terms.slug)
            programme.updated_at = now
            audit.record(
                "programme.edit", programme, actor=actor, before=before, after=after, programme_id=programme.id
            )


def save_paths(
    programme: Programme, *, concentrations: Sequence[PathTerms], tracks: Sequence[PathTerms], actor: Actor
) -> None:
    """Set both lists at once, or none of them."""
    with transaction():
        save_concentrations(programme, concentrations, actor=actor)
        save_tracks(programme, tracks, actor=actor)


def save_concentrations(programme: Programme, paths: Sequence[PathTerms], *, actor: Actor) -> None:
    """Set all concentrations in order: rows with an id change, rows without are new, none is ever deleted."""
    with transaction():
        policy.edit(actor, programme, clock.now()).enforce()
        present = queries.concentrations_of(programme.id, active_only=False)
        _save(programme, Concentration, present, paths, actor=actor)


def save_tracks(programme: Programme, paths: Sequence[PathTerms], *, actor: Actor) -> None:
    """Set all tracks in order; like `save_concentrations`."""
    with transaction():
        policy.edit(actor, programme, clock.now()).enforce()
        _save(programme, Track, queries.tracks_of(programme.id, active_only=False), paths, actor=actor)


P = TypeVar("P", Concentration, Track)


def _save(programme: Programme, kind: type[P], rows: Sequence[P], paths: Sequence[PathTerms], *, actor: Actor) -> None:
    if len(paths) > MAX_PATHS:
        raise Invalid(f"A programme has at most {MAX_PATHS} of these.")
    present = {row.id: row for row in rows}
    if set(present) - {path.id for path in paths}:
        raise Invalid("One of them is missing from the form. Reload the page and try again.")
    keys = {row.key for row in rows}
    for position, path in enumerate(paths):
        values = {"title": path.title, "description": path.description, "active": path.active, "position": position}
        if path.id is None:
            row = kind(programme_id=programme.id, key=_new_key(path.title, keys), **values)
            keys.add(row.key)
            db.session.add(row)
            db.session.flush()
            before, after = dict[str, Any](), values
        elif path.id in present:
            row = present[path.id]
            before, after = change(row, values)
        else:
            raise Invalid("One of these does not belong to this programme. Reload the page and try again.")
        if after:
            action = f"{kind.__name__.lower()}.save"
            audit.record(action, row, actor=actor, before=before, after=after, programme_id=programme.id)


def _new_key(title: str, taken: set[str]) -> str:
    """A short name for exports that stays when the title changes."""
    letters = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    stem = re.sub(r"[^a-z0-9]+", "-", letters).strip("-")[:32] or "path"
    numbered = (stem if number == 1 else f"{stem}-{number}" for number in range(1, MAX_PATHS + 2))
    return next(key for key in numbered if key not in taken)


def _save_address(slug: str) -> None:
    """Raises SlugTaken. The database is asked, because two people may choose the same address at the same moment."""
    try:
        db.session.flush()
    except IntegrityError as error:
        raise SlugTaken(slug) from error
