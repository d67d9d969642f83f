"""Resumable uploads by tus 1.0.0: OPTIONS, POST, HEAD, PATCH, DELETE.

Clients of all makers speak here with nothing but the session's cookie. What other pages' forms carry as a token is not
asked for: nothing changes without the header `Tus-Resumable`, which no page from elsewhere may send.
"""

from __future__ import annotations

import logging
from datetime import datetime
from typing import BinaryIO, cast

from flask import Response, current_app, request, url_for
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import ClientDisconnected

from portal.applications import policy
from portal.applications.deadlines import may_arrive_until
from portal.applications.queries import PlacedRecording, placed_recording
from portal.applications.service import uploads
from portal.applications.service.recordings import max_upload_bytes
from portal.applications.service.uploads import PlacedUpload, placed_upload
from portal.bootstrap import SETTINGS
from portal.core.errors import DomainError, NotAllowed, Unavailable
from portal.core.resumable import ChecksumMismatch, OffsetMismatch, UploadBusy, UploadGone
from portal.core.settings import Settings
from portal.recordings.service.uploads import staged
from portal.recordings.states import UploadState
from portal.web.authz import acting, current_actor, public, requires
from portal.web.csrf import csrf
from portal.web.errors import AWAY, AWAY_FOR_S, forget_who_asks, status_of
from portal.web.tus import protocol, slots
from portal.web.tus.blueprint import bp

__all__ = ["bp"]

logger = logging.getLogger(__name__)
csrf.exempt(bp)


@bp.after_request
def speak_tus(response: Response) -> Response:
    response.headers["Tus-Resumable"] = protocol.VERSION
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.errorhandler(DomainError)
def refused(error: DomainError) -> Response:
    """In one plain sentence: most clients show it as it is."""
    signed_out = isinstance(error, NotAllowed) and current_actor() is None
    status = 401 if signed_out else status_of(error)
    logger.info("refused %s %s: %s %s", request.method, request.path, error.code, error.message)
    return _plain(" ".join([error.message, *error.details]), status, {"Retry-After": "5"} if status == 503 else {})


@bp.errorhandler(OperationalError)
def database_away(error: OperationalError) -> Response:
    logger.error("no database for %s %s", request.method, request.path, exc_info=error)
    forget_who_asks()
    return _plain(AWAY, 503, {"Retry-After": str(AWAY_FOR_S)})


@bp.errorhandler(protocol.ProtocolError)
def not_tus(error: protocol.ProtocolError) -> Response:
    extra = {"Tus-Version": protocol.VERSION} if error.status == 412 else {}
    return _plain(error.message, error.status, extra)


@bp.errorhandler(OffsetMismatch)
def wrong_offset(error: OffsetMismatch) -> Response:
    return _plain(error.message, 409, {"Upload-Offset": str(error.offset)})


@bp.errorhandler(UploadBusy)
def busy(error: UploadBusy) -> Response:
    return _plain(error.message, 423, {"Retry-After": "2"})


@bp.errorhandler(UploadGone)
def gone(error: UploadGone) -> Response:
    return _plain(error.message, 410)


@bp.errorhandler(ChecksumMismatch)
def wrong_checksum(error: ChecksumMismatch) -> Response:
    return _plain(error.message, protocol.CHECKSUM_MISMATCH)


@bp.route("/<recording_id>", methods=["OPTIONS"], provide_automatic_options=False)
@bp.route("/file/<upload_id>", methods=["OPTIONS"], provide_automatic_options=False)
@public
def describe(recording_id: str = "", upload_id: str = "") -> Response:
    return Response(status=204, headers=protocol.capabilities(_settings().max_upload_bytes))


