"""The sound of a review sheet, reached by the assignment and the number of the recording alone."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Response
from flask.typing import ResponseReturnValue

from portal.reviews import policy
from portal.reviews.policy import Access
from portal.reviews.queries.access import access as find_access
from portal.reviews.queries.heard import HeardFile, heard_files
from portal.web.authz import requires
from portal.web.faculty.blueprint import bp
from portal.web.media import send_media, send_waveform


@dataclass(frozen=True)
class Heard:
    """One recording of an assignment."""

    access: Access
    index: int
    file: HeardFile


def heard(assignment_id: str, index: int) -> Heard | None:
    access = find_access(assignment_id)
    if access is None or index < 1:
        return None
    files = heard_files(access)[index - 1 : index]
    return Heard(access, index, files[0]) if files and files[0] is not None else None


@bp.get("/<assignment_id>/recordings/<int:index>/audio")
@requires(policy.hear, load=heard)
def recording_audio(found: Heard) -> ResponseReturnValue:
    return send_media(found.file, download_name=f"recording-{found.index}")


@bp.get("/<assignment_id>/recordings/<int:index>/waveform.json")
@requires(policy.hear, load=heard)
def recording_waveform(found: Heard) -> Response:
    return send_waveform(found.file)
