"""Where a file may go in an application, for the form that sends several files at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import current_app, jsonify, url_for
from flask.typing import ResponseReturnValue

from portal.applications import policy
from portal.applications.contents import AskedSlot, Item, contents_of
from portal.applications.models import Application
from portal.applications.queries import application as find
from portal.applications.service.recordings import max_upload_bytes
from portal.bootstrap import SETTINGS
from portal.checks.evaluate import Verdict
from portal.programmes.early import said_early
from portal.programmes.technical_rules import specs_of
from portal.recordings.models import Recording
from portal.web.applicant.blueprint import bp
from portal.web.applicant.uploads import Begun, begun_at
from portal.web.authz import requires


@bp.get("/<application_id>/places")
@requires(policy.view, load=find)
def places(application: Application) -> ResponseReturnValue:
    """Every recording that is there, and every one that a slot has room for; `open` ones wait for a file."""
    contents = contents_of(application)
    begun = begun_at(contents)
    slots = [
        {
            "title": asked.slot.title,
            "asked": said_early(specs_of(asked.rule_set)),
            "max_bytes": max_upload_bytes(asked.slot, current_app.extensions[SETTINGS].max_upload_bytes),
            "places": [
                *(_place(item, begun.get(item.recording.id, [])) for item in asked.items),
                *_new_places(application, asked),
            ],
        }
        for asked in contents.slots
    ]
    return jsonify(slots=slots)


def addresses_of(recording: Recording) -> dict[str, str]:
    """Where the script sends the file of a recording to, and how it takes the recording out again."""
    return {
        "endpoint": url_for("tus.create", recording_id=recording.id),
        "remove": url_for("applicant.remove_recording", recording_id=recording.id),
    }


def _place(item: Item, begun: list[Begun]) -> dict[str, Any]:
    recording, version = item.recording, item.version
    return {
        "id": recording.id,
        "title": recording.title,
        "label": recording.title or f"Recording {item.number}",
        "open": version is None or item.verdict is Verdict.BLOCKED,
        "holds": version.original_name if version else "",
        "begun": [{"id": one.id, "name": one.name, "size_bytes": one.size_bytes} for one in begun],
        **addresses_of(recording),
    }


def _new_places(application: Application, asked: AskedSlot) -> Iterator[dict[str, Any]]:
    slot = asked.slot
    for number in range(len(asked.items) + 1, slot.max_items + 1):
        yield {
            "id": f"{slot.id}-{number}",
            "title": "",
            "label": f"A new recording, number\N{NO-BREAK SPACE}{number}",
            "open": True,
            "holds": "",
            "begun": [],
            "add": url_for("applicant.add_recording", application_id=application.id, slot_id=slot.id),
        }
