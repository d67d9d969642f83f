"""What is signed: of one file that arrived, and of an application that was submitted. Every value has one spelling.

Lengths are whole milliseconds; times are ISO 8601, in UTC and once more as the clocks at the intake stood.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from portal.applications.models import Application
from portal.applications.receipts.queries import ReceivedFile
from portal.core.signing import Signer

SCHEMA = 1
OF_FILE = "file"
OF_APPLICATION = "application"


def of_file(found: ReceivedFile, *, signer: Signer) -> dict[str, Any]:
    """A file that we hold. Its decoded length is None until it has been listened to."""
    version, application = found.version, found.application
    return {
        **_heading(OF_FILE, application, signer),
        **_moment(version.received_at or version.created_at, application.intake.time_zone),
        "file": {
            "slot": found.slot.title,
            "version": version.number,
            "name": version.original_name,
            "size_bytes": version.size_bytes,
            "sha256": version.sha256,
            "decoded_length_ms": _milliseconds(version.duration_s),
        },
    }


def of_application(
    application: Application, contents: dict[str, Any], *, number: int, contents_sha256: str, signer: Signer
) -> dict[str, Any]:
    """An application as it was submitted: every file, and the fingerprint of all that was said.

    `contents` are those of `receipts.contents`; `contents_sha256` is the hash of the text that they are kept as.
    """
    return {
        **_heading(OF_APPLICATION, application, signer),
        **_moment(datetime.fromisoformat(contents["submitted_at"]), contents["time_zone"]),
        "receipt_number": number,
        "applicant": contents["applicant"],
        "contents_sha256": contents_sha256,
        "files": [*_recordings(contents), *_evidence(contents)],
    }


def _heading(kind: str, application: Application, signer: Signer) -> dict[str, Any]:
    programme = application.intake.programme
    return {
        "schema": SCHEMA,
        "kind": kind,
        "issuer": {"name": programme.school or signer.school_name, "address": signer.address},
        "application": application.number,
        "programme": f"{programme.degree} {programme.title}".strip(),
        "intake": application.intake.title,
    }


def _moment(moment: datetime, zone: str) -> dict[str, str]:
    return {
        "received_at": _utc(moment),
        "received_at_local": moment.astimezone(ZoneInfo(zone)).isoformat(timespec="milliseconds"),
        "time_zone": zone,
    }


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")


def _recordings(contents: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "slot": slot["title"],
            "title": recording["title"],
            "name": file["name"],
            "size_bytes": file["size_bytes"],
            "sha256": file["sha256"],
            "received_at": _utc(datetime.fromisoformat(file["received_at"])) if file["received_at"] else None,
            "decoded_length_ms": _milliseconds(file["duration_s"]),
        }
        for slot in contents["slots"]
        for recording in slot["recordings"]
        if (file := recording["file"])
    ]


def _evidence(contents: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "slot": gate["title"],
            "title": "",
            "name": file["name"],
            "size_bytes": file["size_bytes"],
            "sha256": file["sha256"],
            "received_at": _utc(datetime.fromisoformat(file["received_at"])) if file["received_at"] else None,
        }
        for gate in contents["gates"]
        for file in gate["evidence"]
    ]


def _milliseconds(seconds: float | None) -> int | None:
    return None if seconds is None else round(seconds * 1000)
