"""Every mail says what happened, to whom it belongs, and where to go on."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from portal.applications.models import Application
from portal.core.db import db, transaction
from portal.core.outbox import OutboxMail
from portal.decisions.models import Decision
from portal.decisions.states import DecisionState, OutcomeKind
from portal.notifications import wording
from portal.notifications.errors import NoWords
from portal.notifications.words import Site, Words
from portal.reviews.models import Assignment
from tests.factories.decisions import School, make_application, make_review, make_school
from tests.factories.programmes import DEADLINE

SITE = Site(public_url="https://apply.school.example", school_name="School of Music")


def words_for(kind: str, *, to_person_id: str | None = None, **context: object) -> Words:
    mail = OutboxMail(kind=kind, to_address="x@example.org", to_person_id=to_person_id, context=context, body="")
    return wording.word(mail, SITE)


@pytest.fixture
def school(session: Session) -> School:
    return make_school()


def test_the_receipt_names_number_programme_and_moment_in_the_intakes_zone(school: School) -> None:
    application_id = make_application(school, "Ada Lovelace", number="SC-7QX")

    words = words_for("application.submitted", application_id=application_id)

    assert words.subject == "We have your application SC-7QX"
    assert words.body.startswith("Dear Ada Lovelace,\n\n")
    assert "Music Production (Fall 2027)" in words.body
    assert "Sun 22 Nov 2026, 14:00 EST" in words.body
    assert "It came with 1 recording." in words.body
    assert f"https://apply.school.example/apply/{application_id}\n" in words.body
    assert words.body.endswith("School of Music\nhttps://apply.school.example\n")


def test_a_reopened_application_says_why_and_until_when(school: School) -> None:
    application_id = make_application(school)
    with transaction():
        db.session.get_one(Application, application_id).reopened_until = DEADLINE + timedelta(days=2)

    words = words_for("application.reopened", application_id=application_id, reason="The second file is empty.")

    assert "What we ask of you: The second file is empty." in words.body
    assert "before Tue 24 Nov 2026, 17:00 EST." in words.body


def test_a_reopened_application_names_the_date_that_counts_when_everybodys_is_later(school: School) -> None:
    application_id = make_application(school)
    with transaction():
        db.session.get_one(Application, application_id).reopened_until = DEADLINE - timedelta(days=2)

    words = words_for("application.reopened", application_id=application_id, reason="The second file is empty.")

    assert "before Sun 22 Nov 2026, 17:00 EST." in words.body


@pytest.mark.parametrize("kind", ["application.withdrawn", "checks.done"])
def test_words_to_the_applicant_name_the_number(school: School, kind: str) -> None:
    application_id = make_application(school, number="SC-7QX")

    words = words_for(kind, application_id=application_id)

    assert "SC-7QX" in words.subject
    assert f"/apply/{application_id}" in words.body


def test_a_reviewers_mail_holds_nothing_of_the_applicant(school: School) -> None:
    application_id = make_application(school, "Ada Lovelace", number="SC-7QX", email="ada@lovelace.example")
    with transaction():
        make_review(school, application_id, school.reviewer_ids[0], 50.0)
    assignment = db.session.query(Assignment).one()

    words = words_for("review.assigned", assignment_id=assignment.id, application_id=application_id)

    everything = words.subject + words.body
    assert assignment.pseudonym in words.body
    assert not [part for part in ("Ada", "Lovelace", "SC-7QX", "ada@", application_id) if part in everything]


def decided(school: School, state: DecisionState) -> Decision:
    application_id = make_application(school)
    with transaction():
        decision = Decision(
            application_id=application_id,
            outcome=OutcomeKind.ADMIT,
            state=state,
            reason="The best mixes that we heard.",
            drafted_by_id=school.grace.person_id,
            letter_subject="Your place",
            letter_body="Dear Ada Lovelace,\n\nwelcome.",
        )
        db.session.add(decision)
    return decision


def test_the_letter_travels_word_for_word_and_without_the_reason(school: School) -> None:
    decision = decided(school, DecisionState.RELEASED)

    words = words_for("decision.released", to_person_id=decision.application.applicant_id, decision_id=decision.id)

    assert words.subject == "Your place"
    assert words.body.startswith("Dear Ada Lovelace,\n\nwelcome.\n")
    assert "best mixes" not in words.body


def test_no_letter_before_the_release(school: School) -> None:
    decision = decided(school, DecisionState.CONFIRMED)

    with pytest.raises(NoWords, match="has not been released"):
        words_for("decision.released", to_person_id=decision.application.applicant_id, decision_id=decision.id)


def test_no_letter_to_anybody_else(school: School) -> None:
    decision = decided(school, DecisionState.RELEASED)

    with pytest.raises(NoWords, match="belongs to another person"):
        words_for("decision.released", to_person_id=school.heidi.person_id, decision_id=decision.id)


def test_what_is_gone_is_said_to_be_gone(school: School) -> None:
    with pytest.raises(NoWords, match="no longer exists"):
        words_for("application.submitted", application_id="0" * 32)