@bp.post("/<recording_id>")
@requires(policy.view_part, load=placed_recording)
def create(placed: PlacedRecording) -> Response:
    protocol.demand_version(request.headers)
    wanted = protocol.creation(request.headers)
    brings = request.mimetype == protocol.OFFSET_TYPE
    if brings:
        _demand_fitting(0, wanted.size_bytes)
    most = _settings().max_upload_bytes
    begun = uploads.begin(
        placed,
        actor=acting(),
        original_name=wanted.file_name,
        size_bytes=wanted.size_bytes,
        said_sha256=wanted.sha256,
        installation_max_bytes=most,
    )
    found = placed_upload(begun.id)
    if found is None:
        raise UploadGone("This upload is no longer here. Please begin again.")
    at = _receive_with_creation(found) if brings else 0
    headers = {"Location": url_for("tus.send", upload_id=begun.id), **protocol.standing(at, _until(found))}
    return Response(status=201, headers=headers)


@bp.route("/file/<upload_id>", methods=["HEAD"])
@requires(policy.view_part, load=placed_upload)
def standing(found: PlacedUpload) -> Response:
    protocol.demand_version(request.headers)
    upload = found.upload
    headers = protocol.standing(_offset_of(found), _until(found))
    return Response(status=200, headers={**headers, "Upload-Length": str(upload.size_bytes)})


@bp.patch("/file/<upload_id>")
@requires(policy.view_part, load=placed_upload)
def send(found: PlacedUpload) -> Response:
    protocol.demand_version(request.headers)
    protocol.demand_offset_type(request.mimetype)
    at = _receive(found, at=protocol.offset(request.headers))
    return Response(status=204, headers=protocol.standing(at, _until(found)))


@bp.delete("/file/<upload_id>")
@requires(policy.view_part, load=placed_upload)
def terminate(found: PlacedUpload) -> Response:
    protocol.demand_version(request.headers)
    uploads.terminate(found, actor=acting())
    return Response(status=204)


@bp.post("/file/<upload_id>")
@requires(policy.view_part, load=placed_upload)
def overridden(found: PlacedUpload) -> Response:
    """For clients whose network lets neither PATCH nor DELETE pass."""
    meant = {"PATCH": send, "DELETE": terminate}.get(request.headers.get("X-HTTP-Method-Override", ""))
    if meant is None:
        raise protocol.ProtocolError("Say X-HTTP-Method-Override: PATCH or DELETE.", 405)
    answer: Response = meant(upload_id=found.upload.id)
    return answer


def _receive(found: PlacedUpload, *, at: int) -> int:
    """Append the body. Returns the offset that is on disk."""
    size, checksum = found.upload.size_bytes, protocol.checksum(request.headers)
    request.max_content_length = max_upload_bytes(found.placed.slot, _settings().max_upload_bytes)
    _demand_fitting(at, size)
    try:
        with slots.receiving():
            return uploads.append(found, cast(BinaryIO, request.stream), actor=acting(), at=at, checksum=checksum)
    except (ClientDisconnected, ConnectionError, TimeoutError) as error:
        raise Unavailable("The connection was lost. What has arrived is kept; go on from there.") from error


def _receive_with_creation(found: PlacedUpload) -> int:
    """The same for the first piece in a POST: who gets no address could never go on, so nothing is kept of it."""
    try:
        return _receive(found, at=0)
    except DomainError:
        uploads.terminate(found, actor=acting())
        raise


def _demand_fitting(at: int, size: int) -> None:
    """Raises ProtocolError 413, before anything is begun or written."""
    if at <= size and (request.content_length or 0) > size - at:
        raise protocol.ProtocolError("These are more bytes than the file was said to have.", 413)


def _until(found: PlacedUpload) -> datetime:
    return may_arrive_until(found.application, found.upload.expires_at)


def _offset_of(found: PlacedUpload) -> int:
    """What is on disk counts. A finished upload has left the staging folder: all of it is there."""
    upload = found.upload
    if upload.state is UploadState.COMPLETE:
        return upload.size_bytes
    if upload.state is not UploadState.OPEN:
        raise UploadGone("This upload was given up. Please begin again.")
    at = staged(upload.id).offset()
    if at == upload.size_bytes:
        # A server that was killed between the last byte and the end of its work: now it is done.
        uploads.finish(found, actor=acting())
    return at


def _plain(message: str, status: int, headers: dict[str, str] | None = None) -> Response:
    return Response(message, status=status, mimetype="text/plain", headers=headers or {})


def _settings() -> Settings:
    found: Settings = current_app.extensions[SETTINGS]
    return found
