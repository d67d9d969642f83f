"""What goes out is exactly what was shown, to whom it belongs, once."""

from __future__ import annotations

import hashlib
import threading

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from portal.applications.models import Application
from portal.applications.states import ApplicationState, GateState
from portal.core.audit import AuditEntry
from portal.core.db import db, transaction
from portal.core.errors import DomainError, NotAllowed
from portal.core.outbox import OutboxMail
from portal.decisions.errors import BadLetter, CountMismatch, GatesForbid, ListChanged, NothingToRelease
from portal.decisions.letters import Letter
from portal.decisions.queries.decisions import living, released_for
from portal.decisions.service.confirming import confirm
from portal.decisions.service.drafting import Proposal, draft
from portal.decisions.service.letters import save_letter
from portal.decisions.service.releasing import ReleaseList, release, release_list
from portal.decisions.states import DecisionState, OutcomeKind
from tests.factories.decisions import School, make_application, make_school

PROPOSALS = {
    OutcomeKind.ADMIT: Proposal(OutcomeKind.ADMIT, "The best mixes."),
    OutcomeKind.ADMIT_WITH_CONDITIONS: Proposal(OutcomeKind.ADMIT_WITH_CONDITIONS, "Good.", "Send the diploma."),
    OutcomeKind.DENY: Proposal(OutcomeKind.DENY, "Too little own work."),
}


@pytest.fixture
def school(session: Session) -> School:
    return make_school()


def decide(school: School, name: str, outcome: OutcomeKind, number: str) -> str:
    application_id = make_application(school, name, number=number)
    application = db.session.get_one(Application, application_id)
    confirm(draft(application, actor=school.grace, proposal=PROPOSALS[outcome]), actor=school.frank)
    return application_id


def shown(school: School) -> ReleaseList:
    db.session.rollback()
    return release_list(school.intake)


def test_everybody_gets_the_letter_of_their_own_outcome(school: School) -> None:
    ada = decide(school, "Ada Lovelace", OutcomeKind.ADMIT_WITH_CONDITIONS, "A1")
    ben = decide(school, "Ben Britten", OutcomeKind.DENY, "B2")
    still_open = make_application(school, "Cai Li")

    count = release(school.intake, actor=school.grace, checksum=shown(school).checksum, count=2)

    assert count == 2
    letters = {key: released_for(key) for key in (ada, ben)}
    assert letters[ada] is not None
    assert letters[ben] is not None
    assert letters[ada].letter_body.startswith("Dear Ada Lovelace,")
    assert "Send the diploma." in letters[ada].letter_body
    assert letters[ben].letter_subject == "Your application to M.M. Music Production"
    assert "sorry" in letters[ben].letter_body
    assert "own work" not in letters[ben].letter_body
    assert released_for(still_open) is None
    states = {key: db.session.get_one(Application, key).state for key in (ada, ben, still_open)}
    assert states == {
        ada: ApplicationState.RELEASED,
        ben: ApplicationState.RELEASED,
        still_open: ApplicationState.UNDER_REVIEW,
    }


def test_each_released_decision_owes_one_mail_to_its_own_applicant(school: School) -> None:
    keys = [decide(school, "Ada Lovelace", OutcomeKind.ADMIT, "A1"), decide(school, "Ben", OutcomeKind.DENY, "B2")]

    release(school.intake, actor=school.grace, checksum=shown(school).checksum, count=2)

    mails = db.session.scalars(sa.select(OutboxMail)).all()
    owed = {(mail.context["application_id"], mail.context["decision_id"], mail.to_address) for mail in mails}
    due = {(key, living(key).id, living(key).application.applicant.email) for key in keys}  # type: ignore[union-attr]
    assert owed == due
    assert {mail.kind for mail in mails} == {"decision.released"}


def test_a_released_letter_never_changes(school: School) -> None:
    ada = decide(school, "Ada Lovelace", OutcomeKind.ADMIT, "A1")
    release(school.intake, actor=school.grace, checksum=shown(school).checksum, count=1)
    before = released_for(ada).letter_body  # type: ignore[union-attr]

    save_letter(school.intake, actor=school.grace, outcome=OutcomeKind.ADMIT, letter=Letter("New", "Hi {name}"))

    assert released_for(ada).letter_body == before  # type: ignore[union-attr]
    entry = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "decision.release")).one()
    assert entry.after["letter_sha256"] == hashlib.sha256(before.encode()).hexdigest()


def test_the_own_letter_of_an_outcome_touches_no_other_outcome(school: School) -> None:
    decide(school, "Ada Lovelace", OutcomeKind.ADMIT, "A1")
    decide(school, "Ben Britten", OutcomeKind.DENY, "B2")

    save_letter(
        school.intake, actor=school.grace, outcome=OutcomeKind.ADMIT, letter=Letter("Yes, {name}", "See you, {name}.")
    )

    (_, yes), (_, no) = shown(school).letters
    assert (yes.subject, yes.body) == ("Yes, Ada Lovelace", "See you, Ada Lovelace.")
    assert no.subject == "Your application to M.M. Music Production"


