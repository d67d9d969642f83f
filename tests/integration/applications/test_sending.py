"""Submitting with a receipt, withdrawing, reopening."""

import json
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from portal.applications import queries
from portal.applications.errors import NotComplete
from portal.applications.models import Application
from portal.applications.receipts.models import Receipt
from portal.applications.receipts.queries import newest_receipt
from portal.applications.service.recordings import edit_recording
from portal.applications.service.review import mark_under_review
from portal.applications.service.sending import reopen, submit, withdraw
from portal.applications.states import ApplicationState
from portal.checks.evaluate import Verdict
from portal.core import clock
from portal.core.audit import AuditEntry
from portal.core.db import transaction
from portal.core.errors import Invalid, NotAllowed
from portal.core.outbox import OutboxMail
from portal.recordings.models import Waiver
from portal.recordings.service.words import Words
from portal.recordings.states import Processing
from tests.factories.applications import NOW, add_block, make_application, make_draft
from tests.factories.cast import acting_as, make_person, make_staff

S = ApplicationState


def mails(session: Session) -> list[tuple[str, str]]:
    return [(mail.kind, mail.to_address) for mail in session.query(OutboxMail).order_by(OutboxMail.created_at)]


def kept(application: Application) -> Receipt:
    found = newest_receipt(application.id)
    assert found is not None
    return found


def test_a_complete_application_is_sent_with_a_receipt_word_for_word(world: Session) -> None:
    draft = make_application(number="2026-0042")
    receipt = submit(draft, actor=acting_as(draft.applicant))
    assert (draft.state, draft.submitted_at) == (S.SUBMITTED, NOW)
    assert json.loads(kept(draft).contents) == receipt
    assert receipt["number"] == "2026-0042"
    assert receipt["applicant"] == {"name": "Ada Lovelace", "email": draft.applicant.email}
    assert (receipt["submitted_at"], receipt["time_zone"]) == ("2026-11-22T12:00:00+00:00", "America/New_York")
    assert (receipt["concentration"], receipt["track"]) == ("Production", "Thesis")
    assert receipt["gates"][0]["answer"] == "B.A. in Music, Lakeside College, 2024"
    assert receipt["gates"][0]["evidence"][0]["sha256"] == "d1" * 32
    (slot,) = receipt["slots"]
    assert slot["rules_version"] == 1
    (recording,) = slot["recordings"]
    assert recording["title"] == "Night Bus"
    assert recording["credits"] == [{"name": "Mira Holt", "role": "Mastering"}]
    assert recording["file"]["sha256"] == "5e" * 32
    assert (recording["file"]["name"], recording["file"]["size_bytes"]) == ("night bus.wav", 173_400_000)
    assert recording["file"]["duration_s"] == 185.25
    assert mails(world) == [("application.submitted", draft.applicant.email)]
    entry = world.query(AuditEntry).filter_by(action="application.submit").one()
    assert (entry.before, entry.after) == ({"state": "draft"}, {"state": "submitted"})


def test_an_empty_draft_is_refused_with_every_reason_and_stays_as_it_is(world: Session) -> None:
    draft = make_draft()
    with pytest.raises(NotComplete) as refusal:
        submit(draft, actor=acting_as(draft.applicant))
    assert refusal.value.details == [
        "Programme: Choose a concentration.",
        "Programme: Choose a track.",
        "Requirements: Bachelor's degree: answer the question.",
        "Requirements: Bachelor's degree: add a PDF that proves it.",
        "Requirements: Entrance exam: enter your score.",
        "Recordings: Own production 1: add 1 recording.",
    ]
    assert (draft.state, draft.submitted_at, newest_receipt(draft.id)) == (S.DRAFT, None, None)
    assert mails(world) == []
    assert world.query(AuditEntry).filter_by(action="application.submit").count() == 0


def test_a_blocking_finding_forbids_until_it_is_waived(world: Session) -> None:
    draft = make_application()
    version = draft.recordings[0].versions[0]
    add_block(version, message="The sound is clipped in 2 places.")
    actor = acting_as(draft.applicant)
    with pytest.raises(NotComplete) as refusal:
        submit(draft, actor=actor)
    assert refusal.value.details == [
        (
            "Recordings: Own production 1, “Night Bus”: send a corrected file. The sound is clipped in 2 places. "
            "Lower the level before your limiter and export again."
        )
    ]
    with transaction() as session:
        session.add(
            Waiver(file_version_id=version.id, check_key="peak.clipping", reason="Meant so.", granted_by_id="grace")
        )
    submit(draft, actor=actor)
    assert draft.state is S.SUBMITTED


@pytest.mark.parametrize("state", [Processing.RECEIVED, Processing.CHECKING, Processing.NEEDS_STAFF])
def test_running_checks_and_files_for_the_staff_do_not_forbid(world: Session, state: Processing) -> None:
    draft = make_application()
    with transaction():
        version = draft.recordings[0].versions[0]
        version.state, version.duration_s = state, None
        version.verdict = Verdict.NOT_MEASURED if state is Processing.NEEDS_STAFF else None
    receipt = submit(draft, actor=acting_as(draft.applicant))
    assert receipt["slots"][0]["recordings"][0]["file"]["state"] == state.value
    assert receipt["slots"][0]["recordings"][0]["file"]["duration_s"] is None


