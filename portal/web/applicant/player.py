"""What the applicant's player asks for: the very copy that the jury hears, and the picture of it."""

from __future__ import annotations

from flask import Response
from flask.typing import ResponseReturnValue

from portal.applications import policy
from portal.applications.queries import PlacedRecording, placed_recording
from portal.core.errors import NotFound
from portal.recordings.models import FileVersion
from portal.recordings.queries import current_version
from portal.web.applicant.blueprint import bp
from portal.web.authz import requires
from portal.web.media import send_media, send_waveform


@bp.get("/recordings/<recording_id>/audio")
@requires(policy.view_part, load=placed_recording)
def recording_audio(placed: PlacedRecording) -> ResponseReturnValue:
    return send_media(_version(placed), download_name="recording", may_link=True)


@bp.get("/recordings/<recording_id>/waveform.json")
@requires(policy.view_part, load=placed_recording)
def recording_waveform(placed: PlacedRecording) -> Response:
    return send_waveform(_version(placed))


def _version(placed: PlacedRecording) -> FileVersion:
    version = current_version(placed.recording)
    if version is None:
        raise NotFound
    return version
