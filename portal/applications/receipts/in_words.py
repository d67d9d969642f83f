"""What a signed receipt says, in words: the same for its page, its PDF, the command line and the page that verifies."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.applications.receipts.payloads import OF_APPLICATION, SCHEMA
from portal.checks.wording import clock
from portal.core.errors import Invalid
from portal.core.moments import to_the_second

STILL_LISTENING = "not known yet: we were still listening"


@dataclass(frozen=True)
class Fact:
    """One line: what it is, and what it says. A hash is set in letters of one width."""

    label: str
    value: str
    is_hash: bool = False


@dataclass(frozen=True)
class File:
    """A file that the receipt names."""

    title: str
    sha256: str
    size_bytes: int
    facts: tuple[Fact, ...]


@dataclass(frozen=True)
class InWords:
    title: str
    issuer: str
    lead: str
    received_at: datetime
    facts: tuple[Fact, ...]
    files: tuple[File, ...]


def in_words(payload: dict[str, Any]) -> InWords:
    """Say a payload whose signature holds. Raises Invalid for a form that this version does not know."""
    if payload.get("schema") != SCHEMA:
        raise Invalid("The signature holds, but this version of Soundcheck does not know what it says.")
    said = _application(payload) if payload["kind"] == OF_APPLICATION else _file(payload)
    title, lead, more, files = said
    return InWords(
        title=title,
        issuer=payload["issuer"]["name"],
        lead=lead,
        received_at=datetime.fromisoformat(payload["received_at"]),
        facts=(
            Fact("Application", payload["application"]),
            Fact("Programme", payload["programme"]),
            Fact("Intake", payload["intake"]),
            Fact("Received", _moment(payload["received_at"], payload["time_zone"])),
            *more,
        ),
        files=files,
    )


Said = tuple[str, str, tuple[Fact, ...], tuple[File, ...]]


def _application(payload: dict[str, Any]) -> Said:
    number, zone = payload["receipt_number"], payload["time_zone"]
    applicant = payload["applicant"]
    again = "" if number == 1 else f", submit {number}"
    files = tuple(_told(file, zone, title=_named(file)) for file in payload["files"])
    count = "one file" if len(files) == 1 else f"{len(files)} files"
    return (
        f"Receipt {payload['application']}{again}",
        f"We received this application with {count}. Every file below was complete on our disks at that moment.",
        (
            Fact("Applicant", applicant["name"] or applicant["email"]),
            Fact("Address", applicant["email"]),
            Fact("Everything said", payload["contents_sha256"], is_hash=True),
        ),
        files,
    )


def _file(payload: dict[str, Any]) -> Said:
    file = payload["file"]
    return (
        f"Receipt of a file, {payload['application']}",
        "We received this file. Every byte of it was on our disks at that moment.",
        (Fact("Slot", file["slot"]), Fact("Version", str(file["version"]))),
        (_told(file, payload["time_zone"], title=file["name"]),),
    )


def _told(file: dict[str, Any], zone: str, *, title: str) -> File:
    facts = [
        Fact("File", file["name"]),
        Fact("Size", f"{file['size_bytes']:,} bytes"),
        Fact("SHA-256", file["sha256"], is_hash=True),
    ]
    if "received_at" in file:
        facts.insert(2, Fact("Received", _moment(file["received_at"], zone)))
    if "decoded_length_ms" in file:
        length = file["decoded_length_ms"]
        facts.insert(-1, Fact("Decoded length", STILL_LISTENING if length is None else clock(length / 1000)))
    return File(title=title, sha256=file["sha256"], size_bytes=file["size_bytes"], facts=tuple(facts))


def _named(file: dict[str, Any]) -> str:
    return f"{file['slot']}: {file['title']}" if file["title"] else str(file["slot"])


def _moment(moment: str | None, zone: str) -> str:
    return to_the_second(datetime.fromisoformat(moment), zone) if moment else "not known"