def test_the_deadline_holds_to_the_second(world: Session) -> None:
    draft = make_application()
    deadline, actor = draft.intake.visible_deadline_at, acting_as(draft.applicant)
    with clock.frozen(deadline + timedelta(seconds=1)), pytest.raises(NotAllowed, match="The deadline was"):
        submit(draft, actor=actor)
    with clock.frozen(deadline):
        submit(draft, actor=actor)
    assert draft.submitted_at == deadline


def test_only_the_applicant_submits_and_only_once(world: Session) -> None:
    draft = make_application()
    for other in (make_person("Ben"), make_staff("Grace", draft.intake.programme_id)):
        with pytest.raises(NotAllowed):
            submit(draft, actor=acting_as(other))
    submit(draft, actor=acting_as(draft.applicant))
    with pytest.raises(NotAllowed, match="You have sent this application"):
        submit(draft, actor=acting_as(draft.applicant))
    assert world.query(OutboxMail).count() == 1


def test_what_was_sent_cannot_be_reworded(world: Session) -> None:
    sent = make_application(state=S.SUBMITTED)
    item = queries.placed_recording(sent.recordings[0].id)
    assert item is not None
    with pytest.raises(NotAllowed):
        edit_recording(item, Words(title="Another"), actor=acting_as(sent.applicant))
    assert item.recording.title == "Night Bus"


def test_an_application_can_be_withdrawn_until_the_decision_is_out(world: Session) -> None:
    for state in (S.DRAFT, S.SUBMITTED, S.UNDER_REVIEW, S.DECIDED):
        application = make_application(state=state)
        withdraw(application, actor=acting_as(application.applicant))
        assert (application.state, application.withdrawn_at) == (S.WITHDRAWN, NOW)
        assert mails(world)[-1] == ("application.withdrawn", application.applicant.email)
        entry = world.query(AuditEntry).filter_by(object_id=application.id).one()
        assert (entry.action, entry.before) == ("application.withdraw", {"state": state.value})


def test_a_released_application_and_anothers_cannot_be_withdrawn(world: Session) -> None:
    released, draft = make_application(state=S.RELEASED), make_application()
    with pytest.raises(NotAllowed):
        withdraw(released, actor=acting_as(released.applicant))
    with pytest.raises(NotAllowed):
        withdraw(draft, actor=acting_as(make_person("Ben")))
    assert (released.state, draft.state) == (S.RELEASED, S.DRAFT)


def test_a_reopened_application_can_be_changed_and_sent_again_until_its_own_date(world: Session) -> None:
    sent = make_application()
    ada, grace = acting_as(sent.applicant), acting_as(make_staff("Grace", sent.intake.programme_id))
    submit(sent, actor=ada)
    first_receipt = kept(sent)
    until = sent.intake.hard_deadline_at + timedelta(days=2)
    reopen(sent, actor=grace, until=until, reason="The second page of the diploma is missing.")
    assert (sent.state, sent.reopened_until, kept(sent)) == (S.DRAFT, until, first_receipt)
    mail = world.query(OutboxMail).filter_by(kind="application.reopened").one()
    assert mail.context["reason"] == "The second page of the diploma is missing."
    with clock.frozen(until + timedelta(seconds=1)), pytest.raises(NotAllowed):
        submit(sent, actor=ada)
    with clock.frozen(until):
        receipt = submit(sent, actor=ada)
    assert receipt["submitted_at"] == until.isoformat()
    entry = world.query(AuditEntry).filter_by(action="application.reopen").one()
    assert (entry.reason, entry.actor_id) == ("The second page of the diploma is missing.", grace.person_id)


NO_REOPENING = (
    (NOW, "Because.", "until"),
    (NOW + timedelta(days=400), "Because.", "until"),
    (NOW + timedelta(days=1), " ", "reason"),
)


def test_reopening_needs_a_reason_and_a_date_to_come(world: Session) -> None:
    sent = make_application(state=S.SUBMITTED)
    grace = acting_as(make_staff("Grace", sent.intake.programme_id))
    for until, reason, field in NO_REOPENING:
        with pytest.raises(Invalid) as refusal:
            reopen(sent, actor=grace, until=until, reason=reason)
        assert list(refusal.value.fields) == [field]
    assert sent.state is S.SUBMITTED


def test_an_application_is_with_the_faculty_from_the_first_assignment_on(world: Session) -> None:
    sent: Application = make_application(state=S.SUBMITTED)
    frank = acting_as(make_staff("Frank", sent.intake.programme_id))
    mark_under_review(sent, actor=frank)
    mark_under_review(sent, actor=frank)
    assert sent.state is S.UNDER_REVIEW
    assert world.query(AuditEntry).filter_by(action="application.start_review").count() == 1
