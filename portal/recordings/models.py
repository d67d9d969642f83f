"""Recordings, their file versions, and what was measured and found."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.checks.evaluate import Verdict
from portal.core import clock
from portal.core.db import Base, UtcDateTime, enum_column, id_column, reference
from portal.core.ids import ID_LENGTH
from portal.core.stored import file_key
from portal.recordings.states import Processing, TrialState, UploadState


class Recording(Base):
    """An item in a slot of an application: the words about it. The sound is in its file versions."""

    __tablename__ = "recordings"

    id: Mapped[str] = id_column()
    application_id: Mapped[str] = reference("applications.id")
    slot_id: Mapped[str] = reference("slots.id")
    position: Mapped[int] = mapped_column(default=0)
    title: Mapped[str] = mapped_column(sa.String(200), default="")
    composers: Mapped[str] = mapped_column(sa.String(300), default="")
    performers: Mapped[str] = mapped_column(sa.String(500), default="")
    recorded_on: Mapped[date | None] = mapped_column(sa.Date)
    note: Mapped[str] = mapped_column(sa.Text, default="")
    own_role: Mapped[str] = mapped_column(sa.String(200), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    credits: Mapped[list[Credit]] = relationship(order_by="Credit.position", cascade="all, delete-orphan")
    versions: Mapped[list[FileVersion]] = relationship(back_populates="recording", order_by="FileVersion.number")
    uploads: Mapped[list[Upload]] = relationship(order_by="Upload.created_at")


class Credit(Base):
    """Somebody else's part in a recording. The applicant's own is `Recording.own_role`."""

    __tablename__ = "credits"

    id: Mapped[str] = id_column()
    recording_id: Mapped[str] = reference("recordings.id")
    position: Mapped[int] = mapped_column(default=0)
    person_name: Mapped[str] = mapped_column(sa.String(200))
    role: Mapped[str] = mapped_column(sa.String(200))


class FileVersion(Base):
    """One upload into a recording. Each new upload is a new version; the older ones stay, superseded.

    `generation` counts the measurements that were asked for; a worker's result is taken only for the generation that it
    claimed. `lease_until` is when somebody else may take over from a worker that went silent; `heard_percent` how far
    the one that holds it had come when it last renewed. `told_at` is when the applicant was last written to about it.
    """

    __tablename__ = "file_versions"
    __table_args__ = (
        sa.UniqueConstraint("recording_id", "number"),
        sa.Index("ix_file_versions_state_lease", "state", "lease_until"),
        sa.Index("ix_file_versions_told_state", "told_at", "state"),
    )

    id: Mapped[str] = id_column()
    recording_id: Mapped[str] = reference("recordings.id")
    number: Mapped[int]
    state: Mapped[Processing] = mapped_column(enum_column(Processing), default=Processing.RECEIVING)
    original_name: Mapped[str] = mapped_column(sa.String(255))
    storage_key: Mapped[str] = file_key("recordings", hashed_by="sha256")
    size_bytes: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    sha256: Mapped[str] = mapped_column(sa.String(64), default="", index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    received_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # When it was first handed in. From then on it is evidence: never replaced in place, freed only by the longest rule.
    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # When its files were deleted by the retention rules; the row stays, with its hash. The state is `purged` then.
    freed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    generation: Mapped[int] = mapped_column(default=1)
    attempt: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    heard_percent: Mapped[int] = mapped_column(default=0)
    queued_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    checked_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    told_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    staff_reason: Mapped[str] = mapped_column(sa.Text, default="")

    verdict: Mapped[Verdict | None] = mapped_column(enum_column(Verdict))
    duration_s: Mapped[float | None]
    integrated_lufs: Mapped[float | None]
    true_peak_dbtp: Mapped[float | None]
    waveform_key: Mapped[str] = file_key("waveforms")

    # The copy that is listened to: the same sound without names in it. Same journey, own fields.
    copy_key: Mapped[str] = file_key("copies")
    copy_mime: Mapped[str] = mapped_column(sa.String(40), default="")
    copy_attempt: Mapped[int] = mapped_column(default=0)
    copy_lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    copy_error: Mapped[str] = mapped_column(sa.Text, default="")

    recording: Mapped[Recording] = relationship(back_populates="versions")
    outcomes: Mapped[list[Outcome]] = relationship(order_by="Outcome.position")
    waivers: Mapped[list[Waiver]] = relationship(order_by="Waiver.created_at")


class Upload(Base):
    """A file that arrives piece by piece. How much is there is the size of the staged file; this row follows it.

    `storage_key` is written before the finished file is moved there: whoever finds this row open after a crash knows
    both places to look. `said_sha256` is what the sender says of the whole file, in hexadecimal; empty when nothing.
    """

    __tablename__ = "uploads"
    __table_args__ = (sa.Index("ix_uploads_state_expires", "state", "expires_at"),)

    id: Mapped[str] = id_column()
    recording_id: Mapped[str] = reference("recordings.id")
    owner_id: Mapped[str] = reference("people.id")
    original_name: Mapped[str] = mapped_column(sa.String(255))
    size_bytes: Mapped[int] = mapped_column(sa.BigInteger)
    state: Mapped[UploadState] = mapped_column(enum_column(UploadState), default=UploadState.OPEN)
    said_sha256: Mapped[str] = mapped_column(sa.String(64), default="", server_default="")
    storage_key: Mapped[str] = file_key("recordings", lasting=False, only_while={"state": UploadState.OPEN})
    file_version_id: Mapped[str | None] = reference("file_versions.id", nullable=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    touched_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Report(Base):
    """What was measured, once per version and generation. Never edited."""

    __tablename__ = "reports"
    __table_args__ = (sa.UniqueConstraint("file_version_id", "generation"),)

    id: Mapped[str] = id_column()
    file_version_id: Mapped[str] = reference("file_versions.id")
    generation: Mapped[int]
    engine: Mapped[str] = mapped_column(sa.String(60))
    schema_version: Mapped[int]
    body: Mapped[str] = mapped_column(sa.Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)


class Fingerprint(Base):
    """What a version is recognised by, of its newest measurement, and which others it was found to be like.

    `words` is the acoustic fingerprint, little-endian 32-bit words, eight a second; empty where there was too little
    sound. `compared_at` is None while the comparison is owed; `alike` holds the ids of versions that may name this one.
    """

    __tablename__ = "fingerprints"
    __table_args__ = (sa.Index("ix_fingerprints_owed", "compared_at", "asked_at"),)

    id: Mapped[str] = id_column()
    file_version_id: Mapped[str] = mapped_column(
        sa.String(ID_LENGTH), sa.ForeignKey("file_versions.id"), unique=True, index=False
    )
    generation: Mapped[int]
    pcm_sha256: Mapped[str] = mapped_column(sa.String(64), default="", index=True)
    words: Mapped[bytes] = mapped_column(sa.LargeBinary, default=b"")
    duration_s: Mapped[float | None]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    attempt: Mapped[int] = mapped_column(default=0)
    compared_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    alike: Mapped[list[str]] = mapped_column(sa.JSON, default=list)


class Outcome(Base):
    """What one check said of a version, with the rule that it was judged by. Replaced as a whole when judged again."""

    __tablename__ = "outcomes"

    id: Mapped[str] = id_column()
    file_version_id: Mapped[str] = reference("file_versions.id")
    report_id: Mapped[str] = reference("reports.id")
    rule_set_id: Mapped[str] = reference("rule_sets.id")
    position: Mapped[int] = mapped_column(default=0)
    check_key: Mapped[str] = mapped_column(sa.String(80))
    check_version: Mapped[int]
    severity: Mapped[str] = mapped_column(sa.String(16))
    state: Mapped[str] = mapped_column(sa.String(20))
    # The whole Finding as checks.evaluate gave it (message, value, limit, unit, places, standard, …).
    finding: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    judged_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)


class Waiver(Base):
    """A person's reasoned exception from one check for one version. The outcome itself stays as it is."""

    __tablename__ = "waivers"
    __table_args__ = (sa.UniqueConstraint("file_version_id", "check_key"),)

    id: Mapped[str] = id_column()
    file_version_id: Mapped[str] = reference("file_versions.id")
    check_key: Mapped[str] = mapped_column(sa.String(80))
    reason: Mapped[str] = mapped_column(sa.Text)
    granted_by_id: Mapped[str] = mapped_column(sa.String(ID_LENGTH))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)


class Trial(Base):
    """A file that a visitor lets us hear without applying. The file goes as soon as it is heard, the row soon after."""

    __tablename__ = "trials"

    id: Mapped[str] = id_column()
    slot_id: Mapped[str] = reference("slots.id")
    state: Mapped[TrialState] = mapped_column(enum_column(TrialState), default=TrialState.RECEIVING)
    original_name: Mapped[str] = mapped_column(sa.String(255))
    storage_key: Mapped[str] = file_key("trials", lasting=False)
    rules_version: Mapped[int] = mapped_column(default=0)
    duration_s: Mapped[float | None]
    verdict: Mapped[Verdict | None] = mapped_column(enum_column(Verdict))
    # Findings for applicants, as checks.evaluate gave them.
    findings: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON, default=list)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    claimed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
