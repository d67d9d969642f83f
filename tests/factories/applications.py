"""An intake that asks for something, and applications to it in any state. Rows go through the ORM, in transactions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import count

from portal.accounts.models import Person
from portal.applications.models import Application, EvidenceFile, GateAnswer
from portal.applications.states import ApplicationState, GateState
from portal.checks.evaluate import Effect, Verdict
from portal.core.db import db, transaction
from portal.programmes.models import Concentration, Gate, Intake, Programme, RuleSet, Slot, Track
from portal.programmes.states import GateKind, IntakeState
from portal.recordings.models import Credit, FileVersion, Outcome, Recording, Report
from portal.recordings.states import Processing
from tests.factories.cast import make_person

# The world's clock: every deadline lies around this moment.
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
NOTE = "Mixed at home from eleven microphones. The room is in the drums; everything else is close."
_numbers = count(1)


def make_intake(
    *,
    title: str = "Fall 2027",
    state: IntakeState = IntakeState.PUBLISHED,
    time_zone: str = "America/New_York",
    deadline: datetime = NOW + timedelta(days=7),
    gates: Sequence[GateKind] = (GateKind.DEGREE, GateKind.ENTRANCE_EXAM),
    slots: int = 1,
) -> Intake:
    """An open intake of a new programme with two concentrations and two tracks, gates, and slots for one to two
    recordings each. An hour of grace; the start cut-off is the deadline."""
    with transaction():
        programme = Programme(
            slug=f"programme-{next(_numbers)}", title="Music Production", degree="M.M.", school="Lakeside"
        )
        db.session.add(programme)
        db.session.flush()
        intake = Intake(
            programme_id=programme.id,
            title=title,
            state=state,
            time_zone=time_zone,
            opens_at=NOW - timedelta(days=60),
            start_cutoff_at=deadline,
            visible_deadline_at=deadline,
            grace_minutes=60,
        )
        db.session.add_all([intake, *_choices(programme)])
        db.session.flush()
        db.session.add_all(_gates(intake, gates))
        for number in range(slots):
            _add_slot(intake, number)
    return intake


def make_draft(intake: Intake | None = None, applicant: Person | None = None) -> Application:
    """A draft in which nothing is filled in."""
    return make_application(intake, applicant, filled=False)


def make_application(
    intake: Intake | None = None,
    applicant: Person | None = None,
    *,
    state: ApplicationState = ApplicationState.DRAFT,
    filled: bool = True,
    number: str | None = None,
    reopened_until: datetime | None = None,
) -> Application:
    """An application that lacks nothing (or, not filled, everything), with times that fit its state."""
    intake = intake or make_intake()
    applicant = applicant or make_person("Ada")
    sent = state not in (ApplicationState.DRAFT, ApplicationState.WITHDRAWN)
    with transaction():
        application = Application(
            number=number or f"2099-{next(_numbers):04d}",
            applicant_id=applicant.id,
            intake_id=intake.id,
            state=state,
            created_at=NOW - timedelta(days=5),
            submitted_at=NOW - timedelta(hours=2) if sent else None,
            withdrawn_at=NOW if state is ApplicationState.WITHDRAWN else None,
            reopened_until=reopened_until,
        )
        db.session.add(application)
        db.session.flush()
        if filled:
            _fill(application)
    return application


def add_recording(application: Application, slot: Slot, *, title: str = "Night Bus", note: str = NOTE) -> Recording:
    """A recording with all its words and no file."""
    with transaction():
        recording = Recording(
            application_id=application.id,
            slot_id=slot.id,
            position=len(application.recordings),
            title=title,
            composers="T. Arvo",
            performers="The Lake Street Quartet",
            recorded_on=date(2026, 3, 14),
            note=note,
            own_role="Recording, editing and mix",
            credits=[Credit(position=0, person_name="Mira Holt", role="Mastering")],
        )
        db.session.add(recording)
        db.session.flush()
    return recording


def add_file(
    recording: Recording,
    *,
    state: Processing = Processing.CHECKED,
    verdict: Verdict | None = Verdict.CLEAN,
    name: str = "night bus.wav",
    number: int = 1,
) -> FileVersion:
    """A version whose bytes nobody reads."""
    with transaction():
        version = FileVersion(
            recording_id=recording.id,
            number=number,
            state=state,
            original_name=name,
            storage_key=f"recordings/00/{next(_numbers):032x}",
            size_bytes=173_400_000,
            sha256="5e" * 32,
            received_at=NOW - timedelta(hours=3),
            queued_at=NOW - timedelta(hours=3),
            verdict=verdict if state in (Processing.CHECKED, Processing.NEEDS_STAFF) else None,
            duration_s=185.25 if state is Processing.CHECKED else None,
        )
        db.session.add(version)
    return version


def add_block(version: FileVersion, *, message: str = "The sound is clipped in 2 places.") -> Outcome:
    """A finding that forbids submitting."""
    with transaction():
        version.verdict = Verdict.BLOCKED
        slot_id = db.session.get_one(Recording, version.recording_id).slot_id
        rule_set = db.session.query(RuleSet).filter_by(slot_id=slot_id).one()
        report = Report(file_version_id=version.id, generation=1, engine="test", schema_version=1, body="{}")
        db.session.add(report)
        db.session.flush()
        outcome = Outcome(
            file_version_id=version.id,
            report_id=report.id,
            rule_set_id=rule_set.id,
            check_key="peak.clipping",
            check_version=1,
            severity="block",
            state="fail",
            finding=blocking_finding(message),
        )
        db.session.add(outcome)
    return outcome


def blocking_finding(message: str) -> dict[str, object]:
    """As `checks` stores it."""
    return {
        "state": "fail",
        "message": message,
        "action": "Lower the level before your limiter and export again.",
        "value": 31.0,
        "unit": "samples",
        "measured": "31 samples at full scale",
        "limit": "at most 3 in a row",
        "places": [{"start_s": 67.2, "end_s": 68.0, "label": "clipping", "channel": None}],
        "place_count": 1,
        "check_key": "peak.clipping",
        "check_version": 1,
        "title": "Clipping",
        "severity": "block",
        "effect": Effect.BLOCK.value,
        "audience": "applicant",
        "standard": "Programme rule",
    }


def _choices(programme: Programme) -> list[Concentration | Track]:
    return [
        Concentration(programme_id=programme.id, position=0, key="production", title="Production"),
        Concentration(programme_id=programme.id, position=1, key="acoustics", title="Acoustics"),
        Track(programme_id=programme.id, position=0, key="thesis", title="Thesis"),
        Track(programme_id=programme.id, position=1, key="non-thesis", title="Non-thesis"),
    ]


def _gates(intake: Intake, kinds: Sequence[GateKind]) -> list[Gate]:
    titles = {
        GateKind.DEGREE: "Bachelor's degree",
        GateKind.MUSIC_BACKGROUND: "Background in music",
        GateKind.ENTRANCE_EXAM: "Entrance exam",
        GateKind.GENERAL: "Statement",
    }
    return [
        Gate(
            intake_id=intake.id,
            position=position,
            kind=kind,
            title=titles[kind],
            question=f"Tell us about your {titles[kind].lower()}.",
            evidence_required=kind is GateKind.DEGREE,
            minimum_score=70.0 if kind is GateKind.ENTRANCE_EXAM else None,
        )
        for position, kind in enumerate(kinds)
    ]


def _add_slot(intake: Intake, number: int) -> None:
    slot = Slot(
        intake_id=intake.id,
        position=number,
        title=f"Own production {number + 1}",
        min_items=1,
        max_items=2,
        max_bytes=500_000_000,
        note_max_words=50,
    )
    db.session.add(slot)
    db.session.flush()
    db.session.add(RuleSet(slot_id=slot.id, version=1, rules=[]))


def _fill(application: Application) -> None:
    programme = application.intake.programme
    application.concentration_id = programme.concentrations[0].id
    application.track_id = programme.tracks[0].id
    for gate in application.intake.gates:
        answer = GateAnswer(
            application_id=application.id,
            gate_id=gate.id,
            answer="B.A. in Music, Lakeside College, 2024",
            score=82.5 if gate.kind is GateKind.ENTRANCE_EXAM else None,
            state=GateState.UNKNOWN,
        )
        db.session.add(answer)
        db.session.flush()
        if gate.evidence_required:
            db.session.add(
                EvidenceFile(
                    gate_answer_id=answer.id,
                    original_name="diploma.pdf",
                    storage_key="evidence/00/none",
                    size_bytes=81_000,
                    sha256="d1" * 32,
                )
            )
    for slot in application.intake.slots:
        add_file(add_recording(application, slot))
