"""One of everything, so that every address of the portal leads somewhere: whose it is decides who gets in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO

import sqlalchemy as sa

from portal.accounts.models import Person, ProgrammeStaff, Role
from portal.accounts.states import SITE_ADMIN
from portal.applications.models import AccessCode, EvidenceFile, Extension, GateAnswer
from portal.applications.service.sending import submit
from portal.applications.states import ApplicationState, ExtensionState
from portal.core import clock, signing
from portal.core.db import db, transaction
from portal.core.outbox import MailState, OutboxMail
from portal.core.storage import storage
from portal.decisions.models import Decision
from portal.decisions.states import OutcomeKind
from portal.exports.models import ExportJob, ExportState
from portal.programmes.models import Intake
from portal.recordings.models import FileVersion, Recording, Trial, Upload
from portal.reviews.states import AssignmentState
from tests.factories.applications import NOW, make_application
from tests.factories.cast import acting_as, make_person
from tests.factories.reviews import make_assignment, make_panel

# Everybody whom the portal can meet.
ACTORS = (
    "visitor",  # not signed in
    "uma",  # signed in, the mail address is not confirmed
    "ada",  # the applicant whose things these are
    "ben",  # another applicant
    "clara",  # faculty, assigned to Ada's application
    "dan",  # faculty, not assigned
    "eve",  # faculty, was assigned and declared a conflict
    "frank",  # chair
    "grace",  # admin
    "heidi",  # admin of another programme
    "sia",  # site administrator without a role in any programme
)


@dataclass(frozen=True)
class World:
    """The ids that stand in addresses, and the people's session names by actor."""

    arguments: dict[str, str | int]
    sessions: dict[str, str]


def kept(kind: str, content: bytes = b"file") -> str:
    """The key of a small file in the store."""
    return storage().put(BytesIO(content), kind=kind, max_bytes=100).key


def make_world(state: ApplicationState, *, clara: AssignmentState = AssignmentState.ASSIGNED) -> World:
    """Ada's application in the given state with all that can hang on one; Clara's assignment as given."""
    panel = make_panel()
    ada = make_person("Ada")
    application = make_application(panel.intake, ada)
    with clock.frozen(NOW):
        submit(application, actor=acting_as(ada))  # the receipt that every later state has
    for_clara = make_assignment(panel, "Clara", application_id=application.id, state=clara)
    make_assignment(panel, "Eve", application_id=application.id, state=AssignmentState.RECUSED)
    with transaction() as session:
        application.state = state
        intake = session.get_one(Intake, panel.intake_id)
        recording = session.scalars(sa.select(Recording).where(Recording.application_id == application.id)).first()
        version = session.scalars(sa.select(FileVersion).where(FileVersion.recording_id == recording.id)).first()
        answer = session.scalars(sa.select(GateAnswer).where(GateAnswer.application_id == application.id)).first()
        version.storage_key, version.waveform_key = kept("recordings"), kept("waveforms", b"{}")
        version.copy_key, version.copy_mime = kept("copies"), "audio/wav"
        people = {
            "uma": make_person("Uma Thorn", confirmed=False),
            "ada": ada,
            "ben": make_person("Ben"),
            "sia": make_person("Sia Site"),
            **{name.lower(): session.get_one(Person, one) for name, one in panel.people.items()},
        }
        people["sia"].roles.append(Role(name=SITE_ADMIN))
        role = session.scalars(sa.select(ProgrammeStaff).where(ProgrammeStaff.person_id == panel.people["Dan"])).one()
        made = {
            "decision_id": Decision(
                application_id=application.id,
                outcome=OutcomeKind.WAIT_LIST,
                reason="The places are taken.",
                drafted_by_id="somebody else",
            ),
            "evidence_id": EvidenceFile(
                gate_answer_id=answer.id,
                original_name="degree.pdf",
                storage_key=kept("evidence"),
                size_bytes=4,
                sha256="00" * 32,
            ),
            "job_id": ExportJob(
                intake_id=intake.id,
                requested_by_id=panel.people["Grace"],
                kind="decisions",
                format="csv",
                state=ExportState.READY,
                storage_key=kept("exports"),
            ),
            "mail_id": OutboxMail(
                kind="application.submitted",
                to_address="ada@example.org",
                to_person_id=ada.id,
                context={"application_id": application.id},
                state=MailState.FAILED,
            ),
            "code_id": AccessCode(
                intake_id=intake.id,
                code="K7MQ24XHTP",
                expires_at=NOW + timedelta(days=30),
                deadline_at=NOW + timedelta(days=40),
                created_by_id=panel.people["Grace"],
            ),
            "extension_id": Extension(
                application_id=application.id,
                state=ExtensionState.ASKED,
                asked_until=NOW + timedelta(days=9),
                asked_reason="The flood.",
            ),
            "trial_id": Trial(
                slot_id=recording.slot_id,
                original_name="a.wav",
                storage_key="trials/00/none",
                expires_at=clock.now() + timedelta(minutes=30),
            ),
            "upload_id": Upload(
                recording_id=recording.id,
                owner_id=ada.id,
                original_name="a.wav",
                size_bytes=10,
                expires_at=clock.now() + timedelta(days=1),
            ),
        }
        session.add_all(made.values())
        session.flush()
        arguments: dict[str, str | int] = {
            **{name: row.id for name, row in made.items()},
            "application_id": application.id,
            "assignment_id": for_clara,
            "check_key": "peak.true_peak",
            "form": "json",
            "gate_id": answer.gate_id,
            "index": 1,
            "intake_id": intake.id,
            "key_id": signing.key_in_use().id,
            "number": 1,
            "outcome": OutcomeKind.ADMIT.value,
            "programme_id": intake.programme_id,
            "recording_id": recording.id,
            "role_id": role.id,
            "slot_id": recording.slot_id,
            "slug": intake.programme.slug,
            "version_id": version.id,
        }
        sessions = {name: person.fs_uniquifier for name, person in people.items()}
    db.session.rollback()
    return World(arguments, sessions)
