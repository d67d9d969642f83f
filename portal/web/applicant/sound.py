"""The sound of a recording: where its check stands, what was found, and when to ask again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue

from portal.applications import policy, pulse
from portal.applications.contents import contents_of, view_of
from portal.applications.missing import Missing, recording_anchor, what_is_missing
from portal.applications.pulse import Pulse
from portal.applications.queries import PlacedRecording, placed_recording
from portal.checks.check import Audience
from portal.checks.evaluate import Finding, remarks, visible_to
from portal.core import clock
from portal.core.errors import NotFound
from portal.recordings import queries
from portal.recordings.models import FileVersion
from portal.web.applicant.answers import fragment, unless_same
from portal.web.applicant.blueprint import bp
from portal.web.applicant.waiting import News, ask_again_s, news_of
from portal.web.authz import acting, requires
from portal.web.marks import marks_of

# A listening copy that has not come by then will not come by asking.
COPY_PATIENCE = timedelta(minutes=10)


@dataclass(frozen=True)
class Sound:
    """What the applicant may know of a recording's file. `ask_again_s` is None once nothing will change by itself."""

    version: FileVersion | None
    findings: Sequence[Finding] = ()
    measured: Sequence[Finding] = ()
    waived: Mapping[str, str] = field(default_factory=dict)
    marks: Sequence[dict[str, Any]] = ()
    news: News | None = None
    playable: bool = False
    copy_coming: bool = False
    ask_again_s: int | None = None


def sound_of(placed: PlacedRecording) -> Sound:
    """Read it; a handful of queries."""
    version = queries.current_version(placed.recording)
    if version is None:
        return Sound(None)
    if queries.is_moving(version):
        news = news_of(version)
        return Sound(version, news=news, ask_again_s=news.ask_again_s)
    everything = queries.findings_of(version.id)
    findings = remarks(everything, audience=Audience.APPLICANT)
    coming = _copy_is_coming(version)
    return Sound(
        version,
        findings=findings,
        measured=visible_to(everything, audience=Audience.APPLICANT),
        waived={key: waiver.reason for key, waiver in queries.waived_checks(version.id).items()},
        marks=marks_of(findings),
        playable=bool(version.copy_key),
        copy_coming=coming,
        ask_again_s=_look_for_copy_s(version.checked_at) if coming else None,
    )


@bp.get("/recordings/<recording_id>/sound")
@requires(policy.view_part, load=pulse.of_recording)
def sound(found: Pulse) -> ResponseReturnValue:
    """The part of the recording's page that moves by itself. One query where nothing has moved."""
    beat = found.beat
    news = news_of(beat) if beat and beat.moves else None
    look_s = _look_for_copy_s(beat.checked_at) if beat else None
    return unless_same((beat and beat.facts, news, look_s), lambda: _sound_part(found.recording_id))


def _sound_part(recording_id: str) -> str:
    placed = placed_recording(recording_id)
    if placed is None:
        raise NotFound
    found = sound_of(placed)
    # What is missing changes when the check is through; to look for it costs more than all the rest.
    tells_missing = found.news is None and bool(policy.edit(acting(), placed.application, clock.now()))
    return render_template(
        "applicant/_sound.html",
        placed=placed,
        sound=found,
        missing=missing_in(placed) if tells_missing else [],
        with_missing=tells_missing,
    )


@bp.get("/recordings/<recording_id>/missing")
@requires(policy.view_part, load=placed_recording)
def missing_here(placed: PlacedRecording) -> ResponseReturnValue:
    """The panel beside the form, after something was saved in the background."""
    missing = missing_in(placed)
    return fragment("applicant/_missing_here.html", facts=missing, placed=placed, missing=missing)


def missing_in(placed: PlacedRecording) -> list[Missing]:
    """What the application still lacks in this recording."""
    anchor = recording_anchor(placed.recording.id)
    everything = what_is_missing(view_of(contents_of(placed.application)))
    return [one for one in everything if one.anchor == anchor]


def _copy_is_coming(version: FileVersion) -> bool:
    unreadable = version.duration_s is None
    there_or_never = version.copy_key or version.copy_error or version.freed_at or unreadable
    return not there_or_never and _look_for_copy_s(version.checked_at) is not None


def _look_for_copy_s(checked_at: datetime | None) -> int | None:
    """Seconds until a page should look for the listening copy again; None when it has waited long enough."""
    late = checked_at is None or clock.now() - checked_at >= COPY_PATIENCE
    return None if late else ask_again_s(checked_at)
