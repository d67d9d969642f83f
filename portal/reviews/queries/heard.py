"""The recordings of an application as reviewers may know them: sound, words without names, and what was measured."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from portal.checks.check import Audience
from portal.checks.evaluate import Effect, Finding, remarks
from portal.core.db import db
from portal.recordings.models import Credit, Outcome, Waiver
from portal.reviews.blinding import APPLICANT, NameMask, performers_without_names
from portal.reviews.policy import Access
from portal.reviews.queries.listed import Listed, listed
from portal.reviews.sheet import SheetCredit, SheetFinding, SheetPlace, SheetRecording

# A finding about the *sound* is for reviewers; one about the file, its names and its origin is not, and neither is any
# group that is not listed here.
HEARD_GROUPS = frozenset(
    {"audio", "defect", "length", "level", "loudness", "noise", "peak", "silence", "spectrum", "stereo"}
)
HEARD_CHECKS = frozenset({"file.damaged"})


@dataclass(frozen=True)
class HeardFile:
    """Where the sound of one recording lies. Never shown."""

    version_id: str
    copy_key: str
    copy_mime: str
    waveform_key: str


def heard_files(access: Access) -> list[HeardFile | None]:
    """The files of an assignment's recordings in the order of the sheet, None where there is none. Two queries."""
    rows = [one.row for one in listed(access)]
    return [
        HeardFile(row.version_id, row.copy_key, row.copy_mime, row.waveform_key) if row.version_id else None
        for row in rows
    ]


def heard_recordings(access: Access, *, mask: NameMask | None) -> tuple[list[SheetRecording], Sequence[str | None]]:
    """The recordings in order, and beside them the ids of their versions. With a mask no name stays. Five queries."""
    found_rows = listed(access)
    rows = [one.row for one in found_rows]
    credits_of = _credits([row.id for row in rows], mask)
    findings_of = _findings([row.version_id for row in rows if row.version_id], mask)
    found = [
        _recording(index, one, mask, credits_of[one.row.id], findings_of[one.row.version_id])
        for index, one in enumerate(found_rows, start=1)
    ]
    return found, [row.version_id for row in rows]


def _recording(
    index: int, one: Listed, mask: NameMask | None, credits_: Sequence[SheetCredit], findings: Sequence[SheetFinding]
) -> SheetRecording:
    row = one.row
    return SheetRecording(
        index=index,
        slot=row.slot,
        title=_masked(row.title, mask),
        composers=_masked(row.composers, mask),
        performers=performers_without_names(row.performers, mask) if mask else row.performers,
        recorded_on=row.recorded_on,
        own_role=_masked(row.own_role, mask),
        note=_masked(row.note, mask),
        credits=credits_,
        duration_s=row.duration_s,
        integrated_lufs=row.integrated_lufs,
        true_peak_dbtp=row.true_peak_dbtp,
        mime=row.copy_mime or "",
        has_sound=bool(row.copy_key),
        has_picture=bool(row.waveform_key),
        sound_problem=bool(row.copy_error) and not row.copy_key,
        changed=one.changed,
        freed=row.freed_at is not None,
        findings=findings,
    )


def _credits(recording_ids: Sequence[str], mask: NameMask | None) -> dict[str, list[SheetCredit]]:
    found: dict[str, list[SheetCredit]] = defaultdict(list)
    for recording_id, name, role in db.session.execute(
        sa.select(Credit.recording_id, Credit.person_name, Credit.role)
        .where(Credit.recording_id.in_(recording_ids))
        .order_by(Credit.position, Credit.id)
    ):
        if mask is None:
            found[recording_id].append(SheetCredit(role=role, name=name))
        else:
            found[recording_id].append(SheetCredit(role=mask.hide(role), name=APPLICANT if mask.names(name) else ""))
    return found


def _findings(version_ids: Sequence[str], mask: NameMask | None) -> dict[str | None, list[SheetFinding]]:
    waived = {
        (version_id, key)
        for version_id, key in db.session.execute(
            sa.select(Waiver.file_version_id, Waiver.check_key).where(Waiver.file_version_id.in_(version_ids))
        )
    }
    stored: dict[str, list[Finding]] = defaultdict(list)
    for version_id, finding in db.session.execute(
        sa.select(Outcome.file_version_id, Outcome.finding)
        .where(Outcome.file_version_id.in_(version_ids))
        .order_by(Outcome.position)
    ):
        stored[version_id].append(Finding.from_plain(finding))
    found: dict[str | None, list[SheetFinding]] = defaultdict(list)
    for version_id, findings in stored.items():
        for finding in remarks(findings, audience=Audience.APPLICANT):
            if _is_heard(finding.check_key):
                found[version_id].append(_finding(finding, (version_id, finding.check_key) in waived, mask))
    return found


def _is_heard(check_key: str) -> bool:
    return check_key.partition(".")[0] in HEARD_GROUPS or check_key in HEARD_CHECKS


def _finding(finding: Finding, waived: bool, mask: NameMask | None) -> SheetFinding:
    return SheetFinding(
        title=finding.title,
        severity=_severity(finding.effect, waived=waived),
        sentence=_masked(finding.message, mask),
        places=[SheetPlace(place.start_s, place.end_s) for place in finding.places],
        measured=_masked(finding.measured, mask),
        limit=finding.limit,
        standard=finding.standard,
        waived="The programme accepts this recording as it is." if waived else "",
    )


def _severity(effect: Effect, *, waived: bool) -> str:
    """For a listener nothing has to be fixed any more: what would have kept a file out is worth a look at most."""
    return "inform" if waived or effect is Effect.INFORM else "warn"


def _masked(text: str, mask: NameMask | None) -> str:
    return mask.hide(text) if mask is not None else text