def test_a_letter_that_cannot_be_filled_in_is_not_kept(school: School) -> None:
    with pytest.raises(BadLetter) as error:
        save_letter(school.intake, actor=school.grace, outcome=OutcomeKind.DENY, letter=Letter("No", "Dear {nmae}"))

    assert error.value.details == ["Nobody fills in {nmae}."]
    with pytest.raises(NotAllowed):
        save_letter(school.intake, actor=school.frank, outcome=OutcomeKind.DENY, letter=Letter("No", "Dear {name}"))


def test_the_count_has_to_be_typed_right(school: School) -> None:
    ada = decide(school, "Ada Lovelace", OutcomeKind.ADMIT, "A1")

    with pytest.raises(CountMismatch, match="Type the number of letters, 1"):
        release(school.intake, actor=school.grace, checksum=shown(school).checksum, count=7)

    assert released_for(ada) is None


@pytest.mark.parametrize("change", ["another decision", "a letter", "a name"])
def test_nothing_goes_out_that_was_not_shown(school: School, change: str) -> None:
    ada = decide(school, "Ada Lovelace", OutcomeKind.ADMIT, "A1")
    checksum = shown(school).checksum
    if change == "another decision":
        decide(school, "Ben Britten", OutcomeKind.DENY, "B2")
    elif change == "a letter":
        save_letter(school.intake, actor=school.gina, outcome=OutcomeKind.ADMIT, letter=Letter("Yes", "Hi {name}"))
    else:
        with transaction():
            db.session.get_one(Application, ada).applicant.full_name = "Ada King"

    with pytest.raises(ListChanged, match="Nothing was released"):
        release(school.intake, actor=school.grace, checksum=checksum, count=1)

    assert released_for(ada) is None
    assert db.session.scalars(sa.select(OutboxMail)).all() == []


def test_a_requirement_that_failed_in_the_last_minute_holds_everything_back(school: School) -> None:
    ada = decide(school, "Ada Lovelace", OutcomeKind.ADMIT, "A1")
    ben = decide(school, "Ben Britten", OutcomeKind.DENY, "B2")
    with transaction():
        db.session.get_one(Application, ada).gate_answers[0].state = GateState.FAILED

    with pytest.raises(GatesForbid, match="A1") as error:
        release(school.intake, actor=school.grace, checksum=shown(school).checksum, count=2)

    assert error.value.details == ["Bachelor's degree is not met."]
    assert released_for(ben) is None


def test_a_withdrawn_application_is_held_back_and_named(school: School) -> None:
    ada = decide(school, "Ada Lovelace", OutcomeKind.ADMIT, "A1")
    with transaction():
        db.session.get_one(Application, ada).state = ApplicationState.WITHDRAWN

    ready = shown(school)

    assert ready.letters == []
    assert [decision.application_id for decision in ready.held_back] == [ada]
    with pytest.raises(NothingToRelease):
        release(school.intake, actor=school.grace, checksum=ready.checksum, count=0)


def test_only_an_admin_of_this_programme_releases(school: School) -> None:
    decide(school, "Ada Lovelace", OutcomeKind.ADMIT, "A1")
    checksum = shown(school).checksum

    for actor in (school.frank, school.heidi):
        with pytest.raises(NotAllowed, match="Only the administrators of this programme"):
            release(school.intake, actor=actor, checksum=checksum, count=1)


def test_two_admins_at_once_release_once(app: Flask, school: School) -> None:
    ada = decide(school, "Ada Lovelace", OutcomeKind.ADMIT, "A1")
    checksum = shown(school).checksum
    db.session.remove()
    answers: list[int | DomainError] = []
    start = threading.Barrier(2)

    def press(actor: str) -> None:
        with app.app_context():
            start.wait()
            try:
                answers.append(release(school.intake, actor=getattr(school, actor), checksum=checksum, count=1))
            except DomainError as error:
                answers.append(error)

    people = [threading.Thread(target=press, args=(name,)) for name in ("grace", "gina")]
    for person in people:
        person.start()
    for person in people:
        person.join()

    assert [answer for answer in answers if isinstance(answer, int)] == [1]
    (refusal,) = [answer for answer in answers if isinstance(answer, DomainError)]
    assert "already" in refusal.message or "in the meantime" in refusal.message
    assert len(db.session.scalars(sa.select(OutboxMail)).all()) == 1
    assert living(ada).state is DecisionState.RELEASED  # type: ignore[union-attr]
