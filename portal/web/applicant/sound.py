"""The sound of a recording: where its check stands, what was found, and when to ask again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from flask.typing import ResponseReturnValue

from portal.applications import policy
from portal.applications.contents import contents_of, view_of
from portal.applications.missing import Missing, recording_anchor, what_is_missing
from portal.applications.queries import PlacedRecording, placed_recording
from portal.checks.check import Audience
from portal.checks.evaluate import Finding, remarks, visible_to
from portal.core import clock
from portal.recordings import queries
from portal.recordings.models import FileVersion
from portal.recordings.states import SETTLED, Processing
from portal.web.applicant.answers import ask_again_s, fragment
from portal.web.applicant.blueprint import bp
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
    ahead: int = 0
    playable: bool = False
    copy_coming: bool = False
    ask_again_s: int | None = None

    @property
    def facts(self) -> tuple[object, ...]:
        version = self.version
        where = (version.id, version.state, version.generation, version.verdict) if version else ()
        return (where, self.findings, self.waived, self.ahead, self.playable, self.copy_coming, self.ask_again_s)


def sound_of(placed: PlacedRecording) -> Sound:
    """Read it; a handful of queries."""
    version = queries.current_version(placed.recording)
    if version is None:
        return Sound(None)
    if version.state not in SETTLED:
        waiting = version.state is Processing.RECEIVED
        ahead = queries.ahead_in_queue(version) if waiting else 0
        return Sound(version, ahead=ahead, ask_again_s=ask_again_s(version.received_at))
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
        ask_again_s=ask_again_s(version.checked_at) if coming else None,
    )


@bp.get("/recordings/<recording_id>/sound")
@requires(policy.view_part, load=placed_recording)
def sound(placed: PlacedRecording) -> ResponseReturnValue:
    """The part of the recording's page that moves by itself."""
    found, missing = sound_of(placed), missing_in(placed)
    editing = bool(policy.edit(acting(), placed.application, clock.now()))
    return fragment(
        "applicant/_sound.html",
        facts=(found.facts, missing, editing),
        placed=placed,
        sound=found,
        missing=missing,
        with_missing=editing,
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
    if version.copy_key or version.copy_error or version.checked_at is None or unreadable:
        return False
    return clock.now() - version.checked_at < COPY_PATIENCE
