"""Recordings in the list of a slot: add, take out, change places."""

from __future__ import annotations

from flask import jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.applications import policy
from portal.applications.missing import recording_anchor, slot_anchor
from portal.applications.queries import PlacedRecording, PlacedSlot, placed_recording, placed_slot
from portal.applications.service import recordings
from portal.web.applicant.answers import done
from portal.web.applicant.blueprint import bp
from portal.web.applicant.places import addresses_of
from portal.web.authz import acting, requires
from portal.web.errors import wants_json


@bp.post("/<application_id>/slots/<slot_id>/recordings")
@requires(policy.view_part, load=placed_slot)
def add_recording(placed: PlacedSlot) -> ResponseReturnValue:
    recording = recordings.add_recording(placed, actor=acting())
    if wants_json():
        return jsonify(addresses_of(recording)), 201
    return redirect(url_for("applicant.recording", recording_id=recording.id), code=303)


@bp.post("/recordings/<recording_id>/remove")
@requires(policy.view_part, load=placed_recording)
def remove_recording(placed: PlacedRecording) -> ResponseReturnValue:
    back = _list_of(placed, slot_anchor(placed.slot.id))
    recordings.remove_recording(placed, actor=acting())
    return done(back, "The recording is taken out of your application.")


@bp.post("/recordings/<recording_id>/move")
@requires(policy.view_part, load=placed_recording)
def move_recording(placed: PlacedRecording) -> ResponseReturnValue:
    recordings.move_recording(placed, up=request.form.get("to") == "up", actor=acting())
    return redirect(_list_of(placed, recording_anchor(placed.recording.id)), code=303)


def _list_of(placed: PlacedRecording, anchor: str) -> str:
    return url_for("applicant.application", application_id=placed.application.id, _anchor=anchor)
