"""A school that decides: a programme with its staff, and applications with answers, recordings and scores."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import count

from portal.accounts.actor import Actor
from portal.accounts.models import Person, ProgrammeStaff
from portal.accounts.queries import actor_for
from portal.accounts.states import StaffRole
from portal.applications.models import Application, GateAnswer
from portal.applications.states import ApplicationState, GateState
from portal.checks.evaluate import Verdict
from portal.core import clock
from portal.core.db import db, transaction
from portal.programmes.models import Intake, Programme, RuleSet
from portal.programmes.states import GateKind
from portal.recordings.models import FileVersion, Outcome, Recording, Report
from portal.recordings.states import Processing
from portal.reviews.models import Assignment, CriterionScore, Review
from portal.reviews.states import AssignmentState
from tests.factories.programmes import (
    DEADLINE,
    make_concentration,
    make_gate,
    make_intake,
    make_programme,
    make_rubric,
    make_rule_set,
    make_slot,
    make_track,
)

GATES = (
    (GateKind.DEGREE, "Bachelor's degree"),
    (GateKind.MUSIC_BACKGROUND, "Background in music"),
    (GateKind.ENTRANCE_EXAM, "Entrance exam"),
    (GateKind.GENERAL, "Admission form"),
)
_numbers = count(1)


@dataclass(frozen=True)
class School:
    """Ids only: rows are read again wherever they are needed."""

    programme_id: str
    intake_id: str
    rubric_id: str
    slot_id: str
    concentration_id: str
    track_id: str
    gate_ids: Sequence[str]
    criterion_ids: Sequence[str]
    frank: Actor
    grace: Actor
    gina: Actor
    heidi: Actor
    reviewer_ids: Sequence[str]

    @property
    def intake(self) -> Intake:
        return db.session.get_one(Intake, self.intake_id)

    @staticmethod
    def person(actor: Actor) -> Person:
        return db.session.get_one(Person, actor.person_id)


def _person(full_name: str, email: str | None = None) -> Person:
    address = email or f"{full_name.split()[0].lower()}{next(_numbers)}@example.org"
    person = Person(email=address, full_name=full_name, confirmed_at=clock.now())
    db.session.add(person)
    db.session.flush()
    return person


def _staff(full_name: str, programme: Programme, role: StaffRole) -> Actor:
    person = _person(full_name)
    db.session.add(ProgrammeStaff(person_id=person.id, programme_id=programme.id, role=role))
    db.session.flush()
    return actor_for(person)


def make_school(*, reviews_wanted: int = 3) -> School:
    """A programme with an intake of four requirements, one slot, a rubric of two criteria, and its people: chair Frank,
    admins Grace and Gina, three reviewers; Heidi is admin of another programme."""
    with transaction():
        programme, other = make_programme(), make_programme(title="Sound Design", degree="M.S.")
        intake = make_intake(programme, reviews_wanted=reviews_wanted)
        concentration = make_concentration(programme)
        slot = make_slot(intake)
        make_rule_set(slot)
        rubric = make_rubric(intake, concentration=concentration, titles=("Balance", "Space"))
        rubric.criteria[0].weight = 2
        gates = [make_gate(intake, title, kind=kind, position=i) for i, (kind, title) in enumerate(GATES)]
        return School(
            programme_id=programme.id,
            intake_id=intake.id,
            rubric_id=rubric.id,
            slot_id=slot.id,
            concentration_id=concentration.id,
            track_id=make_track(programme).id,
            gate_ids=[gate.id for gate in gates],
            criterion_ids=[criterion.id for criterion in rubric.criteria],
            frank=_staff("Frank Ostrowski", programme, StaffRole.CHAIR),
            grace=_staff("Grace Abara", programme, StaffRole.ADMIN),
            gina=_staff("Gina Bachauer", programme, StaffRole.ADMIN),
            heidi=_staff("Heidi Keller", other, StaffRole.ADMIN),
            reviewer_ids=[
                _staff(name, programme, StaffRole.FACULTY).person_id
                for name in ("Clara Voss", "Dan Moreau", "Dora Mavor")
            ],
        )


PASSED = (GateState.PASSED,) * 4


def make_application(
    school: School,
    name: str = "Ada Lovelace",
    *,
    state: ApplicationState = ApplicationState.UNDER_REVIEW,
    gates: Sequence[GateState] = PASSED,
    scores: Sequence[float] = (),
    verdict: Verdict | None = Verdict.CLEAN,
    processing: Processing = Processing.CHECKED,
    number: str | None = None,
    email: str | None = None,
) -> str:
    """The id of an application with answers, one recording, and one submitted review for each score."""
    with transaction():
        person = _person(name, email)
        application = Application(
            number=number or f"SC-{next(_numbers):05d}",
            applicant_id=person.id,
            intake_id=school.intake_id,
            concentration_id=school.concentration_id,
            track_id=school.track_id,
            state=state,
            submitted_at=None if state is ApplicationState.DRAFT else DEADLINE - timedelta(hours=3),
        )
        db.session.add(application)
        db.session.flush()
        db.session.add_all(
            GateAnswer(application_id=application.id, gate_id=gate_id, answer="Yes", state=gate_state)
            for gate_id, gate_state in zip(school.gate_ids, gates, strict=False)
        )
        make_recording(school, application.id, verdict=verdict, processing=processing)
        for reviewer_id, overall in zip(school.reviewer_ids, scores, strict=False):
            make_review(school, application.id, reviewer_id, overall)
        return application.id


def make_recording(
    school: School,
    application_id: str,
    *,
    verdict: Verdict | None = Verdict.CLEAN,
    processing: Processing = Processing.CHECKED,
    title: str = "Night Bus",
    findings: Sequence[dict[str, object]] = (),
) -> str:
    """The id of the one file version of a new recording."""
    recording = Recording(application_id=application_id, slot_id=school.slot_id, title=title)
    db.session.add(recording)
    db.session.flush()
    version = FileVersion(
        recording_id=recording.id,
        number=1,
        state=processing,
        original_name="night bus.wav",
        size_bytes=173_400_000,
        sha256="ab" * 32,
        verdict=verdict,
        duration_s=185.25 if verdict else None,
        integrated_lufs=-14.2 if verdict else None,
        received_at=DEADLINE - timedelta(hours=4),
    )
    db.session.add(version)
    db.session.flush()
    if findings:
        _judge(school, version, findings)
    return version.id


def _judge(school: School, version: FileVersion, findings: Sequence[dict[str, object]]) -> None:
    report = Report(file_version_id=version.id, generation=1, engine="test", schema_version=1, body="{}")
    rules = db.session.query(RuleSet).filter_by(slot_id=school.slot_id).one()
    db.session.add(report)
    db.session.flush()
    for position, finding in enumerate(findings):
        row = Outcome(
            file_version_id=version.id,
            report_id=report.id,
            rule_set_id=rules.id,
            position=position,
            check_key=str(finding["check_key"]),
            check_version=1,
            severity=str(finding["severity"]),
            state=str(finding["state"]),
            finding=make_finding(**finding),
            judged_at=DEADLINE,
        )
        db.session.add(row)
    db.session.flush()


def make_finding(**what: object) -> dict[str, object]:
    """A stored finding, as checks write it."""
    plain: dict[str, object] = {
        "state": "pass",
        "message": "The peaks are fine.",
        "action": "",
        "value": None,
        "unit": "",
        "measured": "",
        "limit": "",
        "places": [],
        "place_count": 0,
        "check_version": 1,
        "title": "True peak",
        "severity": "block",
        "effect": "none",
        "audience": "applicant",
        "standard": "ITU-R BS.1770-5",
    }
    return plain | what


def make_review(
    school: School,
    application_id: str,
    reviewer_id: str,
    overall: float,
    *,
    state: AssignmentState = AssignmentState.SUBMITTED,
) -> None:
    """Scores of one reviewer on both criteria."""
    submitted = state is AssignmentState.SUBMITTED
    assignment = Assignment(
        application_id=application_id,
        reviewer_id=reviewer_id,
        pseudonym=f"P-{next(_numbers):04d}",
        state=state,
        assigned_at=DEADLINE,
        submitted_at=DEADLINE + timedelta(days=3) if submitted else None,
    )
    db.session.add(assignment)
    db.session.flush()
    review = Review(
        assignment_id=assignment.id,
        rubric_id=school.rubric_id,
        overall=overall if submitted else None,
        comment="Clear.",
    )
    review.scores = [
        CriterionScore(criterion_id=criterion_id, points=points, remark=remark)
        for criterion_id, points, remark in zip(school.criterion_ids, (4, None), ("Parts fit", ""), strict=True)
    ]
    db.session.add(review)
    db.session.flush()
