"""The receipt: what was submitted, word for word, with the files' names, sizes and hashes and the rules of that moment.

Plain JSON, so that it says the same for as long as it is kept. Times are ISO 8601 in UTC; the zone stands beside them.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from portal.applications.contents import AskedGate, AskedSlot, Contents, Item

SCHEMA = 1


def receipt_of(contents: Contents, *, submitted_at: datetime) -> dict[str, Any]:
    """Everything that is submitted at this moment."""
    application = contents.application
    intake, programme = application.intake, application.intake.programme
    return {
        "schema": SCHEMA,
        "number": application.number,
        "applicant": {"name": application.applicant.full_name, "email": application.applicant.email},
        "programme": {"title": programme.title, "degree": programme.degree, "school": programme.school},
        "intake": intake.title,
        "concentration": application.concentration.title if application.concentration else None,
        "track": application.track.title if application.track else None,
        "submitted_at": submitted_at.isoformat(),
        "time_zone": intake.time_zone,
        "gates": [_gate(asked) for asked in contents.gates],
        "slots": [_slot(asked) for asked in contents.slots],
    }


def _gate(asked: AskedGate) -> dict[str, Any]:
    answer = asked.answer
    return {
        "title": asked.gate.title,
        "question": asked.gate.question,
        "answer": answer.answer if answer else "",
        "score": answer.score if answer else None,
        "state": asked.state.value,
        "evidence": [
            {
                "name": file.original_name,
                "size_bytes": file.size_bytes,
                "sha256": file.sha256,
                "received_at": file.created_at.isoformat(),
            }
            for file in (answer.evidence if answer else ())
        ],
    }


def _slot(asked: AskedSlot) -> dict[str, Any]:
    return {
        "title": asked.slot.title,
        "rule_set_id": asked.rule_set.id if asked.rule_set else None,
        "rules_version": asked.rule_set.version if asked.rule_set else None,
        "recordings": [_recording(item) for item in asked.items],
    }


def _recording(item: Item) -> dict[str, Any]:
    recording = item.recording
    return {
        "recording_id": recording.id,
        "title": recording.title,
        "composers": recording.composers,
        "performers": recording.performers,
        "recorded_on": recording.recorded_on.isoformat() if recording.recorded_on else None,
        "own_role": recording.own_role,
        "note": recording.note,
        "credits": [{"name": line.person_name, "role": line.role} for line in recording.credits],
        "file": _file(item),
    }


def _file(item: Item) -> dict[str, Any] | None:
    version = item.version
    if version is None:
        return None
    return {
        "version_id": version.id,
        "version": version.number,
        "name": version.original_name,
        "size_bytes": version.size_bytes,
        "sha256": version.sha256,
        "received_at": version.received_at.isoformat() if version.received_at else None,
        "state": version.state.value,
        "verdict": item.verdict.value if item.verdict else None,
        # Not known while the check is still running; the receipt's page looks it up then.
        "duration_s": version.duration_s,
    }
